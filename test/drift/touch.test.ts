/**
 * The seam for increments: a record whose bytes have changed since the last snapshot is among those that its table says have changed.
 */
import { encodeValue } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../packages/runners/src/execution/engine.ts'
import { StateTable } from '../../packages/runners/src/execution/state/state-table.ts'
import { ElementTable } from '../../packages/runners/src/execution/stateful/element-table.ts'
import { pipelineOf } from './pipeline-of.ts'
import { randomScenario } from './random-arrival.ts'
import { randomPipeline } from './random-graph.ts'
import { Random } from './random.ts'
import { callsOf, optionsOf } from './run-live.ts'
import type { Element, StageSpec } from './pipeline-spec.ts'
import { formatScenario, type Scenario } from './scenario.ts'

const one = process.env['TIDEMARK_SEED']
const seeds = one === undefined ? Array.from({ length: 200 }, (_, index) => index + 1) : [Number(one)]

/** What both kinds of tables do. */
interface Table {
  entries(): Iterable<readonly [slot: number, record: unknown]>
  takeChanged(): readonly number[]
  save(dataOf: (record: unknown) => Data): Data
}
type Data = ReturnType<StateTable<unknown>['save']>

const TABLES = [StateTable.prototype, ElementTable.prototype] as unknown as Table[]

/** The records of every table at its last snapshot, by slot, as text. */
const before = new Map<Table, ReadonlyMap<number, string>>()
/** Slots that differ from the last snapshot and were not said to, since this was emptied. */
const untouched: string[] = []
let changes = 0

// No engine shows its tables, but each is asked for its data by a snapshot.
const originals = TABLES.map((table) => Object.getOwnPropertyDescriptor(table, 'save')!.value as Table['save'])
function watched(original: Table['save']): Table['save'] {
  return function watchedSave(this: Table, dataOf) {
    const records = new Map(
      [...this.entries()].map(([slot, record]) => [slot, Buffer.from(encodeValue(dataOf(record))).toString('latin1')]),
    )
    const known = before.get(this) ?? new Map<number, string>()
    const told = new Set(this.takeChanged())
    for (const slot of new Set([...known.keys(), ...records.keys()])) {
      if (known.get(slot) === records.get(slot)) continue
      changes++
      if (!told.has(slot)) untouched.push(`slot ${slot}: ${known.get(slot)} is ${records.get(slot)}`)
    }
    before.set(this, records)
    return original.call(this, dataOf)
  }
}

beforeAll(() => {
  for (const [index, table] of TABLES.entries()) table.save = watched(originals[index]!)
})

afterAll(() => {
  for (const [index, table] of TABLES.entries()) table.save = originals[index]!
})

/** What was changed without being said, from call to call of a scenario. */
function untouchedIn(scenario: Scenario): readonly string[] {
  const engine = new Engine(buildGraph(pipelineOf(scenario.pipeline, 'live')), optionsOf(scenario))
  before.clear()
  untouched.length = 0
  for (const call of callsOf(scenario)) {
    if (call !== 'restore') call(engine)
    engine.snapshot()
  }
  return [...untouched]
}

/** Elements of one source, each alone, through stages; times in seconds. */
function scenarioOf(stages: readonly StageSpec[], ...elements: readonly Element[]): Scenario {
  return {
    pipeline: { unit: 1000, base: 0, sources: [{ bounded: false, splits: 1 }], stages },
    events: elements.map((element) => ({ kind: 'offer', source: 0, split: 0, elements: [element] })),
    zone: 'UTC',
  }
}

describe('state', () => {
  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `group.touched = false` → `group.touched = true`
  // Mutation: packages/runners/src/execution/stateful/cursor.ts: `this.#table.touch(this.#slot)` → `void this.#slot`
  it('is never changed but by way of touch, whatever the pipeline', () => {
    for (const seed of seeds) {
      const random = new Random(seed)
      const scenario = randomScenario(randomPipeline(random), random)
      expect(untouchedIn(scenario), `TIDEMARK_SEED=${seed}\n${formatScenario(scenario)}`).toEqual([])
    }
    expect(changes).toBeGreaterThan(10 * seeds.length)
  })

  // Mutation: packages/runners/src/execution/stateful/waiting-elements.ts: `table.touch(id)` → `void id`
  it('is touched when an equal change comes to one that waits', () => {
    const windows = { kind: 'fixed', size: 10, offset: 0 } as const
    const options = { trigger: { kind: 'repeatedly', of: { kind: 'count', count: 1 } }, lateness: 0 } as const
    const stages: readonly StageSpec[] = [
      { kind: 'window', windows, options: { ...options, mode: 'retracting', mayDrift: true } },
      { kind: 'combine', combiner: 'count', keyed: true },
      { kind: 'coarse' },
      { kind: 'stateful', delay: 1, expiration: false },
    ]
    expect(untouchedIn(scenarioOf(stages, [1000, 'a', 1], [2000, 'aa', 1], [3000, 'aaa', 1]))).toEqual([])
  })

  // Mutation: packages/runners/src/execution/stateful/record-index.ts: `this.#queued.touch(open.id)` → `void open.id`
  it('is touched when a window is kept for what waits beyond its end', () => {
    const stages: readonly StageSpec[] = [
      { kind: 'window', windows: { kind: 'fixed', size: 5, offset: 0 } },
      { kind: 'later', by: 7 },
      { kind: 'stateful', delay: 1, expiration: false },
    ]
    expect(untouchedIn(scenarioOf(stages, [1000, 'a', -1], [2000, 'a', 1]))).toEqual([])
  })
})
