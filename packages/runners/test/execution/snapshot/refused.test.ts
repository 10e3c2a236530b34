/**
 * What cannot be put into a snapshot, and when none can be taken: the error names the step, and the engine goes on.
 */
import {
  combinePerKey,
  encodeValue,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  repeatedly,
  afterCount,
  statefulParDo,
  valueState,
  windowInto,
  type Coder,
  type CombineFn,
  type KV,
  type PCollection,
  type PipelineError,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { count } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/execution/engine.ts'
import { numbers } from '../scripted.ts'
import { Run, type Built } from './resumed.ts'

const perTen = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)))
const dates = map(([key, value]: KV<string, number>) => [key, new Date(value)] as const)
const counts: Built = (root) => ({ out: numbers(root).pipe(perTen, combinePerKey('Count', count())) })

/** Keeps what it has seen in a Set, without a coder. */
const seen: CombineFn<number, Set<number>, number> = {
  name: 'seen',
  orderFree: true,
  createAccumulator: () => new Set(),
  addInput: (set, value) => set.add(value),
  mergeAccumulators: (a, b) => new Set([...a, ...b]),
  extractOutput: (set) => set.size,
}
const earliest: CombineFn<number, number, Date> = {
  name: 'earliest',
  orderFree: true,
  createAccumulator: () => Infinity,
  addInput: (a, b) => Math.min(a, b),
  mergeAccumulators: (a, b) => Math.min(a, b),
  extractOutput: (least) => new Date(least),
}

/** A run that has taken one element. */
function runOf(pipeline: Built, options = {}): Run {
  return new Run(pipeline, options, false).offer([1, 'a', 5])
}

function errorOf(call: () => unknown): PipelineError {
  try {
    call()
  } catch (error) {
    return error as PipelineError
  }
  throw new Error('nothing was thrown')
}

