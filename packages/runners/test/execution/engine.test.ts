/**
 * The engine as its drivers see it: inputs, outputs, writes, processing time, and what it refuses.
 */
import {
  afterCount,
  afterProcessingTime,
  combineGlobally,
  combinePerKey,
  create,
  filter,
  fixedWindows,
  flatMap,
  globalWindow,
  map,
  milliseconds,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  repeatedly,
  afterWatermark,
  windowInto,
  write,
  type PCollection,
  type Root,
  type Sink,
  type WindowedValue,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { count, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../src/execution/engine.ts'
import { numbers, Scripted, shown } from './scripted.ts'

const sink: Sink<unknown> = { description: 'nowhere', open: () => ({ write() {}, commit() {}, abort() {} }) }

describe('an engine', () => {
  it('has an input for each source, in the order of the graph', () => {
    const run = new Scripted((root) => ({ a: numbers(root, {}, 'A'), b: root.pipe(create('B', [1])) }))
    expect(run.engine.inputs.map(({ step, payload }) => [step.path, payload.primitive])).toEqual([
      ['A', 'read'],
      ['B', 'create'],
    ])
  })

  it('tells of outputs and writes, with the watermark of an output', () => {
    const run = new Scripted((root) => {
      const input = numbers(root)
      input.pipe(write('Out', sink))
      return { out: input }
    })
    expect(run.engine.outputWatermark('out')).toBe(MIN_TIMESTAMP)
    run.offer([1, 'a', 1], [2, 'b', 2])
    expect(run.written.map(([step, values]) => [step.path, (values as WindowedValue<unknown>[]).map(shown)])).toEqual([
      ['Out', ['all a=1 @1', 'all b=2 @2']],
    ])
    expect(run.take()).toEqual(['all a=1 @1', 'all b=2 @2'])
    run.complete()
    expect(run.engine.outputWatermark('out')).toBe(MAX_TIMESTAMP)
    expect(run.engine.counters().find(({ step }) => step === 'Out')).toMatchObject({ in: 2, withOutput: 2 })
  })

  it('knows a settled result before it tells of the value that changed it', () => {
    const graph = buildGraph((root) => ({ out: numbers(root) }))
    const seen: number[] = []
    const engine: Engine = new Engine(graph, {
      settled: true,
      onOutput: () => seen.push(engine.settled('out').entries.length),
    })
    engine.inputs[0]!.openSplits(['0'])
    engine.inputs[0]!.offer('0', {
      elements: [[1, 'a', 1]],
      offsets: [0],
      rejected: [],
      position: null,
      bytes: 0,
      done: false,
    })
    expect(seen).toEqual([1])
  })

  it('says nothing of bundles from which nothing is left', () => {
    const run = new Scripted((root) => ({ out: numbers(root).pipe(filter(() => false)) }))
    const calls: string[] = []
    const engine = new Engine(
      buildGraph((root) => ({ out: numbers(root).pipe(filter(() => false)) })),
      { onOutput: (name) => calls.push(name) },
    )
    engine.inputs[0]!.openSplits(['0'])
    engine.inputs[0]!.offer('0', {
      elements: [[1, 'a', 1]],
      offsets: [0],
      rejected: [],
      position: null,
      bytes: 0,
      done: false,
    })
    expect([calls, run.offer().take()]).toEqual([[], []])
  })
})

describe('an engine refuses', () => {
  const engine = new Engine(buildGraph((root) => ({ a: numbers(root), b: numbers(root, {}, 'B') })))

  it('to name the settled result that it was not told to keep (NOT_SETTLED)', () => {
    expect(() => engine.settled('a')).toThrow(expect.objectContaining({ code: 'NOT_SETTLED' }))
    expect(() => engine.settled('a')).toThrow(
      'The settled result of "a" was not kept, as it costs memory for every key and window. Run with settled: true.',
    )
  })

  it('an output that the pipeline does not have (UNKNOWN_OUTPUT)', () => {
    for (const ask of [() => engine.settled('c'), () => engine.outputWatermark('c')]) {
      expect(ask).toThrow(expect.objectContaining({ code: 'UNKNOWN_OUTPUT' }))
      expect(ask).toThrow('The pipeline has no output "c"; its outputs are [a, b].')
    }
  })

  it('elements of a split that is not open (UNKNOWN_SPLIT)', () => {
    const batch = { elements: [], offsets: [], rejected: [], position: null, bytes: 0, done: false }
    expect(() => engine.inputs[0]!.offer('7', batch)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_SPLIT', step: 'In' }),
    )
  })
})

describe('processing time', () => {
  const perTick = (root: Root) => ({
    out: numbers(root).pipe(
      windowInto(globalWindow(), {
        trigger: repeatedly(afterProcessingTime(milliseconds(5))),
        allowedLateness: milliseconds(0),
        accumulationMode: 'accumulating',
      }),
      combinePerKey('Sum', sum()),
    ),
  })

  it('fires what is due strictly after its time, and says when that is', () => {
    const run = new Scripted(perTick, { now: 100 })
    expect(run.engine.nextProcessingTime()).toBeUndefined()
    run.offer([1, 'a', 1])
    expect(run.engine.nextProcessingTime()).toBe(105)
    expect(run.tick(105).take()).toEqual([])
    expect(run.tick(106).take()).toEqual(['all a=1 early#0'])
    expect(run.engine.nextProcessingTime()).toBeUndefined()
  })

  it('does not go back', () => {
    const run = new Scripted(perTick, { now: 100 })
    run.tick(50).offer([1, 'a', 1])
    expect(run.engine.nextProcessingTime()).toBe(105)
  })

  it('lets what was due below fire before what the tick brings from above', () => {
    const run = new Scripted((root) => {
      const upper = numbers(root).pipe(
        windowInto(globalWindow(), {
          trigger: repeatedly(afterProcessingTime(milliseconds(5))),
          allowedLateness: milliseconds(0),
          accumulationMode: 'retracting',
        }),
        combinePerKey('Upper', sum()),
      )
      return { upper, out: upper.pipe(combinePerKey('Lower', sum())) }
    })
    run.offer([1, 'a', 1]).tick(6)
    expect([run.take('upper'), run.take()]).toEqual([['all a=1 early#0'], []])
    run.offer([1, 'a', 2]).tick(12)
    expect([run.take('upper'), run.take()]).toEqual([['-all a=1 early#1', 'all a=3 early#1'], ['all a=1 early#0']])
    expect(run.complete().settled()).toEqual(['all a=3'])
  })
})

describe('combineGlobally of nothing', () => {
  const total = (steps: (input: PCollection<readonly [string, number]>) => PCollection<number>) =>
    new Scripted((root) => ({ out: steps(numbers(root, { bounded: true })) }))

  it('is the output of an empty accumulator in the global window, once, at the end', () => {
    // mutation: #defaultWhenEmpty without the check of counters.in
    const run = total((input) => input.pipe(combineGlobally('N', count()))).watermark(1_000)
    expect(run.take()).toEqual([])
    expect(run.complete().take()).toEqual(['all 0 on-time#0 last'])
    expect(run.settled()).toEqual(['all 0'])
  })

  it('is the same when a filter has left nothing', () => {
    const run = total((input) =>
      input.pipe(
        flatMap(() => []),
        combineGlobally('N', count()),
      ),
    )
    expect(run.offer([1, 'a', 1]).complete().settled()).toEqual(['all 0'])
  })

  it('is not emitted beside a result', () => {
    expect(
      total((input) => input.pipe(combineGlobally('N', count())))
        .offer([1, 'a', 1])
        .complete()
        .settled(),
    ).toEqual(['all 1'])
  })

  it('is nothing in other windows, as nobody knows which are empty, and nothing by key', () => {
    expect(
      total((input) => input.pipe(windowInto(fixedWindows(milliseconds(10))), combineGlobally('N', count())))
        .complete()
        .settled(),
    ).toEqual([])
    const byKey = total((input) =>
      input.pipe(
        combinePerKey('N', count()),
        map(([, n]) => n),
      ),
    )
    expect(byKey.complete().settled()).toEqual([])
  })

  it('is the same when everything that came was taken back', () => {
    // mutation: `if (isVoid) return` in Grouping.#writePane
    const early = {
      trigger: afterWatermark({ early: afterCount(1) }),
      allowedLateness: milliseconds(0),
      accumulationMode: 'retracting',
    } as const
    const small = () =>
      total((input) =>
        input.pipe(
          windowInto(fixedWindows(milliseconds(10)), early),
          combinePerKey('Sum', sum()),
          filter(([, n]) => n < 2),
          windowInto(globalWindow()),
          combineGlobally('N', count()),
        ),
      )
    const [one, two] = [
      [1, 'a', 1],
      [2, 'a', 2],
    ]
    expect(small().offer(one).settled()).toEqual(['all 1'])
    expect(small().offer(one).offer(two).complete().settled()).toEqual(['all 0'])
    expect(small().offer(one, two).complete().settled()).toEqual(['all 0'])
  })
})
