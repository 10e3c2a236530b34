/**
 * statefulParDo at work, on its own clock.
 *
 * In order of arrival the clock is the input watermark, and an element runs when it comes. In order of event time the clock is
 * the input watermark less the lateness, and elements wait for it like timers do. Whatever is due runs in the order of time, and
 * what it sets is put in its place (63).
 */
import { keyText, MAX_TIMESTAMP, MIN_TIMESTAMP } from '@tidemark/core'
import type { Timestamp, WindowedValue, WindowingStrategy } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import { bytesOf, canonicalKey } from '../evaluator/canonical-order.ts'
import { textOfWindow } from '../evaluator/rows.ts'
import { nextDue, nextDueByClock, withoutEqual } from './due-order.ts'
import { expiryOf, isExpired } from './expiry.ts'
import type { StepClock } from './pane-timing.ts'
import { runDue } from './stateful-call.ts'
import { holdOf, newStatefulCell, type Due, type StatefulCell } from './stateful-cell.ts'
import type { Bundle, StepRunner, ToLedger } from './step-runner.ts'

type Element = WindowedValue<unknown>

/** Runs `statefulParDo`. */
export class StatefulRunner implements StepRunner {
  readonly #payload: StatefulPayload
  readonly #windowing: WindowingStrategy
  readonly #step: string
  readonly #ledger: ToLedger
  readonly #cells = new Map<string, StatefulCell>()

  constructor(payload: StatefulPayload, windowing: WindowingStrategy, step: string, ledger: ToLedger) {
    this.#payload = payload
    this.#windowing = windowing
    this.#step = step
    this.#ledger = ledger
  }

  process({ values }: Bundle, clock: StepClock): readonly Bundle[] {
    const emitted = new Map<string, Element[]>()
    for (const element of values) {
      const reason = this.#refusal(element, clock)
      if (reason !== undefined) {
        const { value, timestamp, window } = element
        this.#ledger({ reason, element: value, timestamp, window, watermark: clock.input })
        continue
      }
      const cell = this.#cell(element)
      if (this.#payload.order === 'event-time') {
        cell.waiting =
          element.sign === 1 ? [...cell.waiting, element] : withoutEqual(cell.waiting, element, this.#bytes)
      } else {
        append(emitted, cell, this.#run(cell, { time: element.timestamp, element }, clock))
      }
    }
    // Timers that elements have set for a time that has passed fire with them, in the same bundle.
    this.#runDue(clock, emitted)
    return asBundles(emitted)
  }

  fireTimers(clock: StepClock): readonly Bundle[] | undefined {
    const emitted = new Map<string, Element[]>()
    return this.#runDue(clock, emitted) ? asBundles(emitted) : undefined
  }

  // The step's own clock holds too: elements back to it may still come.
  hold(input: Timestamp): Timestamp {
    const holds = [...this.#cells.values()].flatMap((cell) => holdOf(cell, this.#payload))
    return holds.reduce((a, b) => Math.min(a, b), this.#time(input))
  }

  get isOpen(): boolean {
    return [...this.#cells.values()].some((cell) => holdOf(cell, this.#payload).length > 0)
  }

  #runDue(clock: StepClock, emitted: Map<string, Element[]>): boolean {
    let fired = false
    for (const [text, cell] of this.#cells) {
      for (let due = this.#due(cell, clock); due !== undefined; due = this.#due(cell, clock)) {
        fired = true
        append(emitted, cell, this.#run(cell, due, clock))
        if (!('expiration' in due)) continue
        this.#cells.delete(text) // 67
        break
      }
    }
    return fired
  }

  /** Lateness of the step's clock behind the input watermark. */
  get #lateness(): number {
    if (this.#payload.order === 'arrival') return 0
    return Math.min(this.#payload.lateness ?? this.#windowing.allowedLateness, this.#windowing.allowedLateness)
  }

  #time(input: Timestamp): Timestamp {
    return Math.max(MIN_TIMESTAMP, input === MAX_TIMESTAMP ? MAX_TIMESTAMP : input - this.#lateness)
  }

  // 10, 17: in order of arrival by the window, in order of time by the element; and by its window, when it lies beyond.
  #refusal({ timestamp, window }: Element, clock: StepClock): 'expired' | 'too-late' | undefined {
    const time = this.#time(clock.input)
    if (this.#payload.order === 'event-time' && timestamp < time) return 'too-late'
    return isExpired(this.#windowing, window, time) ? 'expired' : undefined
  }

  // A processing-time timer fires only when nothing is due in event time.
  #due(cell: StatefulCell, clock: StepClock): Due | undefined {
    const time = this.#time(clock.input)
    const expiry = expiryOf(this.#windowing, cell.window)
    // 67: a millisecond later than the last timers of users. 68: processing-time timers of an expired window are ignored.
    const due = nextDue(cell, time, expiry + 1, this.#payload.orderBy, this.#bytes)
    return due === undefined && expiry >= time ? nextDueByClock(cell, clock.now) : due
  }

  #run(cell: StatefulCell, due: Due, clock: StepClock): readonly Element[] {
    const { elements, entries } = runDue(this.#payload, this.#step, cell, due, clock)
    for (const entry of entries) this.#ledger({ ...entry, watermark: clock.input })
    return elements
  }

  #cell(element: Element): StatefulCell {
    const key = canonicalKey((element.value as readonly [unknown, unknown])[0], this.#payload.keyCoder)
    const text = `${textOfWindow(element.window)} ${keyText(key)}`
    let cell = this.#cells.get(text)
    if (cell === undefined) {
      cell = newStatefulCell(this.#payload, key, element.window, expiryOf(this.#windowing, element.window))
      this.#cells.set(text, cell)
    }
    return cell
  }

  readonly #bytes = (element: Element): Uint8Array =>
    bytesOf((element.value as readonly [unknown, unknown])[1], this.#payload.valueCoder)
}

function asBundles(emitted: ReadonlyMap<string, readonly Element[]>): readonly Bundle[] {
  return [...emitted.values()].map((values) => ({ port: 0, values }))
}

function append(emitted: Map<string, Element[]>, { key }: StatefulCell, elements: readonly Element[]): void {
  if (elements.length === 0) return
  const text = keyText(key)
  emitted.set(text, [...(emitted.get(text) ?? []), ...elements])
}
