/**
 * What the compiler knows of transforms, and what it refuses.
 */
import { create, fixedWindows, hours, minutes, pipe, type KV, type PCollection, type Root } from '@tidemark/core'
import {
  count,
  deduplicateById,
  fillGaps,
  latestPerKey,
  pivot,
  ratePerSecond,
  runningTotals,
  sampleByHash,
  sessionize,
  sumOf,
  type Rate,
  type RunningTotal,
  type Session,
  type SessionValue,
} from '@tidemark/transforms'
import { expectTypeOf } from 'vitest'

interface Hit {
  readonly user: string
  readonly bytes: number
}

declare const root: Root
const hits = root.pipe(create<Hit>('Hits', []))
const numbers = root.pipe(create<KV<'eu' | 'us', number>>('Numbers', []))

// Functions know what they are given, and keys keep their type.
const unique = hits.pipe(deduplicateById('Unique', { id: ({ user }) => user, within: hours(1) }))
expectTypeOf(unique.kept).toEqualTypeOf<PCollection<Hit>>()
expectTypeOf(unique.conflicts).toEqualTypeOf<
  PCollection<{ readonly id: string; readonly kept: Hit; readonly other: Hit }>
>()
expectTypeOf(hits.pipe(sessionize('S', { key: ({ user }) => user, gap: minutes(30) }))).toEqualTypeOf<
  PCollection<Session<string, Hit>>
>()
expectTypeOf(
  hits.pipe(sessionize('S', { key: ({ user }) => user, gap: minutes(30), combine: sumOf(({ bytes }: Hit) => bytes) })),
).toEqualTypeOf<PCollection<SessionValue<string, number>>>()
expectTypeOf(hits.pipe(runningTotals('R', { key: ({ user }) => user, combine: count() }))).toEqualTypeOf<
  PCollection<KV<string, RunningTotal<Hit, number>>>
>()
expectTypeOf(hits.pipe(sampleByHash({ key: ({ user }) => user, rate: 0.1 }))).toEqualTypeOf<PCollection<Hit>>()
expectTypeOf(numbers.pipe(latestPerKey('L'))).toEqualTypeOf<PCollection<KV<'eu' | 'us', number>>>()
expectTypeOf(numbers.pipe(ratePerSecond())).toEqualTypeOf<PCollection<KV<'eu' | 'us', Rate>>>()

// A pivot table has the columns that were stated, and no others.
const table = hits.pipe(
  pivot('P', {
    row: ({ user }) => user,
    columns: ['small', 'large'],
    column: () => 'small',
    value: () => 1n,
    cell: count(),
  }),
)
expectTypeOf(table).toEqualTypeOf<
  PCollection<KV<string, { readonly small: number | null; readonly large: number | null }>>
>()

// What a gap is filled with is known.
const grid = fixedWindows(hours(1))
const missing = numbers.pipe(fillGaps('G', { grid, upTo: hours(2) }))
expectTypeOf(missing).toEqualTypeOf<
  PCollection<
    KV<'eu' | 'us', { readonly is: 'value'; readonly value: number } | { readonly is: 'missing'; readonly value: null }>
  >
>()
const previous = numbers.pipe(fillGaps('G', { grid, upTo: hours(2), fill: 'previous' }))
expectTypeOf(previous).toEqualTypeOf<
  PCollection<
    KV<
      'eu' | 'us',
      { readonly is: 'value'; readonly value: number } | { readonly is: 'previous'; readonly value: number }
    >
  >
>()

// @ts-expect-error an end of filling is asked for
numbers.pipe(fillGaps('G', { grid }))
// @ts-expect-error a constant must be of the type of the values
numbers.pipe(fillGaps('G', { grid, upTo: hours(1), fill: { constant: 'none' } }))
// @ts-expect-error a rate needs a number of each key
pipe(create('Texts', ['a']), ratePerSecond())
