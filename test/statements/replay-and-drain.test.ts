/**
 * Statements 75-77 of the semantics: what runs twice, what ends before its time, and what a script may do.
 *
 * Of 75, what is held here is that a bundle that is replayed after a restart overwrites what it has written before.
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  combinePerKey,
  eventTimeTimer,
  keyText,
  map,
  MAX_TIMESTAMP,
  milliseconds,
  MIN_TIMESTAMP,
  never,
  PipelineError,
  statefulParDo,
  windowInto,
  write,
  type KV,
  type Root,
  type Sink,
  type Taken,
  type WindowedValue,
} from '@tidemark/core'
import { buildGraph, type Step } from '@tidemark/core/graph'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { evaluatePanes, playScript, testStream, type Script } from '@tidemark/runners/testing'
import { sum } from '@tidemark/transforms'
import { Subject } from 'rxjs'
import { expect, it } from 'vitest'
import { Engine } from '../../packages/runners/src/execution/engine.ts'
import { shown } from './as-text.ts'
import { accumulating, fixed, gap, retracting, sums } from './pipelines.ts'
import { add, end, keyed, play, playEngine, watermark, type Element } from './play.ts'

const perTen = fixed(10)

/** Where the engine's writes go in these tests: the listener puts them there. */
const STORE: Sink<unknown> = {
  description: 'a map',
  open: () => {
    throw new Error('nobody opens this sink')
  },
}

/** A store with a place for each step, key and window, which the last value written there takes. */
class Store {
  readonly places = new Map<string, unknown>()
  writes = 0

  readonly write = (step: Step, values: readonly Taken<unknown>[]): void => {
    for (const { value, window, sign } of values as readonly WindowedValue<unknown>[]) {
      const [key, result] = value as KV<string, number>
      const place = `${step.path} ${keyText(key)} [${window.start},${window.end})`
      this.writes++
      if (sign > 0) this.places.set(place, result)
      else this.places.delete(place)
    }
  }
}

/** Sums of sessions, as changes, written into a store. */
function storing(store: Store): Engine {
  const trigger = afterWatermark({ early: afterCount(1), late: afterCount(1) })
  const graph = buildGraph((root) => {
    const out = keyed(root).pipe(windowInto(gap(10), retracting(5, { trigger })), combinePerKey('Sum', sum()))
    out.pipe(write('Store', STORE))
    return { out }
  })
  return new Engine(graph, { onWrite: store.write })
}

