/**
 * Keyed steps as several: what comes out is what one would say, and the shards share one output watermark.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  combineGlobally,
  combinePerKey,
  eventTimeTimer,
  fixedWindows,
  flatten,
  groupByKey,
  map,
  MAX_TIMESTAMP,
  milliseconds,
  sessions,
  statefulParDo,
  windowInto,
  type KV,
  type PCollection,
  type PipelineError,
  type PTransform,
} from '@tidemark/core'
import { count, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { KEYS, perTen, sameOf, sums, type Pipeline } from './same-of.ts'

describe('a sharded grouping', () => {
  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `if (part !== undefined) this` → `if (part !== undefined && shard === 0) this`
  it('settles on, drops and counts what one does', () => {
    const late = windowInto<KV<string, number>>(sessions(milliseconds(10)), {
      trigger: afterWatermark({ late: afterCount(1) }),
      allowedLateness: milliseconds(5),
      accumulationMode: 'retracting',
    })
    const said = sameOf(
      (root) => ({ out: numbers(root).pipe(late, combinePerKey('Sum', sum())) }),
      (run) => {
        KEYS.forEach((key, place) => run.offer([place, key, 1], [20 + place, key, 2], [8 + place, key, 4]))
        run.watermark(29).offer([14, 'a', 1], [13, 'b', 1], [40, 'c', 7]).watermark(36).offer([0, 'd', 9])
        run.complete()
        return [
          run.settled(),
          run.entries().toSorted(),
          [...run.engine.ledgerCounts],
          run.engine.counters().map((counters) => ({ ...counters, out: 0 })),
        ]
      },
    )
    expect(said[1]).toEqual(['expired a=1 [14,24)', 'expired b=1 [13,23)', 'expired d=9 [0,10)'])
  })

  it('emits for each key what one emits, in its order', () => {
    for (const key of KEYS) {
      const panes = sameOf(sums, (run) => {
        for (const other of KEYS) run.offer([1, other, 1]).offer([12, other, 2])
        run.watermark(15).complete()
        return run.take().filter((pane) => pane.includes(` ${key}=`))
      })
      expect(panes).toEqual([`[0,10) ${key}=1 on-time#0 last`, `[10,20) ${key}=2 on-time#0 last`])
    }
  })
})

describe('processing time of a sharded step', () => {
  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `return Math.min(...this.#shards.map((shard) => shard.nextProcessingTime()))` → `return this.#shards[0]!.nextProcessingTime()`
  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `shard.advanceProcessingTime(now)` → `void now`
  it('wakes each shard when it is to be woken', () => {
    const delayed = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
      trigger: afterWatermark({ early: afterProcessingTime(milliseconds(50)) }),
      allowedLateness: milliseconds(0),
      accumulationMode: 'accumulating',
    })
    const said = sameOf(
      (root) => ({ out: numbers(root).pipe(delayed, combinePerKey('Sum', sum())) }),
      (run) => {
        KEYS.forEach((key, place) => run.tick(10 * (place + 1)).offer([1, key, 1]))
        return [60, 61, 75, 81, 200].map((now) => [run.engine.nextProcessingTime(), ...run.tick(now).take()])
      },
    )
    expect(said).toEqual([
      [60],
      [60, '[0,10) a=1 early#0'],
      [70, '[0,10) b=1 early#0'],
      [80, '[0,10) c=1 early#0'],
      [90, '[0,10) d=1 early#0'],
    ])
  })
})

describe('the output watermark of a sharded step', () => {
  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `for (const shard of this.#shards) shard.advance(watermark, input)` → `this.#shards[0]!.advance(watermark, input)`
  it('moves though most shards never see an element', () => {
    sameOf(sums, (run) => {
      const seen = [run.watermark(5).engine.outputWatermark('out')]
      seen.push(run.offer([7, 'a', 1]).watermark(8).engine.outputWatermark('out'))
      seen.push(run.watermark(25).engine.outputWatermark('out'), run.complete().engine.outputWatermark('out'))
      expect(seen).toEqual([5, 8, 25, MAX_TIMESTAMP])
    })
  })

  it('waits for the shard that holds it longest', () => {
    const held: Pipeline = (root) => ({
      out: numbers(root).pipe(
        statefulParDo('Step', {
          state: {},
          timers: { alarm: eventTimeTimer() },
          order: 'arrival',
          process({ value, timers }) {
            timers.alarm.set(value)
          },
          onTimer: { alarm: () => [] },
        }),
      ),
    })
    sameOf(held, (run) => {
      run.offer([1, 'a', 30], [2, 'b', 20], [3, 'c', 40]).watermark(35)
      const after = run.engine.outputWatermark('out')
      expect([after, run.watermark(39).engine.outputWatermark('out')]).toEqual([35, 39])
      expect(run.watermark(45).engine.outputWatermark('out')).toBe(45)
    })
    sameOf(held, (run) => {
      run.watermark(10).offer([11, 'a', 30], [12, 'b', 20]).watermark(18)
      expect(run.engine.outputWatermark('out')).toBe(18)
      run.watermark(20)
      expect(run.engine.outputWatermark('out')).toBe(20)
    })
  })

  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `for (const shard of this.#shards) shard.idle?.(isIdle, input)` → `void isIdle`
  it('falls silent with the input, when no shard has anything to say any more', () => {
    const joined: Pipeline = (root) => {
      const a = numbers(root, {}, 'A').pipe(perTen, combinePerKey('Sum', sum()))
      return { out: flatten([a, numbers(root, {}, 'B').pipe(perTen)]) }
    }
    sameOf(joined, (run) => {
      run.offerTo('A', [1, 'a', 1]).watermark(3, 'A').input('A').markIdle('0')
      run.watermark(40, 'B')
      // A pane of A is still to come: its watermark counts.
      expect(run.engine.outputWatermark('out')).toBe(3)
      run.watermark(15, 'A').input('A').markIdle('0')
      expect(run.engine.outputWatermark('out')).toBe(40)
    })
  })
})

describe('keys', () => {
  it('that are equal are one, -0 and 0 too', () => {
    const lists: Pipeline = (root) => ({
      out: numbers(root).pipe(
        map(([, value]) => [value / 2, 'x'] as const),
        windowInto(fixedWindows(milliseconds(10))),
        groupByKey('List'),
      ),
    })
    const said = sameOf(lists, (run) => run.offer([1, 'k', -0], [1, 'k', 0], [1, 'k', 2]).complete().settled())
    expect(said).toEqual(['[0,10) [0,["x","x"]]', '[0,10) [1,["x"]]'])
  })

  // Mutation: packages/runners/src/execution/stateful/records.ts: `throw groupingError('The key coder', this.#step, cause)` → `throw cause`
  it('without bytes are an error that names the step, in groupings and stateful steps', () => {
    const step = (name: string): PTransform<PCollection<KV<number, number>>, PCollection<unknown>> =>
      name === 'Count'
        ? combinePerKey(name, count())
        : statefulParDo(name, { state: {}, order: 'arrival' as const, process: () => [] })
    for (const name of ['Count', 'State']) {
      const codes = sameOf(
        (root) => ({
          out: numbers(root).pipe(
            map(([, value]) => [value, value] as const),
            windowInto(fixedWindows(milliseconds(10))),
            step(name),
          ),
        }),
        (run) => {
          try {
            run.offer([1, 'k', NaN])
          } catch (error) {
            const { code, message } = error as PipelineError
            return [code, message]
          }
          return []
        },
      )
      expect(codes).toEqual(['KEY_NAN', expect.stringMatching(new RegExp(`^Step "${name}": A key is NaN`))])
    }
  })

  // Mutation: packages/runners/src/execution/plan/plan.ts: `payload.primitive !== 'combinePerKey' || payload.keyed` → `payload.primitive !== undefined`
  it('have nothing to do with what is combined over all of them', () => {
    const overall: Pipeline = (root) => ({
      out: numbers(root, { bounded: true }).pipe(
        map(([, value]) => value),
        combineGlobally('All', sum()),
      ),
    })
    expect(sameOf(overall, (run) => run.complete().settled())).toEqual(['all 0'])
    expect(sameOf(overall, (run) => run.offer([1, 'a', 1], [2, 'b', 2]).complete().settled())).toEqual(['all 3'])
  })
})
