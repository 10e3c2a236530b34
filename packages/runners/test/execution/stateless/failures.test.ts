/**
 * Failures in a chain: steps take whole bundles one after the other, and nobody can tell by the ledger or the error.
 */
import {
  filter,
  flatMap,
  map,
  milliseconds,
  slidingWindows,
  windowInto,
  withTimestamps,
  type PCollection,
} from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { held } from '../../../src/execution/stateless/held-function.ts'
import { numbers, Scripted } from '../scripted.ts'

type Pairs = PCollection<readonly [string, number]>
const run = (steps: (input: Pairs) => PCollection<unknown>): Scripted =>
  new Scripted((root) => ({ out: steps(numbers(root)) }))

function failAt(...bad: readonly number[]): (n: number) => number {
  return (n) => {
    if (bad.includes(n)) throw new RangeError(`no ${n}`)
    return n
  }
}

const offers = [1, 2, 3, 4].map((n) => [n, 'a', n] as const)

describe('the error that ends a run', () => {
  it('is that of the first element that has one, whichever step met its own first', () => {
    // mutation: failures.stop without block.length = row
    const out = run((input) =>
      input.pipe(
        map(([, n]) => n),
        map(failAt(3, 4)),
        filter((n) => n > 0),
        flatMap((n) => [failAt(2)(n), n]),
      ),
    )
    expect(() => out.offer(...offers)).toThrow(
      expect.objectContaining({ step: 'FlatMap', cause: new RangeError('no 2') }),
    )
  })

  it('stops its own step at once', () => {
    const seen: number[] = []
    const out = run((input) =>
      input.pipe(
        map(([, n]) => {
          seen.push(n)
          return failAt(2)(n)
        }),
      ),
    )
    expect(() => out.offer(...offers)).toThrow('no 2')
    expect(seen).toEqual([1, 2])
  })

  it('hides no dead letter of an element before, and shows none of an element behind', () => {
    const out = run((input) =>
      input.pipe(
        map(([, n]) => failAt(1, 4)(n), { onError: 'dead-letter' }),
        map(failAt(3)),
      ),
    )
    expect(() => out.offer(...offers)).toThrow('no 3')
    expect(out.entries()).toEqual(['dead-letter a=1 all'])
  })
})

describe('dead letters', () => {
  it('come in the order of the elements, not of the steps', () => {
    // mutation: Failures.settle without toSorted
    const out = run((input) =>
      input.pipe(
        map(([, n]) => failAt(2, 4)(n), { onError: 'dead-letter' }),
        filter((n) => failAt(1)(n) > 0, { onError: 'dead-letter' }),
        withTimestamps((n) => failAt(3)(n) + 10, { onError: 'dead-letter' }),
      ),
    )
    out.offer(...offers, [5, 'a', 5]).complete()
    expect(out.ledger.map(({ step, element }) => `${step} ${String(element)}`)).toEqual([
      'Filter 1',
      'Map#2 a,2',
      'WithTimestamps 3',
      'Map#2 a,4',
    ])
    expect(out.take()).toEqual(['all 5 @15'])
  })

  it('are counted by the step that could not take them, in every bundle anew', () => {
    const out = run((input) => input.pipe(filter(([, n]) => failAt(2)(n) > 1, { onError: 'dead-letter' })))
    // mutation: FilterStage.end without holds[row] = 0
    out.offer([1, 'a', 3], [2, 'a', 4], [3, 'a', 1]).offer([4, 'a', 3], [5, 'a', 2]).complete()
    expect(out.take()).toEqual(['all a=3 @1', 'all a=4 @2', 'all a=3 @4'])
    expect(out.engine.counters().at(-1)).toMatchObject({ in: 5, withOutput: 3, withoutOutput: 1, ledger: 1, out: 3 })
  })

  it('leave the windows of the elements beside them alone', () => {
    const out = run((input) =>
      input.pipe(
        windowInto(slidingWindows(milliseconds(4), milliseconds(2))),
        map(([, n]) => failAt(2)(n), { onError: 'dead-letter' }),
      ),
    )
    expect(out.offer([2, 'a', 1], [4, 'a', 2], [6, 'a', 3]).take()).toEqual([
      '[0,4) 1 @2',
      '[2,6) 1 @2',
      '[4,8) 3 @6',
      '[6,10) 3 @6',
    ])
  })
})

describe('a held function', () => {
  it('is the function, and the same holder each time: loops know it by that', () => {
    const fn = (): number => 1
    expect(held(fn).fn).toBe(fn)
    expect(held(fn)).toBe(held(fn))
    expect(Object.getPrototypeOf(held(fn))).not.toBe(Object.getPrototypeOf(held((): number => 2)))
  })
})
