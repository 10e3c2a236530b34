/**
 * J19: views read in every way: by two steps, two by one step in windows of their own, of the collection that reads them, by every kind of
 * step, from the first pane on.
 */
import {
  afterCount,
  asIterable,
  asSingleton,
  boundedOutOfOrderness,
  filter,
  fixedWindows,
  flatMap,
  flatten,
  map,
  milliseconds,
  parDo,
  repeatedly,
  slidingWindows,
  windowInto,
  withKeys,
  type KV,
  type PTransform,
  type WindowFn,
} from '@tidemark/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TwoSources, type Element, type Keyed, type OfTwo } from './two-sources.ts'

const windows = (windowFn: WindowFn): PTransform<Keyed, Keyed> => windowInto(windowFn)
const by = (size: number): PTransform<Keyed, Keyed> => windows(fixedWindows(milliseconds(size)))
const second = ([, value]: KV<string, number>): number => value

type List = readonly KV<string, number>[]

describe('J19: views read in every way', () => {
  // Mutation: packages/core/src/window/side-window.ts: `window.start < earliest.start` → `window.start > earliest.start`
  it('J19: of another kind of windows: what is seen is the earliest side window with the last instant of the own one', () => {
    const run = new TwoSources((left, right) => {
      const side = {
        short: right.pipe(by(4), asIterable('Short')),
        sliding: right.pipe(windows(slidingWindows(milliseconds(6), milliseconds(3))), asIterable('Sliding')),
      }
      return left.pipe(
        by(10),
        map(
          ([, value], { short, sliding }: { readonly short: List; readonly sliding: List }) => [
            value,
            short.map(second),
            sliding.map(second),
          ],
          { side },
        ),
      )
    })
    // The last instant of [0, 10) is 9: of windows of 4 it is in [8, 12), of sliding ones first in [6, 12).
    run.left([1, 'a', -1]).right(...Array.from({ length: 14 }, (_, at): Element => [at, 'r', at]))
    run.to(11)
    expect(run.take()).toEqual([])
    run.to(12)
    expect(run.take()).toEqual(['[-1,[8,9,10,11],[6,7,8,9,10,11]] @1'])
    expect(run.end()).toEqual([])
  })

  // Mutation: packages/runners/src/execution/side-input/side-input-gate.ts: `if (--needed.awaited === 0) for (const slot of needed.waiting) this.#mayLeave(slot)` → `--needed.awaited`
  it('J19: by two steps: each waits for itself, and both see the same', () => {
    const run = new TwoSources((left, right) => {
      const seen = right.pipe(by(10), asIterable('View'))
      const look = ([key, value]: KV<string, number>, side: { readonly seen: List }) =>
        [key, value * 10 + side.seen.length] as const
      const early = left.pipe(by(5), map(look, { side: { seen } }))
      const late = left.pipe(by(20), map(look, { side: { seen } }))
      return flatten([early.pipe(by(100)), late.pipe(by(100))])
    })
    run.right([1, 'r', 1], [12, 'r', 2], [13, 'r', 3]).left([1, 'a', 1]).to(10)
    expect(run.take()).toEqual(['["a",11] @1'])
    run.to(20)
    // The window [0, 20) of the second step sees [10, 20).
    expect(run.take()).toEqual(['["a",12] @1'])
    expect(run.end()).toEqual([])
  })

  it('J19: by every kind of step', () => {
    const run = new TwoSources((left, right) => {
      const total = right.pipe(by(10), map(second), asSingleton('Total', { default: 0 }))
      const side = { total }
      type Seen = { readonly total: number }
      return left.pipe(
        by(10),
        filter(([, value], seen: Seen) => value < seen.total, { side }),
        withKeys(([key], seen: Seen) => `${key}${seen.total}`, { side }),
        flatMap(([key, [, value]], seen: Seen) => [[key, value] as const, [key, seen.total] as const], { side }),
        parDo({
          side,
          *process([key, value], context) {
            yield [key, value, context.side.total] as const
          },
        }),
      )
    })
    run.right([1, 'r', 5]).left([1, 'a', 4], [2, 'a', 5], [3, 'b', 3])
    expect(run.end()).toEqual(['["a5",4,5] @1', '["a5",5,5] @1', '["b5",3,5] @3', '["b5",5,5] @3'])
  })

  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `if (isFinal || side.isReady) return undefined` → `if (isFinal || side.isReady || true) return undefined`
  it('J19: from the first pane on: who has waited sees that one, who comes later sees later ones', () => {
    const run = new TwoSources((left, right) => {
      const each = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
        trigger: repeatedly(afterCount(1)),
        allowedLateness: milliseconds(0),
        accumulationMode: 'accumulating',
      })
      const seen = right.pipe(each, asIterable('View', { ready: 'first-pane' }))
      return left.pipe(
        by(10),
        map(([, value], side: { readonly seen: List }) => [value, side.seen.map(second)], { side: { seen } }),
      )
    })
    run.left([1, 'a', 1])
    expect(run.take()).toEqual([])
    run.right([2, 'r', 7])
    expect(run.take()).toEqual(['[1,[7]] @1'])
    run.right([3, 'r', 8]).left([4, 'a', 2])
    expect(run.take()).toEqual(['[2,[7,8]] @4'])
    // A window in which nothing comes is known to be empty when it is over.
    run.left([11, 'a', 3]).to(20)
    expect(run.take()).toEqual(['[3,[]] @11'])
    expect(run.end()).toEqual([])
  })

  const ofItself: OfTwo = (left) => {
    const all = left.pipe(by(200))
    const side = { all: all.pipe(asIterable('All')), long: left.pipe(by(300), asIterable('Long')) }
    return all.pipe(
      map(
        ([key, value], seen: { readonly all: List; readonly long: List }) => [
          key,
          value,
          seen.all.map(second),
          seen.long.length,
        ],
        { side },
      ),
    )
  }
  const event = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom('a', 'b'), fc.nat(5))

  it('J19: of the collection that reads it: all that are seen are all that were not dropped, however they are bundled', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), fc.integer({ min: 1, max: 7 }), (events, size) => {
        const run = new TwoSources(ofItself, {}, { watermark: boundedOutOfOrderness(milliseconds(60)) })
        const elements = events.map(([at, key, value], index): Element => [at * 20 + index, key, value])
        for (let first = 0; first < elements.length; first += size) run.left(...elements.slice(first, first + size))
        const seen = run.end()
        const gone = run.ledger.filter(({ step }) => step === 'All/GroupByKey').map(({ timestamp }) => timestamp)
        const inAll = (at: number) => Math.floor(at / 200)
        // An element that the view dropped is dropped for no other reason where it is read.
        for (const [at, key, value] of elements) {
          const own = elements.filter(([other]) => inAll(other) === inAll(at) && !gone.includes(other))
          const list = own.toSorted(([a], [b]) => a - b).map(([, , other]) => other)
          const text = `["${String(key)}",${String(value)},${JSON.stringify(list)},`
          const has = seen.some((one) => one.startsWith(text) && one.endsWith(` @${at}`))
          expect([at, has]).toEqual([
            at,
            !run.ledger.some(({ step, timestamp }) => step.startsWith('Map') && timestamp === at),
          ])
        }
      }),
      { numRuns: 100, seed: 1 },
    )
  })
})
