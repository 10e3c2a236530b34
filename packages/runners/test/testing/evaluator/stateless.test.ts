import { describe, expect, it } from 'vitest'
import {
  filter,
  fixedWindows,
  flatMap,
  flatten,
  map,
  parDo,
  reshuffle,
  seconds,
  tagged,
  UserCodeError,
  windowInto,
  withKeys,
  withTimestamps,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { create } from '@tidemark/core'
import { evaluate } from '../../../src/testing/evaluator/evaluate.ts'
import { evaluated, items, settled, timestamps } from './scenario.ts'

describe('stateless steps', () => {
  it('apply their function to each element and keep timestamp and window', () => {
    const answer = evaluated((root) =>
      items(
        [1, 'a', 1],
        [12, 'b', 2],
      )(root).pipe(
        windowInto(fixedWindows(seconds(10))),
        filter(([, number]) => number > 1),
        map(([key, number]) => ({ key, number })),
        withKeys(({ key }) => key),
        reshuffle(),
        flatMap((element) => [element, element]),
      ),
    )
    const twice = [10, 20, ['b', { key: 'b', number: 2 }]]
    expect(settled(answer)).toEqual([twice, twice])
    expect(timestamps(answer)).toEqual([12, 12])
  })

  it('move timestamps forward only, and leave the window', () => {
    const later = evaluated((root) =>
      items([1, 'a', 1])(root).pipe(
        windowInto(fixedWindows(seconds(10))),
        withTimestamps(() => 15_000),
      ),
    )
    expect(settled(later)).toEqual([[0, 10, ['a', 1]]])
    expect(timestamps(later)).toEqual([15])
    expect(() => evaluated((root) => items([1, 'a', 1])(root).pipe(withTimestamps(() => 999)))).toThrow(
      /only move forward/,
    )
  })

  it('fail with the step and the cause when their function throws', () => {
    const broken = (): unknown =>
      evaluated((root) =>
        items([1, 'a', 1])(root).pipe(
          map(() => {
            throw new Error('no such tariff')
          }),
        ),
      )
    expect(broken).toThrow(UserCodeError)
    expect(broken).toThrow(/"Map" threw for an element with timestamp 1970-01-01T00:00:01.000Z: Error: no such tariff/)
  })

  it('make an element that fails half-way a dead letter as a whole', () => {
    const answer = evaluated((root) =>
      items(
        [1, 'a', 1],
        [2, 'b', 2],
      )(root).pipe(
        flatMap(
          function* ([key, number]) {
            yield key
            if (number === 2) throw new Error('half-way')
            yield number
          },
          { onError: 'dead-letter' },
        ),
      ),
    )
    expect(settled(answer)).toEqual([
      ['all', 1],
      ['all', 'a'],
    ])
    expect(answer.ledger).toMatchObject([
      { reason: 'dead-letter', step: 'FlatMap#2', element: ['b', 2], timestamp: 2000 },
    ])
  })
})

describe('parDo', () => {
  it('shows an element its timestamp and window, between setup and teardown', () => {
    const calls: string[] = []
    let factor = 0
    const answer = evaluated((root) =>
      items(
        [1, 'a', 1],
        [12, 'a', 2],
      )(root).pipe(
        windowInto(fixedWindows(seconds(10))),
        parDo({
          setup: () => {
            factor = 10
          },
          startBundle: () => calls.push('start'),
          process: ([, number], { timestamp, window }) => [[number * factor, timestamp, window.end] as const],
          teardown: () => {
            calls.push('teardown')
          },
        }),
      ),
    )
    expect(settled(answer)).toEqual([
      [0, 10, [10, 1000, 10_000]],
      [10, 20, [20, 12_000, 20_000]],
    ])
    expect(calls).toEqual(['start', 'teardown'])
  })

  it('directs values to the outputs they are tagged with', () => {
    const { outputs } = evaluate(
      buildGraph((root) => {
        const { small, large } = items(
          [1, 'a', 1],
          [2, 'a', 20],
        )(root).pipe(
          parDo({
            outputs: ['small', 'large', 'none'],
            process: ([, number]) => [number < 10 ? tagged('small', number) : tagged('large', number)],
          }),
        )
        return { small, large, both: flatten([small, large]) }
      }),
    )
    expect(outputs['small']!.entries.map(({ value }) => value)).toEqual([1])
    expect(outputs['large']!.entries.map(({ value }) => value)).toEqual([20])
    expect(outputs['both']!.entries.map(({ value }) => value)).toEqual([1, 20])
  })

  it('emits what finishBundle leaves over, where it says', () => {
    const answer = evaluated((root) => {
      let seen = 0
      return items(
        [1, 'a', 1],
        [2, 'a', 2],
      )(root).pipe(
        parDo({
          process: () => {
            seen += 1
            return [] as number[]
          },
          finishBundle: () => [{ value: seen, timestamp: 5000, window: { start: 0, end: 10_000 } }],
        }),
      )
    })
    expect(settled(answer)).toEqual([[0, 10, 2]])
  })

  it('is refused when its setup has to be waited for', () => {
    expect(() =>
      evaluated((root) =>
        root.pipe(create('One', [1]), parDo({ setup: async () => {}, process: (element) => [element] })),
      ),
    ).toThrow(/waits for nothing/)
  })
})
