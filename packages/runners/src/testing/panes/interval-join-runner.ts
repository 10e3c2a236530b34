/**
 * intervalJoin at work: each element that comes is compared with all that have come, and nothing is ever forgotten.
 *
 * Each side has a watermark and, less its lateness, a clock. A silent side is as far as the other; where both are silent, as the one that
 * is furthest. What the clock of the other side has passed has no partner to come any more.
 */
import { GLOBAL_WINDOW, keyText, MAX_TIMESTAMP, MIN_TIMESTAMP, NO_FIRING } from '@tidemark/core'
import type { Timestamp, WindowedValue } from '@tidemark/core'
import type { IntervalJoinPayload, PaneKind } from '@tidemark/core/graph'
import { bytesOf, canonicalKey } from '../evaluator/canonical-order.ts'
import { keyedValue } from '../evaluator/rows.ts'
import type { Bundle, InputClock, StepRunner, ToLedger } from './step-runner.ts'

type Element = WindowedValue<unknown>

/** An element of one side; on a side that is fed by changes all equal ones. */
interface Entry {
  readonly key: string
  readonly element: readonly [key: unknown, value: unknown]
  readonly timestamp: Timestamp
  readonly bytes: string
  count: number
  /** Whether it is known that no partner comes any more. */
  isDecided: boolean
}

interface Side {
  /** An entry at `t` meets those of the other side from `t - back` to `t + ahead`. */
  readonly back: number
  readonly ahead: number
  readonly isOuter: boolean
  readonly hasChanges: boolean
  readonly lateness: number
  readonly coder: IntervalJoinPayload['leftCoder']
  readonly entries: Entry[]
  watermark: Timestamp
}

/** Runs `intervalJoin`. */
export class IntervalJoinRunner implements StepRunner {
  readonly #keyCoder: IntervalJoinPayload['keyCoder']
  readonly #sides: readonly [left: Side, right: Side]
  readonly #ledger: ToLedger

