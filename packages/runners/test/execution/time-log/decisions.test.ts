/**
 * Decisions: what an engine says was done to it, in order, and no more than a replay needs.
 */
import {
  afterProcessingTime,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  mapAsync,
  milliseconds,
  windowInto,
  type KV,
  type SourceBatch,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { Engine, type EngineOptions } from '../../../src/execution/engine.ts'
import { decodeSnapshot, SNAPSHOT_FORMAT } from '../../../src/execution/snapshot/engine-snapshot.ts'
import type { Decision } from '../../../src/execution/time-log/decision.ts'
import { numbers } from '../scripted.ts'

const graph = buildGraph((root) => ({
  out: numbers(root).pipe(
    windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
      trigger: afterWatermark({ early: afterProcessingTime(milliseconds(50)) }),
      allowedLateness: milliseconds(0),
      accumulationMode: 'accumulating',
    }),
    combinePerKey('Sum', sum()),
  ),
}))

/** An engine with what it said, decisions and outputs in one list. */
function told(options: EngineOptions = {}): { readonly engine: Engine; readonly log: unknown[] } {
  const log: unknown[] = []
  const engine = new Engine(graph, {
    onDecision: (decision) => log.push(decision),
    onOutput: (_, values) => log.push(`${values.length} out`),
    onLedger: ({ reason }) => log.push(reason),
    ...options,
  })
  return { engine, log }
}

function batchOf(...elements: readonly unknown[]): SourceBatch<unknown> {
  const offsets = elements.map((_, index) => index)
  return { elements, offsets, rejected: [], position: null, bytes: 0, done: false }
}

function decisionsOf(engine: Engine): number {
  return decodeSnapshot(engine.snapshot(), SNAPSHOT_FORMAT).decisions
}

describe('the decisions of an engine', () => {
  // Mutation: packages/runners/src/execution/source/source-input.ts: `this.#calls.begin(['watermark', this.#ordinal, split, watermark])` → `void watermark`
  it('come in the order of its calls, each before it takes effect, with counts and no elements', () => {
    const { engine, log } = told()
    const [input] = engine.inputs
    input!.openSplits(['0', '1'])
    input!.offer('0', batchOf([1, 'a', 1], [NaN, 'b', 1]))
    const rejected = { raw: 'x', offset: 9, code: 'BAD', detail: 'no JSON' }
    input!.offer('1', { ...batchOf(), rejected: [rejected] })
    input!.advanceWatermark('0', 12)
    input!.markIdle('1')
    input!.complete('0')
    input!.complete('1')
    expect(log).toEqual([
      ['open', 0, ['0', '1']],
      ['offer', 0, '0', 2, 0],
      'dead-letter',
      ['offer', 0, '1', 0, 1],
      'dead-letter',
      ['watermark', 0, '0', 12],
      ['idle', 0, '1'],
      '1 out',
      ['complete', 0, '0'],
      ['complete', 0, '1'],
    ])
  })

  it('leave out a batch in which nothing came', () => {
    const { engine, log } = told()
    engine.inputs[0]!.openSplits(['0'])
    engine.inputs[0]!.offer('0', batchOf())
    expect(log).toEqual([['open', 0, ['0']]])
  })

  // Mutation: packages/runners/src/execution/time-log/calls.ts: `this.#tick = undefined` → `void tick`
  // Mutation: packages/runners/src/execution/engine.ts: `(this.nextProcessingTime() ?? Infinity) < now` → `false`
  it('name ticks at which nothing was due only before something else, and then only the last of them', () => {
    const { engine, log } = told()
    const [input] = engine.inputs
    input!.openSplits(['0'])
    for (const now of [10, 20, 30]) engine.advanceProcessingTime(now)
    expect(log).toHaveLength(1)
    input!.offer('0', batchOf([1, 'a', 1]))
    // The pane is due when the time is past 80.
    for (const now of [40, 80, 79, 81, 90, 95]) engine.advanceProcessingTime(now)
    input!.markIdle('0')
    input!.openSplits(['1'])
    expect(log.slice(1)).toEqual([
      ['tick', 30],
      ['offer', 0, '0', 1, 0],
      ['tick', 80],
      ['tick', 81],
      '1 out',
      ['tick', 95],
      ['idle', 0, '0'],
      ['open', 0, ['1']],
    ])
  })

  // Mutation: packages/runners/src/execution/time-log/calls.ts: `wall === now ? ['tick', now] : ['tick', now, wall]` → `['tick', now]`
  it('name the clock of the wall where it is ahead of processing time', () => {
    const { engine, log } = told()
    engine.advanceProcessingTime(10, 10)
    engine.inputs[0]!.openSplits(['0'])
    engine.advanceProcessingTime(20, 500)
    engine.inputs[0]!.openSplits(['1'])
    engine.advanceProcessingTime(30, 25)
    engine.inputs[0]!.openSplits(['2'])
    expect(log.filter((said) => (said as Decision)[0] === 'tick')).toEqual([
      ['tick', 10],
      ['tick', 20, 500],
      ['tick', 30],
    ])
  })
})

