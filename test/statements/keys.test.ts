/**
 * Statement 69 of the semantics: which keys are the same.
 */
import { combinePerKey, map, milliseconds, windowInto, type PCollection, type Root } from '@tidemark/core'
import { deduplicate, sum } from '@tidemark/transforms'
import { expect, it } from 'vitest'
import { fixed } from './pipelines.ts'
import { add, end, keyed, play } from './play.ts'
import { refusalsOf } from './refusals.ts'

const perTen = fixed(10)

/** Elements keyed by the key that their value stands for. */
const keyedBy =
  (keys: Readonly<Record<number, unknown>>) =>
  (root: Root): PCollection<unknown> =>
    keyed(root).pipe(
      map(([, value]) => [keys[value], value] as const),
      windowInto(perTen),
      combinePerKey('Sum', sum()),
    )

// Mutation: packages/core/src/coder/canonical-bytes.ts: `fieldNames(value)` → `Object.keys(value)`
it('statement 69: keys are the same when their canonical bytes are, whoever wrote them and in which order', () => {
  const script = [add([1, '', 1], [2, '', 2]), end()]
  const keysOf = (first: unknown, second: unknown) => play(keyedBy({ 1: first, 2: second }), script).panes
  expect(keysOf({ x: 1, y: 2 }, { y: 2, x: 1 })).toEqual(['on-time [{"x":1,"y":2},3] @9 [0,10)'])
  expect(keysOf(-0, 0)).toEqual(['on-time [0,3] @9 [0,10)'])
  expect(keysOf(1, '1')).toHaveLength(2)
  expect(keysOf([1, 'x'], [1, 'x'])).toEqual(['on-time [[1,"x"],3] @9 [0,10)'])
})

// Mutation: packages/core/src/coder/canonical-bytes.ts: `return !asKey || !Number.isNaN(value)` → `return true`
it('statement 69: a key without such bytes is refused', () => {
  for (const key of [NaN, [NaN], { at: [NaN] }]) {
    expect(refusalsOf(keyedBy({ 1: key }), [add([1, '', 1]), end()])).toEqual(['KEY_NAN', 'KEY_NAN'])
  }
})

// Mutation: packages/core/src/coder/canonical-bytes.ts: `fieldNames(value)` → `Object.keys(value)`
it('statement 69: deduplicate compares bytes too', () => {
  const written = [
    { id: 1, at: 'home' },
    { at: 'home', id: 1 },
    { id: 1, at: 'away' },
  ]
  const distinct = (root: Root) =>
    keyed(root).pipe(
      windowInto(perTen),
      deduplicate('Dedupe', { key: ([, value]) => written[value], within: milliseconds(10) }),
    )
  expect(play(distinct, [add([1, 'a', 0], [2, 'a', 1], [3, 'a', 2]), end()]).panes).toEqual([
    'a=0 @1 [0,10)',
    'a=2 @3 [0,10)',
  ])
})