  constructor(payload: IntervalJoinPayload, panes: readonly PaneKind[], ledger: ToLedger) {
    const { before, after, type, lateness, leftCoder, rightCoder } = payload
    const side = (port: number, isOuter: boolean): Omit<Side, 'back' | 'ahead' | 'lateness' | 'coder'> => ({
      isOuter: isOuter || type === 'full',
      hasChanges: panes[port] === 'changes',
      entries: [],
      watermark: MIN_TIMESTAMP,
    })
    this.#keyCoder = payload.keyCoder
    this.#sides = [
      { ...side(0, type === 'left'), back: before, ahead: after, lateness: lateness.left, coder: leftCoder },
      { ...side(1, type === 'right'), back: after, ahead: before, lateness: lateness.right, coder: rightCoder },
    ]
    this.#ledger = ledger
  }

  learn(inputs: readonly InputClock[]): void {
    for (const [port, { watermark, silent }] of inputs.entries()) {
      const side = this.#sides[port]!
      const leader = inputs[1 - port]!.watermark
      const follows = silent && watermark < MAX_TIMESTAMP && leader < MAX_TIMESTAMP
      side.watermark = Math.max(side.watermark, watermark, follows ? leader : watermark)
    }
  }

  process({ port, values }: Bundle): readonly Bundle[] {
    return bundled(values.flatMap((element) => this.#take(port, element)))
  }

  fireTimers(): readonly Bundle[] | undefined {
    const decided = this.#sides.flatMap((side, port) =>
      inOrder(side.entries.filter((entry) => !entry.isDecided && this.#isPast(port, entry))).map((entry) => ({
        port,
        entry,
      })),
    )
    if (decided.length === 0) return undefined
    return bundled(
      decided.flatMap(({ port, entry }) => {
        entry.isDecided = true
        return this.#isAlone(port, entry) ? copies(entry.count, this.#alone(port, entry, 1)) : []
      }),
    )
  }

  hold(): Timestamp {
    return this.#held().reduce((least, { timestamp }) => Math.min(least, timestamp), MAX_TIMESTAMP)
  }

  get isOpen(): boolean {
    return this.#held().length > 0
  }

  // What may come out alone; where partners are taken back, also what has one.
  #held(): readonly Entry[] {
    return this.#sides.flatMap(({ isOuter, entries }, port) =>
      !isOuter
        ? []
        : entries.filter(
            (entry) =>
              !entry.isDecided &&
              entry.count !== 0 &&
              (this.#sides[1 - port]!.hasChanges || this.#partners(port, entry).length === 0),
          ),
    )
  }

  #take(port: number, element: Element): readonly Element[] {
    const side = this.#sides[port]!
    const { timestamp } = element
    if (timestamp < clockOf(side)) {
      const { value, window } = element
      this.#ledger({ reason: 'too-late', element: value, timestamp, window, watermark: side.watermark })
      return []
    }
    const entry = this.#entryOf(side, element)
    const before = Math.max(0, entry.count)
    entry.count += element.sign
    const after = Math.max(0, entry.count)
    entry.isDecided = this.#isPast(port, entry)
    const change = after - before
    if (change !== 1 && change !== -1) return []
    const partners = this.#partners(port, entry)
    if (partners.length === 0) return side.isOuter && entry.isDecided ? [this.#alone(port, entry, change)] : []
    return partners.flatMap((partner) => copies(partner.count, this.#pair(port, entry, partner, change)))
  }

  #entryOf(side: Side, { value, timestamp }: Element): Entry {
    const [given, own] = keyedValue({ value, timestamp, window: GLOBAL_WINDOW, pane: NO_FIRING })
    const key = canonicalKey(given, this.#keyCoder)
    const entry: Entry = {
      key: keyText(key),
      element: [key, own],
      timestamp,
      bytes: side.hasChanges ? bytesOf(own, side.coder).join() : '',
      count: 0,
      isDecided: false,
    }
    const equal = side.entries.find(
      (other) => other.key === entry.key && other.timestamp === timestamp && other.bytes === entry.bytes,
    )
    if (equal !== undefined && side.hasChanges) return equal
    side.entries.push(entry)
    return entry
  }

  /** The entries that an entry meets and that are there. */
  #partners(port: number, { key, timestamp }: Entry): readonly Entry[] {
    const { back, ahead } = this.#sides[port]!
    return inOrder(
      this.#sides[1 - port]!.entries.filter(
        (other) =>
          other.key === key &&
          other.count > 0 &&
          other.timestamp >= timestamp - back &&
          other.timestamp <= timestamp + ahead,
      ),
    )
  }

  #isPast(port: number, { timestamp }: Entry): boolean {
    return timestamp + this.#sides[port]!.ahead < clockOf(this.#sides[1 - port]!)
  }

  #isAlone(port: number, entry: Entry): boolean {
    return this.#sides[port]!.isOuter && entry.count > 0 && this.#partners(port, entry).length === 0
  }

  #pair(port: number, one: Entry, other: Entry, sign: 1 | -1): Element {
    const [left, right] = port === 0 ? [one, other] : [other, one]
    return joined(
      one,
      { left: left.element[1], right: right.element[1] },
      Math.max(one.timestamp, other.timestamp),
      sign,
    )
  }

  #alone(port: number, entry: Entry, sign: 1 | -1): Element {
    const [, value] = entry.element
    return joined(
      entry,
      port === 0 ? { left: value, right: null } : { left: null, right: value },
      entry.timestamp,
      sign,
    )
  }
}

function clockOf({ watermark, lateness }: Side): number {
  return watermark === MAX_TIMESTAMP ? Infinity : watermark - lateness
}

function joined({ element: [key] }: Entry, value: unknown, timestamp: Timestamp, sign: 1 | -1): Element {
  return { value: [key, value], timestamp, window: GLOBAL_WINDOW, pane: NO_FIRING, sign }
}

function copies(count: number, element: Element): readonly Element[] {
  return Array.from({ length: count }, () => element)
}

/** By time; those of one time as they came. */
function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((a, b) => a.timestamp - b.timestamp)
}

/** What one key emits at once travels together. */
function bundled(elements: readonly Element[]): readonly Bundle[] {
  const ofKeys = new Map<string, Element[]>()
  for (const element of elements) {
    const key = keyText((element.value as readonly unknown[])[0])
    const ofKey = ofKeys.get(key)
    if (ofKey === undefined) ofKeys.set(key, [element])
    else ofKey.push(element)
  }
  return [...ofKeys.values()].map((values) => ({ port: 0, values }))
}