describe('a snapshot', () => {
  it('is refused where a value is of a class and there is no coder', () => {
    const run = runOf((root) => ({ out: numbers(root).pipe(perTen, dates, groupByKey('List', { order: 'any' })) }))
    const error = errorOf(() => run.engine.snapshot())
    expect(error.code).toBe('CLASS_INSTANCE')
    expect(error.message).toMatch(
      /^The state of step "List" cannot be kept in a snapshot: A value holds an object of class Date at .*give the step a coder: date\.getTime\(\)\.$/,
    )
    // The engine is as it was.
    expect(run.watermark(20).heard.map(({ value }) => value)).toEqual([['a', [new Date(5)]]])
  })

  it('is refused where an accumulator is of a class and its combiner has no coder', () => {
    const run = runOf((root) => ({ out: numbers(root).pipe(perTen, combinePerKey('Seen', seen)) }))
    const { code, message } = errorOf(() => run.engine.snapshot())
    expect([code, message]).toEqual(['CLASS_INSTANCE', expect.stringContaining('The state of step "Seen" cannot be')])
    expect(message).toContain('class Set')
  })

  it('is refused where a value that was emitted and may be taken back is of a class', () => {
    const retracting = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
      trigger: repeatedly(afterCount(1)),
      allowedLateness: milliseconds(0),
      accumulationMode: 'retracting',
      mayDrift: true,
    })
    const run = runOf((root) => ({ out: numbers(root).pipe(retracting, combinePerKey('Earliest', earliest)) }))
    const { code, message } = errorOf(() => run.engine.snapshot())
    expect([code, message]).toEqual(['CLASS_INSTANCE', expect.stringContaining('"Earliest"')])
  })

  it('is refused where a settled value is of a class, and names the output', () => {
    const pipeline: Built = (root) => ({ dates: numbers(root).pipe(dates) })
    expect(runOf(pipeline).engine.snapshot()).toBeInstanceOf(Uint8Array)
    const { code, message } = errorOf(() => runOf(pipeline, { settled: true }).engine.snapshot())
    expect([code, message]).toEqual([
      'CLASS_INSTANCE',
      expect.stringContaining(
        'The state of the settled output "dates" cannot be kept in a snapshot: A value holds an object of class Date',
      ),
    ])
  })

  it('is refused where a waiting element or the text of a cell has no bytes', () => {
    const step = statefulParDo('Step', {
      state: { text: valueState<string>() },
      process({ state }) {
        state.text.write('\uD800')
      },
    })
    const waits: Built = (root) => ({
      out: numbers(root, { bounded: true })
        .pipe(dates)
        .pipe<PCollection<unknown>>(step as never),
    })
    expect(errorOf(() => runOf(waits).engine.snapshot()).message).toMatch(/^The state of step "Step".*class Date/)
    const half: Built = (root) => ({
      out: numbers(root, { bounded: true }).pipe<PCollection<unknown>>(step as never),
    })
    const { code, message } = errorOf(() => runOf(half).watermark(3).engine.snapshot())
    expect([code, message]).toEqual([
      'LONE_SURROGATE',
      expect.stringMatching(/^The state of step "Step".* at \.cells\.text/),
    ])
  })

  // Mutation: packages/runners/src/execution/snapshot/parts.ts: `if (cause instanceof EncodingError) {` → `if (true) throw cause; else {`
  it('names the step whose coder throws, when it is taken and when it is restored', () => {
    const failing = (on: 'encode' | 'decode'): Coder<string> => ({
      id: 'failing:1',
      encode(value) {
        if (on === 'encode' && value.startsWith('value')) throw new RangeError('no room')
        return encodeValue(value)
      },
      decode() {
        throw new RangeError('no way back')
      },
    })
    const pipeline =
      (coder: Coder<string>): Built =>
      (root) => ({
        out: numbers(root).pipe(
          perTen,
          map(([key, value]) => [key, `value ${value}`] as const),
          groupByKey('List', { valueCoder: coder, order: 'any' }),
        ),
      })
    const taken = errorOf(() => runOf(pipeline(failing('encode'))).engine.snapshot())
    expect([taken.code, taken.message]).toEqual([
      'USER_CODE',
      expect.stringContaining('The state of step "List" cannot be kept in a snapshot, as a coder of it threw: no room'),
    ])
    expect(taken.cause).toBeInstanceOf(RangeError)
    const restored = errorOf(() => runOf(pipeline(failing('decode'))).restore())
    expect([restored.code, restored.message]).toEqual([
      'USER_CODE',
      expect.stringContaining(
        'The state of step "List" cannot be read from the snapshot, as a coder of it threw: no way back',
      ),
    ])
  })
})

describe('while a bundle is on its way', () => {
  // Mutation: packages/runners/src/execution/engine.ts: `if (this.#calls.busy) {` → `if (false) {`
  it('a snapshot is refused, whoever asks for it', () => {
    const codes: string[] = []
    const ask = (): void => {
      codes.push(errorOf(() => engine.snapshot()).code)
    }
    const engine: Engine = new Engine(buildGraph(counts), { onOutput: ask, onLedger: ask, onDecision: ask })
    const [input] = engine.inputs
    input!.openSplits(['0'])
    input!.offer('0', { elements: [[1, 'a', 1], [NaN, 'b', 1]], offsets: [0, 1], rejected: [], position: null, bytes: 0, done: false }) // prettier-ignore
    input!.complete('0')
    // Opened, offered, a dead letter, completed, a pane.
    expect(codes).toEqual(Array.from({ length: 5 }, () => 'SNAPSHOT_INSIDE_BUNDLE'))
    expect(engine.snapshot()).toBeInstanceOf(Uint8Array)
  })

  it('a snapshot is refused after it has failed there', () => {
    const run = new Run(
      (root) => ({
        out: numbers(root).pipe(
          map(([key, value]) => [key, 1 / (value - 13 || fail())] as const),
          perTen,
          combinePerKey('Count', count()),
        ),
      }),
      {},
      false,
    )
    expect(() => run.offer([1, 'a', 1], [2, 'a', 13])).toThrow('thirteen')
    expect(errorOf(() => run.engine.snapshot()).code).toBe('SNAPSHOT_INSIDE_BUNDLE')
  })
})

function fail(): never {
  throw new Error('thirteen')
}
