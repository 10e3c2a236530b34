/**
 * Snapshots that an engine cannot go on from: of another version, another pipeline, other shards, or when it has begun itself.
 */
import {
  combinePerKey,
  fixedWindows,
  map,
  milliseconds,
  sessions,
  windowInto,
  type KV,
  type PipelineError,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { count, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { Engine, type EngineOptions } from '../../../src/execution/engine.ts'
import type { StateData } from '../../../src/execution/snapshot/saved.ts'
import { numbers } from '../scripted.ts'
import { Run, type Built } from './resumed.ts'

const counts: Built = (root) => ({
  out: numbers(root).pipe(windowInto(fixedWindows(milliseconds(10))), combinePerKey('Count', count())),
})

function snapshotOf(options: EngineOptions = {}): Uint8Array {
  return new Run(counts, options, false).offer([1, 'a', 1]).engine.snapshot()
}

/** What a restore into a fresh engine throws. */
function refusalOf(snapshot: Uint8Array, options: EngineOptions = {}, pipeline = counts): PipelineError {
  const engine = new Engine(buildGraph(pipeline), options)
  try {
    engine.restore(snapshot)
  } catch (error) {
    return error as PipelineError
  }
  throw new Error('it was restored')
}

describe('a snapshot of another version', () => {
  const version = (number: number): EngineOptions => ({ snapshotFormat: { version: number, upgrades: {} } })

  // Mutation: packages/runners/src/execution/snapshot/engine-snapshot.ts: `if (envelope.version > version) {` → `if (false) {`
  it('is refused when it is newer', () => {
    const { code, message } = refusalOf(snapshotOf(version(3)), version(2))
    expect(code).toBe('SNAPSHOT_NEWER')
    expect(message).toContain('is of version 3, and this engine reads versions up to 2')
  })

  it('is refused when it is older and nothing upgrades it, though the next is upgraded', () => {
    const format = { version: 3, upgrades: { 2: (data: StateData) => data } }
    const { code, message } = refusalOf(snapshotOf(version(1)), { snapshotFormat: format })
    expect(code).toBe('SNAPSHOT_OLDER')
    expect(message).toContain('is of version 1, and this engine cannot read versions up to 1 any more')
  })

  // Mutation: packages/runners/src/execution/snapshot/engine-snapshot.ts: `for (let from = envelope.version; from < version; from++)` → `for (let from = version - 1; from >= envelope.version; from--)`
  it('is upgraded version by version', () => {
    const steps: number[] = []
    const upgrade = (from: number) => (data: StateData) => {
      steps.push(from)
      return data
    }
    const format = { version: 4, upgrades: { 1: upgrade(1), 2: upgrade(2), 3: upgrade(3) } }
    new Engine(buildGraph(counts), { snapshotFormat: format }).restore(snapshotOf(version(2)))
    expect(steps).toEqual([2, 3])
  })
})

describe('a snapshot of another pipeline', () => {
  // Mutation: packages/runners/src/execution/snapshot/engine-snapshot.ts: `requireSameGraph(snapshot.graph, engine.graph)` → `void requireSameGraph`
  it('is refused, and what differs is said', () => {
    const other: Built = (root) => ({
      out: numbers(root).pipe(windowInto(sessions(milliseconds(10))), combinePerKey('Sum', sum())),
    })
    const { code, message } = refusalOf(snapshotOf(), {}, other)
    expect(code).toBe('SNAPSHOT_OF_ANOTHER_GRAPH')
    expect(message).toMatch(
      /^The snapshot was taken of another pipeline:\n {2}The step "Count" \(combinePerKey\) is gone\.\n/,
    )
    expect(message).toContain('  The step "Sum" (combinePerKey) is new.\n')
    expect(message).toContain('sessions')
  })

  it('is restored where only functions differ', () => {
    const doubled: Built = (root) => ({
      out: numbers(root, { timestamp: ([at]) => at * 2 }).pipe(
        windowInto(fixedWindows(milliseconds(10))),
        combinePerKey('Count', count()),
      ),
    })
    const engine = new Engine(buildGraph(doubled))
    engine.restore(snapshotOf())
    expect(engine.counters().find(({ step }) => step === 'Count')).toMatchObject({ in: 1, waiting: 1 })
  })
})

describe('a snapshot of as many shards', () => {
  // Mutation: packages/runners/src/execution/snapshot/engine-snapshot.ts: `if (snapshot.shards !== engine.shards) {` → `if (false) {`
  it('alone is restored', () => {
    for (const [from, to] of [
      [1, 2],
      [2, 1],
      [8, 2],
    ] as const) {
      const { code, message } = refusalOf(snapshotOf({ shards: from }), { shards: to })
      expect(code).toBe('SNAPSHOT_SHARDS')
      expect(message).toContain(`shards: ${from}, and this one has ${to}`)
      expect(message).toContain(`Restore with shards: ${from}.`)
    }
    expect(() => new Engine(buildGraph(counts), { shards: 8 }).restore(snapshotOf({ shards: 8 }))).not.toThrow()
  })
})

describe('a snapshot without settled results', () => {
  it('is refused where they are to be kept, and one with them is restored where they are not', () => {
    const { code, message } = refusalOf(snapshotOf(), { settled: true })
    expect(code).toBe('SNAPSHOT_WITHOUT_SETTLED')
    expect(message).toContain('"out"')
    const engine = new Engine(buildGraph(counts))
    engine.restore(snapshotOf({ settled: true }))
    expect(() => engine.settled('out')).toThrow('was not kept')
  })
})

describe('an engine that has begun', () => {
  // Mutation: packages/runners/src/execution/engine.ts: `if (this.#calls.used) {` → `if (false) {`
  it('is not restored, whatever was done with it', async () => {
    const begun: readonly ((engine: Engine) => void)[] = [
      ({ inputs }) => inputs[0]!.openSplits(['0']),
      ({ inputs }) => inputs[0]!.complete('0'),
      (engine) => engine.advanceProcessingTime(1),
      (engine) => engine.restore(snapshotOf()),
      (engine) => expect(() => engine.restore(new Uint8Array())).toThrow('no snapshot'),
    ]
    for (const begin of begun) {
      const engine = new Engine(buildGraph(counts))
      begin(engine)
      expect(() => engine.restore(snapshotOf())).toThrow(
        expect.objectContaining({ code: 'SNAPSHOT_INTO_USED_ENGINE' }) as Error,
      )
    }
    // Setting up and looking are no use of it.
    const engine = new Engine(buildGraph(counts))
    await engine.setup()
    engine.counters()
    engine.snapshot()
    engine.restore(snapshotOf())
    expect(engine.counters().find(({ step }) => step === 'Count')).toMatchObject({ in: 1 })
  })
})

describe('steps without a name', () => {
  // Mutation: packages/runners/src/execution/plan/plan.ts: `const names = stepNames(graph)` → `const names = graph.steps.map(({ path }) => path)`
  it('are found by what they are and where they stand, in whatever order they were added', () => {
    const added =
      (first: 'a' | 'b'): Built =>
      (root) => {
        const input = numbers(root)
        const strict = map(
          ([key, value]: KV<string, number>): KV<string, number> => (value > 1 ? [key, value] : refuse()),
          { onError: 'dead-letter' },
        )
        const lax = map(([key, value]: KV<string, number>): KV<string, number> => [key, value])
        const branch = (name: 'a' | 'b') =>
          input.pipe(
            name === 'a' ? strict : lax,
            windowInto(fixedWindows(milliseconds(10))),
            combinePerKey(name, count()),
          )
        const second = first === 'a' ? 'b' : 'a'
        const outputs = { [first]: branch(first), [second]: branch(second) }
        return { a: outputs['a']!, b: outputs['b']! }
      }
    const run = new Run(added('a'), {}, false).offer([1, 'k', 1], [2, 'k', 2])
    const before = [...run.engine.ledgerCounts]
    const engine = new Engine(buildGraph(added('b')))
    engine.restore(run.engine.snapshot())
    // The labels have changed places; the counts have not changed steps.
    expect(before).toEqual([['Map#2 dead-letter', 1]])
    expect([...engine.ledgerCounts]).toEqual([['Map#3 dead-letter', 1]])
  })
})

function refuse(): never {
  throw new Error('too small')
}
