/**
 * J8 and J9: rows of a dimension that lie later than everything, and several of one instant.
 */
import {
  asOfJoin,
  boundedOutOfOrderness,
  map,
  milliseconds,
  minutes,
  read,
  type KV,
  type LateRows,
  type ReadOptions,
  type Root,
} from '@tidemark/core'
import { memorySource } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asOf, interval } from './joins-of-two.ts'
import { shown, TwoSources, type Element, type OfTwo } from './two-sources.ts'
import { fromObservable } from '@tidemark/runners/streaming'
import { Subject } from 'rxjs'
import { virtualJob } from './virtual-job.ts'

const YEAR_2099 = Date.UTC(2099, 0)

const ofEveryKind: readonly (readonly [name: string, of: OfTwo])[] = [
  ['an as-of join', asOf('wait', 5)],
  ['an as-of join that freezes', asOf('freeze', 5)],
  ['an as-of join that restates', asOf('restate', 5)],
  ['an as-of join that goes by what was known', knownJoin(5)],
  ['an interval join', interval({ before: 5, after: 5, lateness: 5, type: 'left' })],
]

/** What an as-of join answers that goes by when rows became known: rows of even value at once, others 3 ms later. */
function knownJoin(lateness: number): OfTwo {
  return (left, right) => {
    const timed = map(([key, value]: KV<string, number>) => [key, value] as const)
    return asOfJoin(
      'Join',
      { left, right: right.pipe(timed) },
      { lateRows: 'freeze', knownAt: (row) => row, lateness: milliseconds(lateness) },
    )
  }
}

type Event = readonly [what: 'left' | 'right' | 'watermark', at: number, key: string, value: number]

const event = fc.tuple(
  fc.constantFrom('left' as const, 'right' as const, 'watermark' as const),
  fc.integer({ min: 0, max: 40 }),
  fc.constantFrom('a', 'b'),
  fc.nat(40),
)

function play(of: OfTwo, events: readonly Event[]): TwoSources {
  const run = new TwoSources(of)
  for (const [what, at, key, value] of events) {
    if (what === 'left') run.left([at, key, value])
    else if (what === 'right') run.right([at, key, value])
    else run.to(at)
  }
  return run
}

describe('J8: a row of a dimension later than everything', () => {
  // Mutation: packages/runners/src/execution/join/as-of-elements.ts: `rowTimes[next]! <= time) next++` → `rowTimes[next]! <= time + 1e13) next++`
  it('J8: changes no answer of its key or another, whenever it comes, and moves no watermark', () => {
    const far = fc.array(fc.tuple(fc.nat(30), fc.constantFrom('a', 'b', 'c'), fc.nat(9)), {
      minLength: 1,
      maxLength: 3,
    })
    for (const [name, of] of ofEveryKind) {
      fc.assert(
        fc.property(fc.array(event, { maxLength: 30 }), far, (events, rows) => {
          const poisoned = rows.reduce<readonly Event[]>(
            (all, [place, key, value]) => all.toSpliced(place % (all.length + 1), 0, ['right', YEAR_2099, key, value]),
            events,
          )
          const [clean, dirty] = [play(of, events), play(of, poisoned)]
          expect([name, dirty.watermark]).toEqual([name, clean.watermark])
          expect([name, ...dirty.end().toSorted()]).toEqual([name, ...clean.end().toSorted()])
          const notes = dirty.entries().filter((_, index) => dirty.ledger[index]!.timestamp !== YEAR_2099)
          expect([name, ...notes.toSorted()]).toEqual([name, ...clean.entries().toSorted()])
        }),
        { numRuns: 150, seed: 1 },
      )
    }
  })

  const row = (at: number, value: number): Element => [at, 'a', value]
  const reading: ReadOptions<Element> = {
    timestamp: ([at]) => at,
    watermark: boundedOutOfOrderness(milliseconds(0)),
    maxFuture: minutes(10),
  }
  const keyed = map(([, key, value]: Element) => [key, value] as KV<string, number>)

  const live = (maxFuture: ReadOptions<Element>['maxFuture']) => {
    const [left$, right$] = [new Subject<Element>(), new Subject<Element>()]
    const { timestamp, watermark } = reading
    const options = { timestamp, watermark: watermark!, ...(maxFuture !== undefined && { maxFuture }) }
    const run = virtualJob((root) => ({
      out: asOf()(
        root.pipe(fromObservable('L', left$, options), keyed),
        root.pipe(fromObservable('R', right$, options), keyed),
      ),
    }))
    return { ...run, left$, right$ }
  }

  it('J8: is in the ledger as future where the source has a guard, and the next row counts as if it had not come', async () => {
    const { left$, right$, values, ledger, pass, job } = live(minutes(10))
    right$.next(row(0, 7))
    right$.next(row(YEAR_2099, 99))
    left$.next(row(5, 1))
    await pass()
    expect(values).toEqual([])
    right$.next(row(5, 8))
    right$.next(row(6, 9))
    await pass()
    expect(values.map(shown)).toEqual(['a: 1+8 @5'])
    expect(ledger.map(({ reason, step, timestamp }) => [reason, step, timestamp])).toEqual([['future', 'R', YEAR_2099]])
    await job.stop()
  })

  it('J8: moves the watermark of a source without one, and what comes after it is in the ledger: nothing is lost in silence', async () => {
    const { left$, right$, values, ledger, pass, job } = live(undefined)
    right$.next(row(0, 7))
    right$.next(row(YEAR_2099, 99))
    left$.next(row(5, 1))
    await pass()
    expect(values.map(shown)).toEqual(['a: 1+7 @5'])
    right$.next(row(6, 8))
    left$.next(row(7, 2))
    await pass()
    expect(values.map(shown)).toEqual(['a: 1+7 @5', 'a: 2+7 @7'])
    expect(ledger.map(({ reason, element }) => [reason, element])).toEqual([['too-late', ['a', 8]]])
    await job.stop()
  })

  it('J8: is one row of many in history, where no watermark follows the rows', async () => {
    const { outputs, ledger } = await batchRunner({ progress: 'never' }).run((root: Root) => ({
      out: asOf()(
        root.pipe(read('L', memorySource([row(5, 1), row(YEAR_2099 + 1, 2)]), { timestamp: ([at]) => at }), keyed),
        root.pipe(read('R', memorySource([row(YEAR_2099, 99), row(0, 7)]), { timestamp: ([at]) => at }), keyed),
      ),
    }))
    expect(outputs.out.map(shown).toSorted()).toEqual(['a: 1+7 @5', `a: 2+99 @${YEAR_2099 + 1}`])
    expect(ledger).toEqual([])
  })
})

