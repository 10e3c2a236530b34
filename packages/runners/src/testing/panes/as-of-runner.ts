/**
 * asOfJoin at work, on the clocks of its two inputs.
 *
 * Every element and every row is kept, and looked at whenever anything has moved: an element is answered when the dimension's clock, or
 * its watermark where late rows are not waited for, has passed it; where answers are restated, it is answered anew whenever what the rows
 * say of it has changed.
 */
import { equalBytes, maxTimestamp, MAX_TIMESTAMP, MIN_TIMESTAMP, NO_FIRING } from '@tidemark/core'
import type { LedgerReason, Timestamp, WindowedValue } from '@tidemark/core'
import type { AsOfJoinPayload } from '@tidemark/core/graph'
import { answerAt, onePerInstant } from '../evaluator/as-of-join.ts'
import { bytesOf, canonicalKey, textOfKey } from '../evaluator/canonical-order.ts'
import { keyedValue, partition, textOfWindow, type EvaluatedEntry } from '../evaluator/rows.ts'
import { clockOf, learntWatermarks, type Sides } from './join-watermarks.ts'
import type { Bundle, InputClock, StepRunner, ToLedger } from './step-runner.ts'

type Element = WindowedValue<unknown>

/** An element, and the row that has answered it; `null` for none, `undefined` while it waits. */
interface Asked {
  readonly element: Element
  answer: Element | null | undefined
}

/** What has come of one key. */
interface Cell {
  readonly key: unknown
  rows: readonly Element[]
  asked: readonly Asked[]
  /** Up to where the rows are final, and noted when they stand for none. */
  final: Timestamp
}

/** Runs `asOfJoin`. */
export class AsOfRunner implements StepRunner {
  readonly #payload: AsOfJoinPayload
  readonly #step: string
  readonly #ledger: ToLedger
  readonly #cells = new Map<string, Cell>()
  /** Whether elements are answered before late rows have come. */
  readonly #early: boolean
  #sides: Sides = [MIN_TIMESTAMP, MIN_TIMESTAMP]
  #leftIsSilent = false

  constructor(payload: AsOfJoinPayload, step: string, ledger: ToLedger) {
    this.#payload = payload
    this.#step = step
    this.#ledger = ledger
    this.#early = payload.lateRows === 'restate' || (payload.lateRows === 'freeze' && payload.knownAt === undefined)
  }

  // The left side leads, unless it is silent: then both do, and it is left out.
  get leading(): number {
    return this.#leftIsSilent ? 2 : 1
  }

  learn(inputs: readonly InputClock[]): void {
    this.#sides = learntWatermarks(this.#sides, inputs)
    this.#leftIsSilent = inputs[0]!.silent
  }

