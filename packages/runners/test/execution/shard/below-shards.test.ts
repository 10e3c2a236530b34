/**
 * What steps below a sharded step see: its watermark, inside bundles too, is where that of one step would be.
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  flatten,
  milliseconds,
  statefulParDo,
  valueState,
  windowInto,
  type KV,
  type ProcessContext,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'
import { KEYS, perTen, sameOf, SHARDS, sums, type Pipeline } from './same-of.ts'

describe('below a sharded step', () => {
  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `this.approach(watermark, input)` → `void input`
  it('the watermark is where one would have it when a pane arrives: as far as the pane allows', () => {
    for (const shards of SHARDS) {
      const seen: number[] = []
      const run: Scripted = new Scripted(sums, {
        shards,
        onOutput: () => seen.push(run.engine.outputWatermark('out')),
      })
      run.offer([1, 'a', 1], [2, 'b', 1], [3, 'c', 1]).watermark(12)
      expect(new Set(seen)).toEqual(new Set([9]))
    }
  })

  const onTime = { watermark: boundedOutOfOrderness(milliseconds(0)) }
  const inOrderOfArrival = statefulParDo('Pass', {
    state: { last: valueState<number>() },
    order: 'arrival' as const,
    *process({
      key,
      value,
      state,
    }: ProcessContext<string, number, { last: ReturnType<typeof valueState<number>> }, NonNullable<unknown>>) {
      state.last.write(value)
      yield [key, value] as const
    },
  })

  // Mutation: packages/runners/src/execution/plan/plan.ts: `? payload.order === 'arrival'` → `? false`
  it('an element of a bundle is as late as the watermark inside the bundle says, whichever shard it came through', () => {
    const silent: Pipeline = (root) => ({
      out: flatten<KV<string, number>>([numbers(root, onTime, 'A'), numbers(root, {}, 'B')]).pipe(
        inOrderOfArrival,
        perTen,
        combinePerKey('Sum', sum()),
      ),
    })
    const said = sameOf(silent, (run) => {
      run.watermark(100, 'B')
      // Behind the watermark of 30 that the second row brings.
      run.offerTo('A', [1, 'a', 1], [30, 'a', 2], ...KEYS.map((key) => [5, key, 4]))
      return [run.entries().toSorted(), run.complete().settled()]
    })
    expect(said).toEqual([KEYS.map((key) => `expired ${key}=4 [0,10)`), ['[0,10) a=1', '[30,40) a=2']])
  })

  it('an element is no later than the slowest input of a flatten allows, whichever shard it came through', () => {
    const slow: Pipeline = (root) => ({
      out: flatten<KV<string, number>>([numbers(root, onTime, 'A'), numbers(root, {}, 'B')]).pipe(
        inOrderOfArrival,
        perTen,
        combinePerKey('Sum', sum()),
      ),
    })
    const said = sameOf(slow, (run) => {
      run.watermark(8, 'B').offerTo('A', [1, 'a', 1], [30, 'a', 2], ...KEYS.map((key) => [5, key, 4]))
      run.input('B').markIdle('0')
      run.offerTo('A', ...KEYS.map((key) => [6, key, 8]))
      return [run.entries().toSorted(), run.complete().settled()]
    })
    expect(said).toEqual([
      KEYS.map((key) => `expired ${key}=8 [0,10)`),
      ['[0,10) a=5', '[0,10) b=4', '[0,10) c=4', '[0,10) d=4', '[30,40) a=2'],
    ])
  })

  // Mutation: packages/runners/src/execution/plan/plan.ts: `: latenessMatters || windowing.timestampCombiner` → `: windowing.timestampCombiner`
  it('a late pane is too late for a step that waits less long, whichever shard it came through', () => {
    const late = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
      trigger: afterWatermark({ late: afterCount(1) }),
      allowedLateness: milliseconds(40),
      accumulationMode: 'retracting',
    })
    const impatient = statefulParDo('Impatient', {
      state: {},
      lateness: milliseconds(0),
      process: ({ key, value }: { readonly key: string; readonly value: number }) => [[key, value] as const],
    })
    const said = sameOf(
      (root) => ({ out: numbers(root, onTime).pipe(late, combinePerKey('Sum', sum()), impatient) }),
      (run) => {
        run.offer([1, 'a', 1], [15, 'a', 2], ...KEYS.slice(1).map((key) => [2, key, 4]), [16, 'a', 8])
        return [run.entries().toSorted(), run.complete().settled()]
      },
    )
    expect(said).toEqual([KEYS.slice(1).map((key) => `too-late ${key}=4 [0,10)`), ['[0,10) a=1', '[10,20) a=10']])
  })
})
