/**
 * Elements that are no pairs, where a program got past the compiler, end the run with a name and not with a fault of the platform.
 */
import {
  asOfJoin,
  combinePerKey,
  create,
  groupByKey,
  intervalJoin,
  milliseconds,
  sessions,
  statefulParDo,
  valueState,
  windowInto,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'

type Pairs = PCollection<KV<string, number>>

const STEPS: Readonly<Record<string, (pairs: Pairs, others: Pairs) => PCollection<unknown>>> = {
  'a grouping': (pairs) => pairs.pipe(groupByKey('Step')),
  'a grouping of sessions': (pairs) => pairs.pipe(windowInto(sessions(milliseconds(5))), groupByKey('Step')),
  'a combiner': (pairs) => pairs.pipe(combinePerKey('Step', sum())),
  'a stateful step': (pairs) =>
    pairs.pipe(
      statefulParDo('Step', { state: { last: valueState<number>() }, process: ({ value }): number[] => [value] }),
    ),
  'an interval join': (left, right) =>
    intervalJoin('Step', { left, right }, { before: milliseconds(1), after: milliseconds(1) }),
  'an as-of join': (left, right) => asOfJoin('Step', { left, right }, { lateRows: 'wait' }),
}

const NO_PAIRS = [
  ['is null', null],
  ['is a string (ab)', 'ab'],
  ['is an array of 3', ['a', 1, 2]],
  ['is an object', { key: 'a', value: 1 }],
] as const

describe('an element that is no pair', () => {
  // Mutation: packages/runners/src/execution/bundle/pairs.ts: `return Array.isArray(value) && value.length === 2` → `return value !== 7`
  it('ends the run by the name of the step that would keep it by key', async () => {
    for (const step of Object.values(STEPS)) {
      for (const [shown, element] of NO_PAIRS) {
        const pipeline = (root: Root) => {
          const pairs = root.pipe(create<unknown>('Pairs', [['a', 1], element]))
          const others = root.pipe(create<unknown>('Others', [['a', 1]]))
          return { out: step(pairs as Pairs, others as Pairs) }
        }
        await expect(batchRunner().run(pipeline)).rejects.toMatchObject({
          code: 'NOT_A_PAIR',
          step: 'Step',
          message: expect.stringContaining(shown),
        })
      }
    }
  })
})