function offer(engine: Engine, ...elements: readonly Element[]): void {
  const offsets = elements.map((_, index) => index)
  engine.inputs[0]!.offer('0', { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
}

// Mutation: packages/runners/src/execution/snapshot/parts.ts: `part.saved.load(decodeValue(data as Uint8Array) as StateData)` → `void data`
it('statement 75: a bundle that is replayed after a restart overwrites what it has written, in a store by step, key and window', () => {
  const store = new Store()
  const bundle = (engine: Engine) => {
    offer(engine, [5, 'a', 2], [3, 'b', 4], [40, 'a', 8])
    engine.inputs[0]!.advanceWatermark('0', 20)
  }
  const first = storing(store)
  first.inputs[0]!.openSplits(['0'])
  offer(first, [0, 'a', 1])
  expect(store.places).toEqual(new Map([['Store a [0,10)', 1]]))
  const snapshot = first.snapshot()
  const before = store.writes
  bundle(first)
  const written = store.writes - before
  const content = new Map([
    ['Store a [0,15)', 3],
    ['Store a [40,50)', 8],
    ['Store b [3,13)', 4],
  ])
  expect(store.places).toEqual(content)

  const second = storing(store)
  second.restore(snapshot)
  bundle(second)
  expect(store.writes - before).toBe(2 * written)
  expect(store.places).toEqual(content)
})

// Mutation: packages/runners/src/execution/source/split-watermarks.ts: `this.#open.size === 0 ? MAX_TIMESTAMP` → `this.#open.size === 0 ? this.#current`
it('statement 76: when the last source ends, windows that are open give what they have, before their time', () => {
  const script = [add([1, 'a', 1]), watermark(3), end()]
  expect(play(sums(perTen), script).numbered).toEqual(['on-time#0/0 last a=1 @9 [0,10)'])
  expect(play(sums(perTen, accumulating(100, { trigger: never() })), script).numbered).toEqual([
    'on-time#0/0 last a=1 @9 [0,10)',
  ])
  expect(play(sums(perTen), script).watermarks.at(-1)).toBe(MAX_TIMESTAMP)
})

// Mutation: packages/runners/src/execution/grouping/window-grouping.ts: `open.expiry < this.inputWatermark` → `false`
it('statement 76: what comes after that is late, and for the ledger', () => {
  const script = [add([1, 'a', 1]), watermark(MAX_TIMESTAMP), add([2, 'a', 1])]
  const { panes, ledger } = playEngine(sums(perTen, accumulating(100)), script)
  expect(panes).toEqual(['on-time a=1 @9 [0,10)'])
  expect(ledger).toEqual(['expired at Sum: a=1 @2 [0,10)'])
})

// Mutation: packages/runners/src/execution/source/split-watermarks.ts: `this.#open.size === 0 ? MAX_TIMESTAMP` → `this.#open.size === 0 ? this.#current`
it('statement 76: a job that is drained closes its windows with what they have, and takes nothing more', async () => {
  const clicks$ = new Subject<Element>()
  const job = streamingRunner().run((root) => ({
    sums: root.pipe(
      fromObservable('Clicks', clicks$, { timestamp: ([at]) => at, watermark: boundedOutOfOrderness(milliseconds(5)) }),
      map(([, key, value]) => [key, value] as const),
      windowInto(perTen),
      combinePerKey('Sum', sum()),
    ),
  }))
  const panes: string[] = []
  job.outputs.sums.subscribe((pane) => panes.push(shown(pane)))
  job.start()
  clicks$.next([1, 'a', 1])
  await job.drain()
  expect(panes).toEqual(['on-time a=1 @9 [0,10)'])
  expect(clicks$.observed).toBe(false)
})

const clicks = testStream<KV<string, number>>('Clicks')

/** Why the engine and the evaluator refuse a script. */
function refusalsOf(script: Script): readonly unknown[] {
  const graph = buildGraph((root) => ({ out: root.pipe(clicks) }))
  return [playScript, evaluatePanes].map((run) => {
    try {
      run(graph, script)
      return 'accepted'
    } catch (error) {
      return error instanceof PipelineError ? error.code : error
    }
  })
}

// Mutation: packages/runners/src/testing/test-stream/read-script.ts: `payload.timestamp(value) : clock.now(split)` → `payload.timestamp(value) : 0`
it('statement 77: an element without a time has the watermark of the moment for one', () => {
  const graph = buildGraph((root) => ({ out: root.pipe(clicks) }))
  const script = [clicks.addElements(['a', 1]), clicks.advanceWatermarkTo(7), clicks.addElements(['a', 2])]
  for (const run of [playScript, evaluatePanes]) {
    expect(run(graph, script).outputs['out']!.map(({ element }) => element.timestamp)).toEqual([MIN_TIMESTAMP, 7])
  }
})

// Mutation: packages/runners/src/testing/test-stream/stream-clock.ts: `to < clock.watermark && this.#strict` → `false`
// Mutation: packages/runners/src/testing/test-stream/stream-clock.ts: `to === MAX_TIMESTAMP` → `false`
it('statement 77: the watermark of a test stream never goes back, and to the end of time by completion alone', () => {
  const to = (t: number) => clicks.advanceWatermarkTo(t)
  expect(refusalsOf([to(7), to(7), clicks.complete()])).toEqual(['accepted', 'accepted'])
  expect(refusalsOf([to(7), to(6)])).toEqual(['BAD_SCRIPT', 'BAD_SCRIPT'])
  expect(refusalsOf([to(MAX_TIMESTAMP)])).toEqual(['BAD_SCRIPT', 'BAD_SCRIPT'])
  expect(refusalsOf([clicks.complete(), to(7)])).toEqual(['BAD_SCRIPT', 'BAD_SCRIPT'])
})

// Mutation: packages/runners/src/execution/stateful/due-work.ts: `else this.#turn(id)` → `else break`
it('statement 77: an event runs to quiescence before the next: what it makes due, in any step, is done with it', () => {
  const chained = (root: Root) =>
    keyed(root).pipe(
      windowInto(perTen),
      statefulParDo('Chained', {
        state: {},
        timers: { first: eventTimeTimer(), second: eventTimeTimer() },
        process({ key, value, timers }) {
          timers.first.set(5)
          return [[key, value] as const]
        },
        onTimer: {
          first({ key, timers }) {
            timers.second.set(7)
            return [[key, 10] as const]
          },
          second: ({ key }) => [[key, 100] as const],
        },
      }),
      combinePerKey('Sum', sum()),
    )
  expect(play(chained, [add([1, 'a', 1]), watermark(10), add([30, 'a', 0])]).byEvent).toEqual([
    [],
    ['on-time a=111 @9 [0,10)'],
    [],
  ])
})
