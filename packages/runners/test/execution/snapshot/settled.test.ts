/**
 * Settled results go on from a snapshot: panes that replace, add or change those of before, also where a window was absorbed.
 */
import { LocalDate } from '@js-joda/core'
import {
  afterCount,
  combinePerKey,
  decodeValue,
  encodeValue,
  filter,
  fixedWindows,
  flatten,
  map,
  milliseconds,
  repeatedly,
  sessions,
  windowInto,
  type AccumulationMode,
  type Coder,
  type KV,
  type PCollection,
  type PTransform,
  type WindowFn,
} from '@tidemark/core'
import { count, mean, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers, within } from '../scripted.ts'
import { resumed, type Built, type Run } from './resumed.ts'

type Keyed = PCollection<KV<string, number>>

const perTen = fixedWindows(milliseconds(10))
const perGap = sessions(milliseconds(10))
const kept = { settled: true }

function windowed(windows: WindowFn, accumulationMode: AccumulationMode): PTransform<Keyed, Keyed> {
  const trigger = repeatedly(afterCount(1))
  const options = { trigger, allowedLateness: milliseconds(0), onTime: 'if-non-empty', mayDrift: true } as const
  return windowInto(windows, { ...options, accumulationMode })
}

function counts(windows: WindowFn, accumulationMode: AccumulationMode): Built {
  return (root) => ({ out: numbers(root).pipe(windowed(windows, accumulationMode), combinePerKey('Count', count())) })
}

/** The settled result as text. */
function settled(run: Run): readonly string[] {
  return run.engine
    .settled('out')
    .entries.map(({ window, value, count }) => `${within(window)} ${JSON.stringify(value)} x${count}`)
}

describe('a settled result', () => {
  // Mutation: packages/runners/src/execution/settled/settled-table.ts: `for (const [id, key, window, rows] of origins) {` → `for (const [id, key, window, rows] of origins.slice(1)) {`
  // Mutation: packages/runners/src/execution/grouping/group-data.ts: `group.origin = { id: data.origin,` → `group.origin = { id: 'another',`
  it('has the last pane where panes replace one another', () => {
    const run = resumed(counts(perTen, 'accumulating'), (run) => {
      run.offer([1, 'a', 1]).offer([2, 'a', 2]).offer([3, 'b', 4])
      expect(settled(run)).toEqual(['[0,10) ["a",2] x1', '[0,10) ["b",1] x1'])
      run.complete()
    }, kept) // prettier-ignore
    expect(settled(run)).toEqual(['[0,10) ["a",2] x1', '[0,10) ["b",1] x1'])
  })

  // Mutation: packages/runners/src/execution/settled/settled-table.ts: `this.#mergeOutputs === undefined ? null :` → `this.#mergeOutputs !== undefined ? null :`
  it('has all panes as one where they add up and outputs merge', () => {
    resumed(counts(perTen, 'discarding'), (run) => {
      run.offer([1, 'a', 1]).offer([2, 'a', 2]).offer([3, 'b', 4])
      expect(settled(run)).toEqual(['[0,10) ["a",2] x1', '[0,10) ["b",1] x1'])
    }, kept) // prettier-ignore
  })

  it('has all panes where they add up and outputs do not merge', () => {
    const means: Built = (root) => ({
      out: numbers(root).pipe(windowed(perTen, 'discarding'), combinePerKey('Mean', mean())),
    })
    resumed(means, (run) => {
      run.offer([1, 'a', 1]).offer([2, 'a', 2]).offer([2, 'a', 2])
      expect(settled(run)).toEqual(['[0,10) ["a",1] x1', '[0,10) ["a",2] x2'])
    }, kept) // prettier-ignore
  })

  // Mutation: packages/runners/src/execution/settled/settled-table.ts: `this.#net = net.map(` → `this.#net = net.slice(1).map(`
  it('has the sum of changes', () => {
    resumed(counts(perTen, 'retracting'), (run) => {
      run.offer([1, 'a', 1]).offer([2, 'a', 2]).offer([3, 'b', 4])
      expect(settled(run)).toEqual(['[0,10) ["a",2] x1', '[0,10) ["b",1] x1'])
    }, kept) // prettier-ignore
  })

  it('has nothing of a window that another has absorbed after the snapshot, in any mode', () => {
    for (const mode of ['accumulating', 'discarding', 'retracting'] as const) {
      resumed(counts(perGap, mode), (run) => {
        run.offer([0, 'a', 1]).offer([15, 'a', 2])
        expect(settled(run)).toEqual(['[0,10) ["a",1] x1', '[15,25) ["a",1] x1'])
        run.offer([8, 'a', 4])
        expect(settled(run)).toEqual(['[0,25) ["a",3] x1'])
        run.offer([20, 'a', 8])
        expect(settled(run)).toEqual(['[0,30) ["a",4] x1'])
      }, kept) // prettier-ignore
    }
  })

  it('knows the ways by which a pane has come to a flatten', () => {
    const twoWays: Built = (root) => {
      const all = numbers(root).pipe(windowed(perTen, 'accumulating'), combinePerKey('Sum', sum()))
      return { out: flatten([all, all.pipe(filter(([, total]) => total < 3))]) }
    }
    resumed(twoWays, (run) => {
      run.offer([1, 'a', 1])
      expect(settled(run)).toEqual(['[0,10) ["a",1] x2'])
      run.offer([2, 'a', 2])
      expect(settled(run)).toEqual(['[0,10) ["a",3] x1'])
    }, kept) // prettier-ignore
  })

  it('needs no plain keys where the key itself is not kept', () => {
    const localDate: Coder<LocalDate> = {
      id: 'local-date:1',
      encode: (day) => encodeValue(day.toString()),
      decode: (bytes) => LocalDate.parse(decodeValue(bytes) as string),
    }
    const byDay: Built = (root) => ({
      out: numbers(root).pipe(
        map(([day, value]) => [LocalDate.parse(day), value] as const),
        windowInto(perTen),
        combinePerKey('Sum', sum(), { keyCoder: localDate }),
        map(([day, total]) => [day.toString(), total] as const),
      ),
    })
    resumed(byDay, (run) => {
      run.offer([1, '2026-03-01', 1]).watermark(20)
      expect(settled(run)).toEqual(['[0,10) ["2026-03-01",1] x1'])
    }, kept) // prettier-ignore
  })
})
