/**
 * Pipelines with a first and a second half of what happens to them. Snapshots taken in between are kept as files, one set for each
 * version of the format; every later version must go on from them with the second half, and say what is written here.
 *
 * Times are milliseconds and small, so that what is expected can be reckoned in the head. A case is never changed: its files would
 * belong to another pipeline. New cases may be added.
 */
import {
  afterCount,
  afterWatermark,
  bagState,
  boundedOutOfOrderness,
  combinePerKey,
  combiningState,
  eventTimeTimer,
  fixedWindows,
  flatten,
  groupByKey,
  map,
  mapState,
  milliseconds,
  processingTimeTimer,
  read,
  repeatedly,
  sessions,
  setState,
  statefulParDo,
  valueState,
  windowInto,
  type KV,
  type PCollection,
  type PullSource,
  type ReadOptions,
  type Root,
} from '@tidemark/core'
import { count, sum } from '@tidemark/transforms'
import type { Engine, EngineOptions } from '../../packages/runners/src/execution/engine.ts'

/** A pipeline and what happens to its engine before the snapshot and after. */
export interface SnapshotCase {
  readonly name: string
  readonly pipeline: (root: Root) => Readonly<Record<string, PCollection<unknown>>>
  readonly options: EngineOptions
  readonly before: (engine: Engine) => void
  readonly after: (engine: Engine) => void
  /** What is said after the snapshot: see `sayings` of engine-versions.test.ts. */
  readonly expected: readonly string[]
}

type Element = readonly [at: number, key: string, value: number]
type Keyed = PCollection<KV<string, number>>

const described: PullSource<Element> = {
  mode: 'pull',
  description: 'elements of a test',
  bounded: false,
  unit: 'line',
  splits: () => Promise.resolve([]),
  open: () => {
    throw new Error('its elements are offered, not read')
  },
}

function numbers(root: Root, name: string, options: Partial<ReadOptions<Element>> = {}): Keyed {
  return root.pipe(
    read(name, described, { timestamp: ([at]) => at, ...options }),
    map(([, key, value]) => [key, value] as const),
  )
}