describe('J9: several rows of one instant', () => {
  const modes: readonly LateRows[] = ['wait', 'freeze', 'restate']

  // Mutation: packages/runners/src/execution/join/as-of-rows.ts: `notes.sameInstant(key, rows.values[row], time, count)` → `;`
  // Mutation: packages/runners/src/execution/join/as-of-list.ts: `return left < right ? -1 : left > right ? 1 : 0` → `return a - b`
  it('J9: the greatest answers, whatever the order in which they come, and the others are noted', () => {
    const values = fc.uniqueArray(fc.nat(99), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(values, fc.constantFrom(...modes), fc.boolean(), (rows, mode, apart) => {
        const run = new TwoSources(asOf(mode, 5))
        if (apart) for (const value of rows) run.right([4, 'a', value])
        else run.right(...rows.map((value): Element => [4, 'a', value]))
        run.left([4, 'a', -1]).to(5)
        const greatest = Math.max(...rows)
        expect(run.end()).toEqual([`a: -1+${greatest} @4`])
        const others = rows.filter((value) => value !== greatest).toSorted((a, b) => a - b)
        const noted = run.ledger.map(({ reason, element }) => [reason, (element as KV<string, number>)[1]] as const)
        expect(noted.toSorted(([, a], [, b]) => a - b)).toEqual(others.map((value) => ['same-instant', value]))
      }),
      { numRuns: 200, seed: 1 },
    )
    const run = new TwoSources(asOf())
    run.right([4, 'a', 1], [4, 'a', 2]).end()
    expect(run.ledger[0]?.detail).toBe('the row of the same instant that is greater by orderBy and bytes counts')
  })

  it('J9: which is the greater may be said: orderBy, then bytes', () => {
    const run = new TwoSources((left, right) =>
      asOfJoin('Join', { left, right }, { orderBy: (value) => -(value % 10) }),
    )
    run.right([4, 'a', 19], [4, 'a', 21], [4, 'a', 11]).left([4, 'a', -1])
    expect(run.end()).toEqual(['a: -1+21 @4'])
    expect(run.entries().toSorted()).toEqual(['same-instant a=11', 'same-instant a=19'])
  })

  it('J9: equal ones are one row, noted with how often it came', () => {
    const run = new TwoSources(asOf())
    run.right([4, 'a', 7], [4, 'a', 7], [4, 'a', 7], [4, 'a', 8]).left([4, 'a', -1])
    expect(run.end()).toEqual(['a: -1+8 @4'])
    expect(run.ledger[0]?.detail).toMatch(/; it came 3 times$/)
  })

  it('J9: elements of one instant are each answered', () => {
    const run = new TwoSources(asOf())
    run.right([4, 'a', 7]).left([4, 'a', 1], [4, 'a', 1], [4, 'a', 2])
    expect(run.end()).toEqual(['a: 1+7 @4', 'a: 1+7 @4', 'a: 2+7 @4'])
    expect(run.ledger).toEqual([])
  })
})
