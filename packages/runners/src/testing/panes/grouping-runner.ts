/**
 * A grouping at work: elements into the windows of their keys, panes out of them.
 *
 * For every key: expired elements are dropped, windows merge, elements are added, and only then triggers are asked, once for
 * the bundle. Timers wake a window; what then happens depends on the state of the window alone, not on which timer it was (41).
 */
import { keyText, MAX_TIMESTAMP, type Timestamp, type WindowedValue, type WindowingStrategy } from '@tidemark/core'
import { keyOf, type GroupingPayload } from './grouped-value.ts'
import { KeyWindows } from './key-windows.ts'
import type { StepClock } from './pane-timing.ts'
import type { Bundle, StepRunner, ToLedger } from './step-runner.ts'

/** Runs `groupByKey`, `combinePerKey` and `combineGlobally`. */
export class GroupingRunner implements StepRunner {
  readonly #payload: GroupingPayload
  readonly #windowing: WindowingStrategy
  readonly #ledger: ToLedger
  readonly #keys = new Map<string, KeyWindows>()

  constructor(payload: GroupingPayload, windowing: WindowingStrategy, ledger: ToLedger) {
    this.#payload = payload
    this.#windowing = windowing
    this.#ledger = ledger
  }

  process({ values }: Bundle, clock: StepClock): readonly Bundle[] {
    const ofKeys = new Map<KeyWindows, WindowedValue<unknown>[]>()
    for (const element of values) {
      const key = this.#key(keyOf(this.#payload, element))
      const ofKey = ofKeys.get(key)
      if (ofKey === undefined) ofKeys.set(key, [element])
      else ofKey.push(element)
    }
    return asBundles([...ofKeys].map(([key, elements]) => key.process(elements, clock)))
  }

  fireTimers(clock: StepClock): readonly Bundle[] | undefined {
    const fired = [...this.#keys.values()].filter((key) => key.isDue(clock))
    if (fired.length === 0) return undefined
    return asBundles(fired.map((key) => key.wake(clock)))
  }

  hold(): Timestamp {
    return Math.min(MAX_TIMESTAMP, ...[...this.#keys.values()].map((key) => key.hold()))
  }

  #key(key: unknown): KeyWindows {
    const text = keyText(key)
    let windows = this.#keys.get(text)
    if (windows === undefined) {
      windows = new KeyWindows(this.#payload, this.#windowing, key, this.#ledger)
      this.#keys.set(text, windows)
    }
    return windows
  }
}

function asBundles(emitted: readonly (readonly WindowedValue<unknown>[])[]): readonly Bundle[] {
  return emitted.filter((values) => values.length > 0).map((values) => ({ port: 0, values }))
}
