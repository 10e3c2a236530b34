/**
 * A grouping at work: elements into the windows of their keys, panes out of them.
 *
 * For every key: expired elements are dropped, windows merge, elements are added, and only then triggers are asked, once for
 * the bundle. Timers wake a window; what then happens depends on the state of the window alone, not on which timer it was (41).
 */
import {
  END_OF_GLOBAL_WINDOW,
  keyText,
  MAX_TIMESTAMP,
  type Timestamp,
  type WindowedValue,
  type WindowingStrategy,
} from '@tidemark/core'
import type { PaneKind } from '@tidemark/core/graph'
import { defaultPane, type GroupingSpec } from './grouping-spec.ts'
import { keyOf, type GroupingPayload } from './grouped-value.ts'
import { KeyWindows } from './key-windows.ts'
import type { StepClock } from './pane-timing.ts'
import type { Bundle, StepRunner, ToLedger } from './step-runner.ts'

/** Runs `groupByKey`, `combinePerKey` and `combineGlobally`. */
export class GroupingRunner implements StepRunner {
  readonly #grouping: GroupingSpec
  readonly #keys = new Map<string, KeyWindows>()
  /** Whether nothing has come yet, and the output of nothing at all is still to be emitted (73). */
  #awaitsDefault: boolean

  constructor(payload: GroupingPayload, windowing: WindowingStrategy, input: PaneKind, ledger: ToLedger) {
    const hasDefault = payload.primitive === 'combinePerKey' && !payload.keyed && windowing.windowFn.kind === 'global'
    this.#grouping = { payload, windowing, fedByChanges: input === 'changes', hasDefault, ledger }
    this.#awaitsDefault = hasDefault
  }

  process({ values }: Bundle, clock: StepClock): readonly Bundle[] {
    this.#awaitsDefault = false
    const ofKeys = new Map<KeyWindows, WindowedValue<unknown>[]>()
    for (const element of values) {
      const key = this.#key(keyOf(this.#grouping.payload, element))
      const ofKey = ofKeys.get(key)
      if (ofKey === undefined) ofKeys.set(key, [element])
      else ofKey.push(element)
    }
    return asBundles([...ofKeys].map(([key, elements]) => key.process(elements, clock)))
  }

  fireTimers(clock: StepClock): readonly Bundle[] | undefined {
    if (this.#awaitsDefault && clock.input > END_OF_GLOBAL_WINDOW) {
      this.#awaitsDefault = false
      return [{ port: 0, values: [defaultPane(this.#grouping)] }]
    }
    const fired = [...this.#keys.values()].filter((key) => key.isDue(clock))
    if (fired.length === 0) return undefined
    return asBundles(fired.map((key) => key.wake(clock)))
  }

  hold(): Timestamp {
    const start = this.#awaitsDefault ? END_OF_GLOBAL_WINDOW : MAX_TIMESTAMP
    return Math.min(start, ...[...this.#keys.values()].map((key) => key.hold()))
  }

  get isOpen(): boolean {
    return [...this.#keys.values()].some((key) => key.hold() < MAX_TIMESTAMP)
  }

  #key(key: unknown): KeyWindows {
    const text = keyText(key)
    let windows = this.#keys.get(text)
    if (windows === undefined) {
      windows = new KeyWindows(this.#grouping, key)
      this.#keys.set(text, windows)
    }
    return windows
  }
}

function asBundles(emitted: readonly (readonly WindowedValue<unknown>[])[]): readonly Bundle[] {
  return emitted.filter((values) => values.length > 0).map((values) => ({ port: 0, values }))
}
