/**
 * Sessions over changes, where a change cannot be taken as it is: it comes too late, its session's trigger has finished, or it takes back
 * what was never given. All values are reckoned by hand.
 */
import {
  afterCount,
  combinePerKey,
  customWindows,
  groupByKey,
  map,
  milliseconds,
  windowInto,
  type WindowFn,
} from '@tidemark/core'
import { count, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { gap, LATENESS, sums, totals } from './changing-totals.ts'
import { Scripted } from './scripted.ts'

type Script = (run: Scripted) => unknown

describe('a change that comes too late for the elements of a session', () => {
  /** An element is in a window that is over before it happens: changes of it can come when that has expired. */
  const before = (length: number): WindowFn =>
    customWindows({
      name: 'before',
      description: `${length}`,
      assign: (t) => [{ start: t - 9, end: t - 9 + length }],
      merge: (windows) => gap.merge(windows),
    })
  const lateness = milliseconds(5)
  const windowsOf = (windows: WindowFn, script: Script): Scripted => {
    const run = new Scripted(sums({}, windows, lateness))
    script(run)
    return run
  }

  // Mutation: packages/runners/src/execution/grouping/changing-sessions.ts: `if (this.isExpired(windowAt(bundle, row)))` → `if (signAt(bundle, row) > 0 && this.isExpired(windowAt(bundle, row)))`
  it('goes to the ledger as any element of an expired window, though its session is open', () => {
    // 4 is in [-5,1), 8 in [-1,5): the session closes when the watermark is past 4 + 5, but what is at 4 is fixed when it is past 0 + 5.
    const run = windowsOf(before(6), (each) => each.offer([4, 'a', 1], [8, 'a', 2]).watermark(6).offer([4, 'a', -1]))
    expect(run.take()).toEqual(['[-5,5) a=3 early#0'])
    expect(run.entries()).toEqual(['expired a=1 [-5,1)'])
    expect(run.complete().settled()).toEqual(['[-5,5) a=3'])
  })

  it('parts a session, of which a part that has expired by then is emitted all the same', () => {
    // 0 is in [-9,1), 8 in [-1,9), 16 in [7,17). By 10, [-9,1) would have closed, past 0 + 5.
    const run = windowsOf(before(10), (each) => {
      each.offer([0, 'a', 1], [8, 'a', 2], [16, 'a', 4]).watermark(10)
      expect(each.take()).toEqual(['[-9,17) a=7 early#0'])
      each.offer([8, 'a', -2])
    })
    expect(run.take()).toEqual(['-[-9,17) a=7', '[-9,1) a=1 late#0', '[7,17) a=4 early#0'])
    expect(run.watermark(11).take()).toEqual([])
    expect(run.complete().settled()).toEqual(['[-9,1) a=1', '[7,17) a=4'])
  })
})

describe('a session over changes whose trigger has finished', () => {
  const once = { trigger: afterCount(2), mayLoseData: true } as const

  it('takes nothing back any more: the change goes to the ledger', () => {
    const run = new Scripted(sums(once)).offer([0, 'a', 1], [8, 'a', 2])
    expect(run.take()).toEqual(['[0,18) a=3 early#0 last'])
    run.offer([8, 'a', -2])
    expect(run.entries()).toEqual(['closed-window a=2 [8,18)'])
    expect(run.complete().settled()).toEqual(['[0,18) a=3'])
  })

  // Mutation: packages/runners/src/execution/grouping/changing-sessions.ts: `slot = this.openSlot(known, window)` → `slot = this.slotFor(known, window)`
  it('gives way where what is left of another session is of its very window, and was accepted', () => {
    const trigger = afterCount(4)
    const run = new Scripted((root) => ({
      out: totals(root).pipe(
        map(([, total]) => ['all', total] as const),
        windowInto(gap, { ...once, trigger, allowedLateness: LATENESS, accumulationMode: 'retracting' }),
        combinePerKey('Sum', sum()),
      ),
    }))
    run.offer([0, 'a', 1], [0, 'b', 1], [4, 'c', 1], [4, 'd', 1])
    expect(run.take()).toEqual(['[0,14) all=4 early#0 last'])
    run.offer([0, 'e', 2], [4, 'f', 2], [12, 'g', 2])
    expect(run.entries().filter((entry) => !entry.startsWith('session-split'))).toEqual([])
    run.offer([12, 'g', -2])
    expect([run.take(), run.complete().settled()]).toEqual([[], ['[0,14) all=4 x2']])
  })
})

describe('an element of a session over changes that has no canonical bytes', () => {
  it('is refused with the name of the step: nobody could say which one is taken back', () => {
    const run = new Scripted((root) => ({
      out: totals(root).pipe(
        map(([key]) => [key, () => key] as const),
        windowInto(gap),
        combinePerKey('Count', count()),
      ),
    }))
    expect(() => run.offer([0, 'a', 1])).toThrow(expect.objectContaining({ name: 'EncodingError', step: 'Count' }))
  })
})

describe('a step above that is not pure', () => {
  // Mutation: packages/runners/src/execution/grouping/changing-sessions.ts: `if (windowing.mayLoseData) log` → `if (!windowing.mayDrift) log`
  it('is told apart where what it takes back was never given (UNKNOWN_CHANGE)', () => {
    let calls = 0
    const run = new Scripted((root) => ({
      out: totals(root).pipe(
        map(([key, total]) => [key, total * 100 + calls++] as const),
        windowInto(gap),
        groupByKey('List'),
      ),
    })).offer([0, 'a', 1])
    expect(() => run.offer([0, 'a', 1])).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_CHANGE',
        step: 'List',
        message: expect.stringContaining('make it pure'),
      }),
    )
  })
})
