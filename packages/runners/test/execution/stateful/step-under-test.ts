/**
 * A stateful step by itself: fed rows and watermarks by hand, with all that it does listed in the order in which it does it.
 */
import {
  create,
  fixedWindows,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  milliseconds,
  statefulParDo,
  windowInto,
  type KV,
  type Timer,
  type ValueState,
  type LedgerEntry,
  type Timestamp,
  type Window,
  type WindowFn,
} from '@tidemark/core'
import { buildGraph, type PaneKind, type StatefulPayload } from '@tidemark/core/graph'
import type { Bundle } from '../../../src/execution/bundle/bundle.ts'
import { StepLog } from '../../../src/execution/ledger/step-log.ts'
import { Output } from '../../../src/execution/plan/output.ts'
import { StatefulStep } from '../../../src/execution/stateful/stateful-step.ts'

/** How the input of the step is windowed; no windows and no lateness when left out. */
export interface Windowed {
  readonly windowFn?: WindowFn
  readonly lateness?: number
  readonly panes?: PaneKind
}

/** An element with its timestamp; `sign` -1 takes one back, `watermark` is that of the source before it. */
export interface RowOf<K, V> {
  readonly at: Timestamp
  readonly key: K
  readonly value: V
  readonly sign?: 1 | -1
  readonly watermark?: Timestamp
}

/** What the functions of these tests see: the cells and timers that one of them or another declares. */
export interface Call<K = string, V = number> {
  readonly key: K
  readonly value: V
  readonly window: Window
  readonly timestamp: Timestamp
  readonly state: {
    readonly sum: ValueState<number>
    readonly count: ValueState<number>
    readonly cell: ValueState<number>
  }
  readonly timers: Readonly<Record<'a' | 'b' | 'e' | 'f' | 'p' | 'q' | 'due' | 'soon', Timer>>
}

/** Windows of ten milliseconds: [0, 10), [10, 20) and so on. */
export const PER_TEN: WindowFn = fixedWindows(milliseconds(10))

type DoFn<K, V> = Parameters<typeof statefulParDo<K, V, never, never>>[1]

/** The step under test. `seen` lists `value@timestamp` of what it emits and `watermark t` of what it lets through. */
export class StepUnderTest<K = string, V = number> {
  readonly seen: string[] = []
  readonly ledger: LedgerEntry[] = []
  readonly emitted: { readonly value: unknown; readonly timestamp: Timestamp; readonly window: Window | undefined }[] =
    []
  /** Where the output watermark stood before each row that was emitted, as the row or the watermark itself has told. */
  readonly told: Timestamp[] = []
  readonly log: StepLog
  readonly #clock = { now: 0 }
  readonly #step: StatefulStep
  readonly #windowFn: WindowFn | undefined
  readonly #output = new Output()

  constructor(doFn: unknown, { windowFn, lateness = 0, panes = 'elements' }: Windowed = {}) {
    const input = create<KV<K, V>>('Input', [])
    const stateful = statefulParDo('Step', doFn as DoFn<K, V>)
    const graph = buildGraph((root) => ({
      out:
        windowFn === undefined
          ? root.pipe(input, stateful)
          : root.pipe(
              input,
              windowInto<KV<K, V>>(windowFn, {
                allowedLateness: milliseconds(lateness),
                accumulationMode: 'accumulating',
              }),
              stateful,
            ),
    }))
    const step = graph.steps.at(-1)!
    const { windowing } = graph.collections[step.inputs[0]!]!
    const output = this.#output
    this.#windowFn = windowFn
    this.log = new StepLog(step, (entry) => this.ledger.push(entry))
    this.#step = new StatefulStep({
      payload: step.payload as StatefulPayload,
      windowing,
      inputPanes: panes,
      output,
      log: this.log,
      clock: this.#clock,
    })
    output.connect(
      {
        process: (bundle) => this.#take(bundle),
        advance: (watermark) => this.seen.push(`watermark ${watermark === MAX_TIMESTAMP ? 'end' : watermark}`),
      },
      0,
    )
  }

  /** Hands the step one bundle. */
  feed(...rows: readonly RowOf<K, V>[]): void {
    const inWindows = rows.flatMap((row) =>
      (this.#windowFn?.assign(row.at, row.value) ?? [undefined]).map((window) => ({ row, window })),
    )
    this.#step.process({
      length: inWindows.length,
      keys: inWindows.map(({ row }) => row.key),
      values: inWindows.map(({ row }) => row.value),
      timestamps: inWindows.map(({ row }) => row.at),
      windows: this.#windowFn && inWindows.map(({ window }) => window!),
      signs: inWindows.some(({ row }) => row.sign === -1) ? inWindows.map(({ row }) => row.sign ?? 1) : undefined,
      panes: [],
      paneOf: undefined,
      watermarks: rows.some((row) => row.watermark !== undefined)
        ? inWindows.map(({ row }) => row.watermark ?? MIN_TIMESTAMP)
        : undefined,
      positions: { split: 'orders.ndjson', unit: 'line', offsets: inWindows.map((_, index) => index + 1) },
    })
  }

  /** Moves the input watermark. */
  advance(watermark: Timestamp): void {
    this.#step.advance(watermark)
  }

  /** Moves the input watermark to the end of time. */
  end(): void {
    this.#step.advance(MAX_TIMESTAMP)
  }

  /** Moves processing time to `now`. */
  tick(now: number): void {
    this.#clock.now = now
    this.#step.advanceProcessingTime()
  }

  get nextEventTime(): number {
    return this.#step.nextEventTime()
  }

  get nextProcessingTime(): number {
    return this.#step.nextProcessingTime()
  }

  /** What was seen since the last call. */
  take(): readonly string[] {
    return this.seen.splice(0)
  }

  /** Waiting elements; and that no element is unaccounted for. */
  waiting(): number {
    this.log.counters.waiting = this.#step.waiting()
    this.log.assertConserved()
    return this.log.counters.waiting
  }

  /** How many records the step keeps. */
  get records(): number {
    const { state } = this.#step.save() as {
      readonly state: { readonly records: { readonly slots: readonly number[] } }
    }
    return state.records.slots.length
  }

  /** The ledger as `reason timestamp`. */
  get left(): readonly string[] {
    return this.ledger.map(({ reason, timestamp }) => `${reason} ${timestamp === undefined ? '' : timestamp}`)
  }

  #take(bundle: Bundle): void {
    for (let row = 0; row < bundle.length; row++) {
      const value = bundle.values[row]
      const timestamp = bundle.timestamps[row]!
      this.emitted.push({ value, timestamp, window: bundle.windows?.[row] })
      this.told.push(bundle.watermarks?.[row] ?? this.#output.watermark)
      this.seen.push(`${typeof value === 'string' ? value : JSON.stringify(value)}@${timestamp}`)
    }
  }
}

/** The code and message of what a call throws. */
export function thrownBy(call: () => void): { readonly code: string; readonly message: string } {
  try {
    call()
  } catch (error) {
    const { code, message } = error as { readonly code: string; readonly message: string }
    return { code, message }
  }
  throw new Error('nothing was thrown')
}
