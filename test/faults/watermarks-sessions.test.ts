/**
 * C13: a late element that bridges two sessions of which one or both have been emitted: what was said is taken back or replaced,
 * and nothing is counted twice or lost.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  milliseconds,
  sessions,
  windowInto,
  type AccumulationMode,
  type CombineFn,
  type Root,
  type WindowedValue,
} from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import {
  evaluate,
  evaluatePanes,
  formatDifferences,
  settledDifferences,
  type ScriptEvent,
} from '@tidemark/runners/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByHand, numbers, shown, type Element } from './by-hand.ts'

/** Whole numbers summed, so that outputs merge. */
const total: CombineFn<number, number, number> = {
  name: 'total',
  orderFree: true,
  createAccumulator: () => 0,
  addInput: (sum, value) => sum + value,
  mergeAccumulators: (a, b) => a + b,
  extractOutput: (sum) => sum,
  mergeOutputs: (a, b) => a + b,
}

const MODES: readonly AccumulationMode[] = ['discarding', 'accumulating', 'retracting']

const pipeline = (accumulationMode: AccumulationMode) => (root: Root) =>
  numbers(root).pipe(
    windowInto(sessions(milliseconds(10)), {
      trigger: afterWatermark({ early: afterCount(3), late: afterCount(1) }),
      allowedLateness: milliseconds(40),
      accumulationMode,
      onTime: 'if-non-empty',
    }),
    combinePerKey('Total', total),
  )

type Step = readonly Element[] | number

/** Elements, or a watermark, one after the other. */
function play(mode: AccumulationMode, steps: readonly Step[]): ByHand {
  const run = new ByHand(pipeline(mode))
  for (const step of steps) {
    if (typeof step === 'number') run.watermark(step)
    else run.offer(...step)
  }
  return run
}

function scriptOf(steps: readonly Step[]): readonly ScriptEvent[] {
  return steps.map((step) =>
    typeof step === 'number'
      ? { watermark: 'In', t: step }
      : { elements: 'In', rows: step.map((element) => [element, element[0]] as const) },
  )
}

const graphOf = (mode: AccumulationMode): PipelineGraph => buildGraph((root) => ({ out: pipeline(mode)(root) }))

const APART: readonly Step[] = [
  [
    [0, 'a', 1],
    [15, 'a', 2],
  ],
]
const BRIDGE: Step = [[8, 'a', 4]]

/** What comes of a bridge when neither session, the first, or both have been emitted. */
const BRIDGED: Readonly<
  Record<string, readonly [before: readonly Step[], panes: Readonly<Record<string, readonly string[]>>]>
> = {
  neither: [
    [...APART, BRIDGE, 30],
    {
      discarding: ['[0,25) a=7 early'],
      accumulating: ['[0,25) a=7 early'],
      retracting: ['[0,25) a=7 early'],
    },
  ],
  'the first': [
    [...APART, 12, BRIDGE, 30],
    {
      discarding: ['[0,10) a=1 on-time', '[0,25) a=6 on-time'],
      accumulating: ['[0,10) a=1 on-time', '[0,25) a=7 on-time'],
      retracting: ['[0,10) a=1 on-time', '-[0,10) a=1', '[0,25) a=7 on-time'],
    },
  ],
  both: [
    [...APART, 30, BRIDGE],
    {
      discarding: ['[0,10) a=1 on-time', '[15,25) a=2 on-time', '[0,25) a=4 late'],
      accumulating: ['[0,10) a=1 on-time', '[15,25) a=2 on-time', '[0,25) a=7 late'],
      retracting: ['[0,10) a=1 on-time', '[15,25) a=2 on-time', '-[0,10) a=1', '-[15,25) a=2', '[0,25) a=7 late'],
    },
  ],
}

describe('C13: a session merged over a late bridge', () => {
  const cases = Object.entries(BRIDGED).flatMap(([emitted, [steps, panes]]) =>
    MODES.map((mode) => ({ emitted, mode, steps, panes: panes[mode]! })),
  )

  it.each(cases)('C13: $mode, when $emitted had been emitted', ({ mode, steps, panes }) => {
    const run = play(mode, steps)
    expect(run.take()).toEqual(panes)
    run.complete()
    expect(run.take()).toEqual([])
    expect(run.entries()).toEqual([])
  })

  it.each(cases)(
    'C13: $mode, when $emitted had been emitted: the evaluators say the same',
    ({ mode, steps, panes }) => {
      const run = play(mode, steps).complete()
      const expected = evaluatePanes(graphOf(mode), [...scriptOf(steps), { complete: 'In' }])
      expect(run.panes.map(told)).toEqual(expected.outputs['out']!.map(({ element }) => told(element)))
      expect(run.panes.map(shown)).toEqual(panes)
      expect(differences(mode, run, steps)).toBe('')
      expect(run.settled()).toEqual(['[0,25) a=7'])
    },
  )

  it('C13: nothing is lost or counted twice, for any elements, watermarks and mode', () => {
    const element = fc
      .tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom('a', 'b'), fc.integer({ min: 1, max: 5 }))
      .map((tuple): Element => tuple)
    const step = fc.oneof(fc.array(element, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 90 }))
    fc.assert(
      fc.property(fc.constantFrom(...MODES), fc.array(step, { maxLength: 14 }), (mode, steps) => {
        const run = play(mode, steps).complete()
        const taken = steps.flatMap((each) => (typeof each === 'number' ? [] : each))
        const dropped = run.ledger.filter(({ reason }) => reason === 'expired')
        const rest = (key: string): number =>
          sumOf(taken.filter((each) => each[1] === key).map(([, , value]) => value)) -
          sumOf(
            dropped
              .map(({ element: each }) => each as readonly [string, number])
              .filter(([k]) => k === key)
              .map(([, v]) => v),
          )
        for (const key of ['a', 'b']) expect([key, believed(run.panes, mode, key)]).toEqual([key, rest(key)])
        // Where the evaluator knows what remains: an element that was dropped may have split a session.
        expect(run.ledger.length > 0 ? '' : differences(mode, run, steps)).toBe('')
      }),
      { numRuns: 1000 },
    )
  })
})

/** A pane with all that is said of it; of what is taken back at a merge, nothing is said but what it was. */
function told({ pane, ...rest }: WindowedValue<unknown>): unknown {
  return rest.sign < 0 ? rest : { pane, ...rest }
}

function differences(mode: AccumulationMode, run: ByHand, steps: readonly Step[]): string {
  const elements = steps.flatMap((step) => (typeof step === 'number' ? [] : step))
  const { outputs } = evaluate(graphOf(mode), { In: elements }, run.ledger)
  return formatDifferences(settledDifferences(run.engine.settled('out'), outputs['out']!))
}

/**
 * What a reader of the panes believes a key's total to be: in discarding mode the sum of all panes, in retracting mode the net of
 * all changes, in accumulating mode the last pane of each window that no later one has swallowed.
 */
function believed(panes: readonly WindowedValue<unknown>[], mode: AccumulationMode, key: string): number {
  const own = panes.filter(({ value }) => (value as readonly [string, number])[0] === key)
  const numberOf = ({ value }: WindowedValue<unknown>): number => (value as readonly [string, number])[1]
  if (mode !== 'accumulating') return sumOf(own.map((pane) => pane.sign * numberOf(pane)))
  const last = new Map<string, WindowedValue<unknown>>()
  for (const pane of own) {
    for (const [at, { window }] of last)
      if (pane.window.start <= window.start && window.end <= pane.window.end) last.delete(at)
    last.set(`${pane.window.start} ${pane.window.end}`, pane)
  }
  return sumOf([...last.values()].map(numberOf))
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