  process({ port, values }: Bundle): readonly Bundle[] {
    const open = values.filter((element) => !this.#drop(element, port))
    const emitted = port === 0 ? open.flatMap((element) => this.#ask(element)) : this.#takeRows(open)
    return asBundles(emitted, this.#payload)
  }

  fireTimers(): readonly Bundle[] | undefined {
    for (const cell of this.#cells.values()) this.#noteInstants(cell)
    const due = [...this.#cells.values()].flatMap((cell) =>
      cell.asked
        .filter(({ element, answer }) => answer === undefined && element.timestamp < this.#answerTime)
        .toSorted((a, b) => a.element.timestamp - b.element.timestamp)
        .map((asked) => [cell, asked] as const),
    )
    if (due.length === 0) return undefined
    return asBundles(
      due.flatMap(([cell, asked]) => this.#answer(cell, asked)),
      this.#payload,
    )
  }

  hold(): Timestamp {
    const holds = this.#asked().map(({ element: { timestamp, window }, answer }) => {
      const own = Math.min(timestamp, maxTimestamp(window))
      if (answer === undefined) return own
      return own < timestamp ? own : timestamp + this.#payload.lateness.right
    })
    return Math.min(MAX_TIMESTAMP, ...holds)
  }

  get isOpen(): boolean {
    return this.#asked().length > 0
  }

  /** The elements that wait, or whose answer may change. */
  #asked(): readonly Asked[] {
    const mayChange = ({ element, answer }: Asked): boolean =>
      answer === undefined || (this.#payload.lateRows === 'restate' && element.timestamp >= this.#rowTime)
    return [...this.#cells.values()].flatMap(({ asked }) => asked.filter(mayChange))
  }

  get #rowTime(): number {
    return clockOf(this.#sides[1], this.#payload.lateness.right)
  }

  get #answerTime(): number {
    return this.#early ? clockOf(this.#sides[1], 0) : this.#rowTime
  }

  #drop(element: Element, port: number): boolean {
    const { left, right } = this.#payload.lateness
    if (element.timestamp >= clockOf(this.#sides[port]!, port === 0 ? left : right)) return false
    this.#enter('too-late', element, port)
    return true
  }

  #ask(element: Element): readonly Element[] {
    const cell = this.#cell(element)
    const asked: Asked = { element, answer: undefined }
    cell.asked = [...cell.asked, asked]
    const emitted = element.timestamp < this.#answerTime ? this.#answer(cell, asked) : []
    cell.asked = withoutOpposites(cell.asked, asked, (value) => bytesOf(value, this.#payload.leftCoder))
    return emitted
  }

  /** Takes rows one after the other; one that is taken back together with the one that takes its place. */
  #takeRows(rows: readonly Element[]): readonly Element[] {
    return rows.flatMap((row, index) => {
      const cell = this.#cell(row)
      const before = rows[index - 1]
      cell.rows = [...cell.rows, row]
      const next = rows[index + 1]
      if (next !== undefined && this.#replaces(next, row)) return []
      return this.#restate(cell, before !== undefined && this.#replaces(row, before) ? before : row)
    })
  }

  #replaces(row: Element, before: Element): boolean {
    return (
      before.sign < 0 && row.sign > 0 && row.timestamp === before.timestamp && this.#text(row) === this.#text(before)
    )
  }

  #restate(cell: Cell, row: Element): readonly Element[] {
    const answered = cell.asked.filter(
      ({ element, answer }) => answer !== undefined && element.timestamp >= Math.max(this.#rowTime, row.timestamp),
    )
    const changed = answered.filter(({ element, answer }) => !this.#isSame(answer!, this.#find(cell, element)))
    if (this.#payload.lateRows === 'restate') {
      return changed
        .toSorted((a, b) => a.element.timestamp - b.element.timestamp)
        .flatMap((asked) => [...this.#emitted(cell, asked, true), ...this.#answer(cell, asked)])
    }
    if (this.#early && !this.#cameBefore(cell, row) && changed.some(({ element }) => this.#sees(cell, element, row))) {
      this.#enter('frozen', row, 1)
    }
    return []
  }

  /** Whether an equal row of the same instant had come already: it says nothing new. */
  #cameBefore({ rows }: Cell, row: Element): boolean {
    return rows.some((other) => other !== row && other.timestamp === row.timestamp && this.#isSame(other, row))
  }

  #sees(cell: Cell, element: Element, row: Element): boolean {
    const seen = this.#find(cell, element)
    return seen !== null && seen.timestamp === row.timestamp && this.#isSame(seen, row)
  }

  #isSame(a: Element | null, b: Element | null): boolean {
    if (a === null || b === null) return a === b
    const bytes = (row: Element): Uint8Array => bytesOf(keyedValue(row)[1], this.#payload.rightCoder)
    return equalBytes(bytes(a), bytes(b))
  }

  #answer(cell: Cell, asked: Asked): readonly Element[] {
    asked.answer = this.#find(cell, asked.element)
    return this.#emitted(cell, asked, false)
  }

  #emitted({ key }: Cell, { element, answer }: Asked, back: boolean): readonly Element[] {
    if (answer === undefined || (answer === null && this.#payload.type === 'inner')) return []
    const right = answer === null ? null : keyedValue(answer)[1]
    const value = [key, { left: keyedValue(element)[1], right }]
    const sign = back ? (-element.sign as 1 | -1) : element.sign
    return [{ value, timestamp: element.timestamp, window: element.window, pane: NO_FIRING, sign }]
  }

  #find(cell: Cell, { timestamp }: Element): Element | null {
    const rows = onePerInstant(this.#payload, this.#step, this.#net(cell), [])
    return (answerAt(this.#payload, rows, timestamp) as Element | undefined) ?? null
  }

  /** The rows of a key that have not been taken back. */
  #net({ rows }: Cell): readonly Element[] {
    const same = partition(rows, (row) => {
      return `${row.timestamp} ${bytesOf(keyedValue(row)[1], this.#payload.rightCoder).join(' ')}`
    })
    return same.flatMap((equal) => {
      const count = (equal as readonly Element[]).reduce((sum, { sign }) => sum + sign, 0)
      return count > 0 ? [equal[0] as Element] : []
    })
  }

  #noteInstants(cell: Cell): void {
    const settled = this.#net(cell).filter(({ timestamp }) => timestamp >= cell.final && timestamp < this.#rowTime)
    cell.final = this.#rowTime
    const entries: EvaluatedEntry[] = []
    onePerInstant(this.#payload, this.#step, settled, entries)
    for (const { reason, element, timestamp, window } of entries)
      this.#ledger({ reason, element, timestamp, window, watermark: this.#sides[1] })
  }

  #cell(element: Element): Cell {
    const text = this.#text(element)
    let cell = this.#cells.get(text)
    if (cell === undefined) {
      const key = canonicalKey(keyedValue(element)[0], this.#payload.keyCoder)
      cell = { key, rows: [], asked: [], final: MIN_TIMESTAMP }
      this.#cells.set(text, cell)
    }
    return cell
  }

  #text(element: Element): string {
    return textOfKey(keyedValue(element)[0], this.#payload.keyCoder)
  }

  #enter(reason: LedgerReason, { value: element, timestamp, window }: Element, port: number): void {
    this.#ledger({ reason, element, timestamp, window, watermark: this.#sides[port]! })
  }
}

/** Without an element and the change that takes it back, whichever came first. */
function withoutOpposites(all: readonly Asked[], last: Asked, bytes: (value: unknown) => Uint8Array): readonly Asked[] {
  const { timestamp, window, sign, value } = last.element
  const opposite = all.find(
    ({ element }) =>
      element.sign === -sign &&
      element.timestamp === timestamp &&
      textOfWindow(element.window) === textOfWindow(window) &&
      equalBytes(bytes(keyedValue(element)[1]), bytes((value as readonly unknown[])[1])),
  )
  return opposite === undefined ? all : all.filter((asked) => asked !== opposite && asked !== last)
}

function asBundles(emitted: readonly Element[], { keyCoder }: AsOfJoinPayload): readonly Bundle[] {
  const keyOf = (element: Element): string => textOfKey(keyedValue(element)[0], keyCoder)
  return partition(emitted, (row) => keyOf(row as Element)).map((values) => ({
    port: 0,
    values: values as readonly Element[],
  }))
}