/** Offers elements of a source's split; the first is at `offset`. */
function offer(engine: Engine, source: number, split: string, offset: number, ...elements: readonly Element[]): void {
  const offsets = elements.map((_, index) => offset + index)
  engine.inputs[source]!.offer(split, { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
}

/** Every trigger of a window: early, on time, late; two splits, one of them silent; settled results. */
const windows: SnapshotCase = {
  name: 'windows',
  pipeline: (root) => ({
    out: numbers(root, 'In', { watermark: boundedOutOfOrderness(milliseconds(5)) }).pipe(
      windowInto(fixedWindows(milliseconds(10)), {
        trigger: afterWatermark({ early: afterCount(2), late: afterCount(1) }),
        allowedLateness: milliseconds(20),
        accumulationMode: 'accumulating',
      }),
      combinePerKey('Sum', sum()),
    ),
  }),
  options: { settled: true, now: 1000 },
  before(engine) {
    engine.inputs[0]!.openSplits(['0', '1'])
    offer(engine, 0, '0', 0, [1, 'a', 1], [2, 'b', 10])
    offer(engine, 0, '0', 2, [3, 'a', 2])
    offer(engine, 0, '1', 0, [4, 'a', 4])
    engine.inputs[0]!.markIdle('1')
  },
  after(engine) {
    // With the 4 of before the second since the last pane.
    offer(engine, 0, '0', 3, [5, 'a', 8])
    // The watermark goes to 15 and closes the first window.
    offer(engine, 0, '0', 4, [20, 'b', 20])
    offer(engine, 0, '1', 1, [6, 'a', 16])
    for (const split of ['0', '1']) engine.inputs[0]!.complete(split)
  },
  expected: [
    'out [0,10) ["a",15] early#1 @9',
    'out [0,10) ["a",15] on-time#2 @9',
    'out [0,10) ["b",10] on-time#0 @9',
    'out [0,10) ["a",31] late#3 @9',
    'out [20,30) ["b",20] on-time#0 last @29',
    'settled out [0,10) ["a",31]',
    'settled out [0,10) ["b",10]',
    'settled out [20,30) ["b",20]',
    'counted Sum in 7 out 6',
  ],
}

/** Sessions that were emitted and are merged afterwards, and one that has expired but is remembered. */
const merging: SnapshotCase = {
  name: 'sessions',
  pipeline: (root) => ({
    out: numbers(root, 'In').pipe(
      windowInto(sessions(milliseconds(10)), {
        trigger: repeatedly(afterCount(1)),
        allowedLateness: milliseconds(0),
        accumulationMode: 'retracting',
        onTime: 'if-non-empty',
        mayDrift: true,
      }),
      combinePerKey('Count', count()),
    ),
  }),
  options: { settled: true },
  before(engine) {
    engine.inputs[0]!.openSplits(['0'])
    offer(engine, 0, '0', 0, [20, 'a', 1], [0, 'b', 1])
    offer(engine, 0, '0', 2, [35, 'a', 1])
    engine.inputs[0]!.advanceWatermark('0', 12)
  },
  after(engine) {
    offer(engine, 0, '0', 3, [5, 'b', 1])
    offer(engine, 0, '0', 4, [28, 'a', 1])
    engine.inputs[0]!.complete('0')
  },
  expected: [
    'session-split Count ["b",1] [5,15) at 0:3',
    'out [5,15) ["b",1] early#0 @14',
    'out -[20,30) ["a",1] unknown#0 last @29',
    'out -[35,45) ["a",1] unknown#0 last @44',
    'out [20,45) ["a",3] early#0 @44',
    'settled out [0,10) ["b",1]',
    'settled out [5,15) ["b",1]',
    'settled out [20,45) ["a",3]',
    'counted Count in 5 out 7',
  ],
}

const cells = {
  last: valueState<{ readonly value: number; readonly at: number }>(),
  all: bagState<number>(),
  rests: setState<number>(),
  byRest: mapState<string, number>(),
  total: combiningState(sum()),
}

/** Cells of every kind, timers of both domains, elements that wait, one of them a dead letter to be. */
const stateful: SnapshotCase = {
  name: 'stateful',
  pipeline: (root) => ({
    out: numbers(root, 'In').pipe(
      windowInto(fixedWindows(milliseconds(10)), {
        allowedLateness: milliseconds(5),
        accumulationMode: 'accumulating',
      }),
      statefulParDo('Step', {
        state: cells,
        timers: { alarm: eventTimeTimer(), clock: processingTimeTimer() },
        onError: 'dead-letter',
        *process({ key, value, timestamp, state, timers }) {
          if (value === 13) throw new Error('unlucky')
          state.last.write({ value, at: timestamp })
          state.all.add(value)
          state.rests.add(value % 2)
          state.byRest.put(value % 2 === 0 ? 'even' : 'odd', value)
          state.total.add(value)
          if (value === 1) timers.alarm.set(8, { outputTimestamp: 3 })
          if (value === 2) timers.clock.set(500)
          yield [key, 'total', state.total.read()]
        },
        onTimer: {
          *alarm({ key, state }) {
            yield [key, 'alarm', state.all.read(), state.rests.read(), state.byRest.entries()]
          },
          *clock({ key, state }) {
            yield [key, 'clock', state.last.read()?.value, state.last.read()?.at]
          },
        },
        *onWindowExpiration({ key, state }) {
          yield [key, 'end', state.total.read()]
        },
      }),
    ),
  }),
  options: { now: 100 },
  before(engine) {
    engine.inputs[0]!.openSplits(['0'])
    offer(engine, 0, '0', 0, [1, 'a', 1], [3, 'a', 2], [6, 'a', 13], [2, 'b', 4])
    // The step's clock is five behind: it runs what lies before 4.
    engine.inputs[0]!.advanceWatermark('0', 9)
  },
  after(engine) {
    offer(engine, 0, '0', 4, [5, 'b', 6])
    engine.advanceProcessingTime(501)
    engine.inputs[0]!.advanceWatermark('0', 20)
    engine.inputs[0]!.advanceWatermark('0', 21)
    engine.inputs[0]!.complete('0')
  },
  expected: [
    'out [0,10) ["a","clock",2,3] @3',
    'dead-letter Step ["a",13] [0,10) at 0:2',
    'out [0,10) ["b","total",10] @5',
    'out [0,10) ["a","alarm",[1,2],[0,1],[["even",2],["odd",1]]] @3',
    'out [0,10) ["a","end",3] @9',
    'out [0,10) ["b","end",10] @9',
    'counted Step in 5 out 8',
  ],
}

/** Two sources, one of them silent, and lists per key in two shards: a is of the second, eu of the first. */
const sharded: SnapshotCase = {
  name: 'shards',
  pipeline: (root) => ({
    out: flatten<KV<string, number>>([numbers(root, 'A'), numbers(root, 'B')]).pipe(
      windowInto(fixedWindows(milliseconds(10))),
      groupByKey('List'),
    ),
  }),
  options: { shards: 2, settled: true },
  before(engine) {
    const [a, b] = engine.inputs
    for (const input of [a!, b!]) input.openSplits(['0'])
    offer(engine, 0, '0', 0, [1, 'eu', 1], [2, 'a', 2])
    offer(engine, 1, '0', 0, [0, 'eu', 3])
    a!.advanceWatermark('0', 5)
    b!.advanceWatermark('0', 3)
    b!.markIdle('0')
  },
  after(engine) {
    const [a, b] = engine.inputs
    offer(engine, 0, '0', 2, [1, 'eu', 4])
    a!.advanceWatermark('0', 12)
    offer(engine, 1, '0', 1, [15, 'eu', 5], [9, 'a', 6])
    for (const input of [a!, b!]) input.complete('0')
  },
  expected: [
    'out [0,10) ["eu",[3,1,4]] on-time#0 last @9',
    'out [0,10) ["a",[2]] on-time#0 last @9',
    'expired List ["a",6] [0,10) at 0:2',
    'out [10,20) ["eu",[5]] on-time#0 last @19',
    'settled out [0,10) ["a",[2]]',
    'settled out [0,10) ["eu",[3,1,4]]',
    'settled out [10,20) ["eu",[5]]',
    'counted List in 6 out 3',
  ],
}

/** All cases. */
export const SNAPSHOT_CASES: readonly SnapshotCase[] = [windows, merging, stateful, sharded]
