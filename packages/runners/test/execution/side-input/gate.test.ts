/**
 * The gate before a step with side inputs: what it keeps and for how long, what it tells of itself, and what a snapshot of it holds.
 */
import {
  afterCount,
  afterWatermark,
  asIterable,
  asSingleton,
  canonicalCoder,
  combinePerKey,
  fixedWindows,
  flatten,
  map,
  milliseconds,
  sessions,
  slidingWindows,
  windowInto,
  type Coder,
  type PCollection,
  type Root,
  type WindowFn,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { count, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { plan, type Plan } from '../../../src/execution/plan/plan.ts'
import { SideInputGate } from '../../../src/execution/side-input/side-input-gate.ts'
import { Calls } from '../../../src/execution/time-log/calls.ts'
import { numbers, Scripted, type Element } from '../scripted.ts'
import { resumed, type Run } from '../snapshot/resumed.ts'

const perTen = fixedWindows(milliseconds(10))

/** Each number of `In`, with the numbers of `Side` that it sees. */
const seeing =
  (main: WindowFn = perTen, side: WindowFn = perTen, lateness = 0) =>
  (root: Root): { readonly out: PCollection<unknown> } => {
    const options = { allowedLateness: milliseconds(lateness), accumulationMode: 'accumulating' } as const
    const all = numbers(root, {}, 'Side').pipe(
      windowInto(side),
      map(([, value]) => value),
      asIterable('All'),
    )
    return {
      out: numbers(root).pipe(
        windowInto(main, options),
        map(([key, value], seen) => [key, [value, ...seen.all]] as const, { side: { all } }),
      ),
    }
  }

/** An engine's plan whose gate can be looked at. */
class Looked {
  readonly plan: Plan
  readonly gate: SideInputGate
  #offset = 0

  constructor(pipeline: (root: Root) => Readonly<Record<string, PCollection<unknown>>>) {
    this.plan = plan(buildGraph(pipeline), {
      clock: { now: 0, wall: 0, history: false, maxFuture: undefined },
      calls: new Calls(undefined),
      shards: 1,
      onLedger: undefined,
      onWrite: undefined,
    })
    this.gate = this.plan.timed.map(({ operator }) => operator).find((operator) => operator instanceof SideInputGate)!
    for (const input of this.plan.inputs) input.openSplits(['0'])
  }

  offer(source: string, ...elements: readonly Element[]): this {
    const offsets = elements.map(() => this.#offset++)
    this.#input(source).offer('0', { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
    return this
  }

  watermark(source: string, to: number): this {
    this.#input(source).advanceWatermark('0', to)
    return this
  }

  #input(name: string): Plan['inputs'][number] {
    return this.plan.inputs.find(({ step }) => step.path === name)!
  }
}

describe('what is kept', () => {
  // Mutation: packages/runners/src/execution/side-input/side-input-gate.ts: `view.free(side)` → `void side`
  // Mutation: packages/runners/src/execution/side-input/side-input-gate.ts: `this.#needs.forget(side)` → `void side`
  it('does not grow over a thousand windows, whichever input is ahead', () => {
    for (const ahead of ['In', 'Side'] as const) {
      const looked = new Looked(seeing(slidingWindows(milliseconds(20), milliseconds(10)), perTen, 5))
      const most = { windows: 0, needs: 0, waiting: 0 }
      for (let window = 0; window < 1000; window++) {
        const at = window * 10
        looked.offer('In', [at + 1, 'a', 1], [at + 2, 'b', 2]).offer('Side', [at + 3, 's', 3])
        const [first, second] = ahead === 'In' ? (['In', 'Side'] as const) : (['Side', 'In'] as const)
        looked.watermark(first, at + 15).watermark(second, at + 9)
        most.windows = Math.max(most.windows, looked.gate.kept.windows)
        most.needs = Math.max(most.needs, looked.gate.kept.needs)
        most.waiting = Math.max(most.waiting, looked.gate.waiting())
      }
      // An element is in two windows, which see this window of ten and the next. Where the main input is ahead, those of the last round wait too.
      expect({ ahead, ...most }).toEqual({ ahead, windows: 2, needs: 2, waiting: ahead === 'In' ? 6 : 2 })
      expect(looked.watermark('In', 20_000).watermark('Side', 20_000).gate.kept).toEqual({ windows: 0, needs: 0 })
      expect(looked.gate.waiting()).toBe(0)
    }
  })

  it('is one window for all sessions that see it', () => {
    const looked = new Looked(seeing(sessions(milliseconds(3)), perTen))
    for (let at = 0; at < 8; at++) looked.offer('In', [at, 'a', at])
    expect(looked.gate.kept).toEqual({ windows: 1, needs: 1 })
    expect(looked.gate.waiting()).toBe(8)
  })

  // Mutation: packages/runners/src/execution/side-input/side-input-gate.ts: `if (needed.waiting.size === 0) this.#emptied.add(needed)` → ``
  it('is forgotten also when elements have waited for it for longer than its time', () => {
    const looked = new Looked(seeing()).offer('In', [1, 'a', 1], [11, 'b', 1]).watermark('In', 500)
    expect(looked.gate.kept).toEqual({ windows: 2, needs: 2 })
    expect(looked.watermark('Side', 10).gate.kept).toEqual({ windows: 1, needs: 1 })
    expect(looked.watermark('Side', 20).gate.kept).toEqual({ windows: 0, needs: 0 })
  })

  // Mutation: packages/runners/src/execution/side-input/side-input-gate.ts: `const passed = new Set(view.takePassed(clock))` → `const passed = new Set<SideWindow>()`
  it('is nothing of a window that no element can see any more', () => {
    const looked = new Looked(seeing())
      .watermark('In', 100)
      .offer('Side', [1, 's', 1], [101, 's', 1])
      .watermark('Side', 110)
    expect(looked.gate.kept).toEqual({ windows: 1, needs: 0 })
  })
})

describe('what leaves', () => {
  it('leaves in slices when very much has waited', () => {
    const bundles: number[] = []
    const run = new Scripted(seeing(), { onOutput: (_, values) => bundles.push(values.length) })
    run.offerTo('In', ...Array.from({ length: 10_000 }, (_, index): Element => [index % 10, 'a', index]))
    run.watermark(10, 'Side').complete()
    expect(bundles).toEqual([4096, 4096, 1808])
  })

  it('is in the order in which it came, also of windows that become ready together', () => {
    const run = new Scripted(seeing())
      .offerTo('In', [11, 'b', 1], [1, 'a', 2], [12, 'c', 3], [2, 'd', 4])
      .watermark(20, 'Side')
    expect(run.take()).toEqual(['[10,20) b=[1] @11', '[0,10) a=[2] @1', '[10,20) c=[3] @12', '[0,10) d=[4] @2'])
  })

  it('knows where it came from, whatever it waited with', () => {
    const pipeline = (root: Root) => {
      const none = numbers(root, {}, 'Side').pipe(windowInto(perTen), asSingleton('None'))
      const both = flatten([numbers(root), numbers(root, {}, 'More')]).pipe(windowInto(perTen))
      return { out: both.pipe(map((_, seen) => seen.none, { side: { none }, onError: 'dead-letter' })) }
    }
    const run = new Scripted(pipeline).offerTo('In', [1, 'a', 1]).offerTo('More', [2, 'b', 2], [3, 'c', 3])
    run.watermark(5, 'In').watermark(4, 'More').watermark(10, 'Side').complete()
    expect(run.ledger.map(({ element, position, watermark }) => [element, position?.offset, watermark])).toEqual([
      [['a', 1], 0, 1],
      [['b', 2], 1, 1],
      [['c', 3], 2, 1],
    ])
  })
})

describe('what is told of it', () => {
  it('is which side windows its elements wait for, how long, and what they hold', () => {
    const { gate } = new Looked(seeing(perTen, fixedWindows(milliseconds(20))))
      .offer('In', [3, 'a', 1], [1, 'b', 2], [12, 'c', 3])
      .watermark('In', 8)
      .watermark('Side', 15)
    expect(gate.inspect('a', { start: 0, end: 10 })).toEqual({
      kind: 'gate',
      window: { start: 0, end: 10 },
      waiting: 2,
      awaited: [{ view: 'All', window: { start: 0, end: 20 }, readyAfter: 19, watermark: 15 }],
      hold: 1,
    })
    expect(gate.inspect('a', { start: 20, end: 30 })).toBeUndefined()
    expect(gate.inputWatermark).toBe(8)
    expect(gate.holders(2).map(({ timestamp }) => timestamp)).toEqual([1, 3])
    expect(gate.holders(1)[0]!.owner).toContain('waits for its side inputs')
    expect([gate.nextEventTime(), gate.nextProcessingTime()]).toEqual([19, Infinity])
  })
})

describe('a snapshot', () => {
  /** A coder for keys that no canonical bytes exist of. */
  const dates: Coder<Date> = {
    ...canonicalCoder<Date>(),
    id: 'dates',
    encode: (date) => canonicalCoder<number>().encode(date.getTime()),
    decode: (bytes) => new Date(canonicalCoder<number>().decode(bytes)),
  }

  it('holds panes that wait, with keys by their coder, so that a later one still takes them back', () => {
    const trigger = afterWatermark({ early: afterCount(1) })
    const pipeline = (root: Root) => {
      const all = numbers(root, {}, 'Side').pipe(windowInto(perTen), asIterable('All'))
      const sums = numbers(root).pipe(
        windowInto(perTen, { trigger, allowedLateness: milliseconds(0), accumulationMode: 'accumulating' }),
        map(([, value]) => [new Date(0), value] as const),
        combinePerKey('Sum', sum(), { keyCoder: dates }),
        map(([key, total]) => [key.getTime(), total] as const),
      )
      return { out: sums.pipe(map(([key, total], seen) => [key, total, seen.all.length], { side: { all } })) }
    }
    // Played straight, and restored before every call.
    const script = (calls: Run): void => {
      calls.offerTo('In', [1, 'a', 1]).offerTo('In', [2, 'a', 5]).offerTo('Side', [3, 's', 1]).complete()
    }
    const run = resumed(pipeline, script, { settled: true })
    expect(run.engine.settled('out').entries.map(({ value }) => value)).toEqual([[0, 6, 1]])
    expect(run.heard.map(({ pane, value }) => [pane.timing, pane.isLast, value])).toEqual([
      ['early', false, [0, 1, 1]],
      ['early', false, [0, 6, 1]],
      ['on-time', true, [0, 6, 1]],
    ])
  })

  it('is refused with the name of the step where what waits is no plain data', () => {
    const run = new Scripted((root) => {
      const all = numbers(root, {}, 'Side').pipe(windowInto(perTen), asIterable('All'))
      return {
        out: numbers(root).pipe(
          windowInto(perTen),
          map(([, value]) => new Date(value)),
          map((date, seen) => [date.getTime(), seen.all.length], { side: { all } }),
          map(([time]) => ['all', time] as const),
          combinePerKey('Count', count()),
        ),
      }
    })
    run.offerTo('In', [1, 'a', 1])
    expect(() => run.engine.snapshot()).toThrow(expect.objectContaining({ code: 'CLASS_INSTANCE' }))
    expect(() => run.engine.snapshot()).toThrow('step "Map#')
  })
})