describe('a snapshot', () => {
  // Mutation: packages/runners/src/execution/engine.ts: `    this.#calls.noteTick()` → `    void this.#calls`
  it('names the time that has come before it, and how many decisions led there', () => {
    const { engine, log } = told()
    engine.inputs[0]!.openSplits(['0'])
    engine.advanceProcessingTime(10)
    expect(decisionsOf(engine)).toBe(2)
    expect(log).toEqual([
      ['open', 0, ['0']],
      ['tick', 10],
    ])
    engine.snapshot()
    expect(log).toHaveLength(2)
  })

  // Mutation: packages/runners/src/execution/engine.ts: `this.#calls.noted = decisions` → `void decisions`
  it('lets the engine that is restored count on', () => {
    const { engine } = told()
    engine.inputs[0]!.openSplits(['0'])
    const next = told()
    next.engine.restore(engine.snapshot())
    next.engine.inputs[0]!.markIdle('0')
    expect(next.log).toEqual([['idle', 0, '0']])
    expect(decisionsOf(next.engine)).toBe(2)
  })

  it('may be asked for by whoever hears of the tick that it names', () => {
    let taken = 0
    const engine: Engine = new Engine(graph, {
      onDecision: ([what]) => {
        if (what === 'tick') taken += engine.snapshot().length
      },
    })
    engine.advanceProcessingTime(10)
    expect(taken).toBe(0)
    engine.snapshot()
    expect(taken).toBeGreaterThan(0)
  })
})

describe('what overflows while a bundle is on its way', () => {
  // Mutation: packages/runners/src/execution/time-log/calls.ts: `if (this.busy) this.#waiting.push(call)` → `if (this.busy) call()`
  it('is entered when the bundle has arrived, in the order in which it came: calls do not nest', () => {
    const log: unknown[] = []
    let asked = false
    const engine: Engine = new Engine(graph, {
      onDecision: (decision) => log.push(decision),
      onLedger: ({ reason, element }) => log.push([reason, element]),
      onOutput: (_, values) => {
        if (!asked) for (const offset of [7, 8]) engine.inputs[0]!.overflow('0', [offset], offset, 3)
        asked = true
        log.push(`${values.length} out`)
      },
    })
    engine.inputs[0]!.openSplits(['0'])
    engine.inputs[0]!.offer('0', batchOf([1, 'a', 1], [15, 'b', 1]))
    log.length = 0
    engine.inputs[0]!.advanceWatermark('0', 40)
    expect(log).toEqual([
      ['watermark', 0, '0', 40],
      '2 out',
      ['overflow', 0, '0', 3],
      ['overflow', [7]],
      ['overflow', 0, '0', 3],
      ['overflow', [8]],
    ])
    expect(engine.snapshot()).toBeInstanceOf(Uint8Array)
  })

  // Mutation: packages/runners/src/execution/async/async-step.ts: `['async', this.#ordinal, id, 'ok']` → `['async', 0, id, 'ok']`
  it('name the end of each call before it takes effect, by its step and number, with the reason of a failure and no element', () => {
    const log: unknown[] = []
    const asking = buildGraph((root) => {
      const first = numbers(root).pipe(mapAsync('First', () => 0, { onError: 'dead-letter' }))
      return { out: first.pipe(mapAsync('Second', () => 0)) }
    })
    const engine = new Engine(asking, {
      onDecision: (decision) => log.push(decision),
      onOutput: (_, values) => log.push(`${values.length} out`),
      onLedger: ({ reason }) => log.push(reason),
    })
    const [input] = engine.inputs
    const [first, second] = engine.asyncSteps
    input!.openSplits(['0'])
    input!.offer('0', batchOf([1, 'a', 1], [2, 'b', 2]))
    engine.advanceProcessingTime(5)
    const failure = { tries: 4, code: 'USER_CODE', message: 'no route' }
    first!.complete(1, { ok: false, failure, cause: new Error('no route') })
    first!.complete(0, { ok: true, answer: 'one' })
    second!.complete(0, { ok: true, answer: 'two' })
    expect(log).toEqual([
      ['open', 0, ['0']],
      ['offer', 0, '0', 2, 0],
      ['tick', 5],
      ['async', 0, 1, 'failed', failure],
      'dead-letter',
      ['async', 0, 0, 'ok'],
      ['async', 1, 0, 'ok'],
      '1 out',
    ])
  })
})
