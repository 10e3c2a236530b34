/**
 * enrich (R47, R49): what was true at the element's time, and how often nothing was known.
 */
import { asMap, combineGlobally, create, days, flatMap, withKeys, type PCollection } from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { batchRunner } from '@tidemark/runners/batch'
import { assertSameAnswer, evaluate } from '@tidemark/runners/testing'
import { enrich, unmatchedRate, type EnrichOptions } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'

interface Visit {
  readonly customer: string
  readonly at: number
}
interface Row {
  readonly customer: string
  readonly segment: string | null
  readonly at: number
  readonly known?: number
}

const day = (number: number) => Date.UTC(2026, 2, number)
const time = { timestamp: ({ at }: { readonly at: number }) => at }
const rows: readonly Row[] = [
  { customer: 'ann', segment: 'small', at: day(1), known: day(1) },
  { customer: 'ann', segment: 'large', at: day(5), known: day(8) },
  { customer: 'bob', segment: null, at: day(1), known: day(1) },
]
const visits: readonly Visit[] = [
  { customer: 'ann', at: day(4) },
  { customer: 'ann', at: day(5) },
  { customer: 'ann', at: day(6) },
  { customer: 'bob', at: day(6) },
  { customer: 'cat', at: day(6) },
]

/** The segments as they were, in the order of the visits. */
async function segments(
  asOf?: EnrichOptions<Visit, string, Row, 'segment', string | null, 'unknown'>['asOf'],
  given: readonly Visit[] = visits,
) {
  const { outputs } = await batchRunner({ progress: 'never' }).run((root) => {
    const customers = root.pipe(
      create('Customers', rows, time),
      withKeys(({ customer }) => customer),
    )
    return {
      visits: root.pipe(
        create('Visits', given, time),
        enrich('Segment', {
          with: customers,
          key: ({ customer }) => customer,
          as: 'segment',
          take: ({ segment }) => segment,
          ...(asOf && { asOf }),
        }),
      ),
    }
  })
  return outputs.visits
    .map(({ value }) => value)
    .toSorted((a, b) => a.at - b.at || (a.customer < b.customer ? -1 : 1))
    .map(({ segment }) => segment)
}

describe('enrich', () => {
  // Mutation: packages/transforms/src/contract/enrich.ts: `taken ?? fallback` → `taken`
  it('R47: gives each event the segment of its own day, and unknown where nothing is known', async () => {
    expect(await segments()).toEqual(['small', 'large', 'large', 'unknown', 'unknown'])
  })

  // Mutation: packages/transforms/src/contract/enrich.ts: `{ ...asOf }` → `{}`
  it('passes on how rows count that came late, and how old they may be', async () => {
    expect(await segments({ lateRows: 'freeze', knownAt: ({ known }) => known! })).toEqual([
      'small',
      'small',
      'small',
      'unknown',
      'unknown',
    ])
    expect(await segments({ maxAge: days(2) })).toEqual(['unknown', 'large', 'large', 'unknown', 'unknown'])
  })

  it('keeps the element as it is, its time too, and takes the whole row and another fallback where asked', async () => {
    const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
      visits: root.pipe(
        create('Visits', visits.slice(0, 1).concat(visits.slice(4)), time),
        enrich('Customer', {
          with: root.pipe(
            create('Customers', rows, time),
            withKeys(({ customer }) => customer),
          ),
          key: ({ customer }) => customer,
          as: 'row',
          fallback: null,
        }),
      ),
    }))
    expect(outputs.visits.map(({ value, timestamp }) => [value, timestamp])).toEqual([
      [{ customer: 'ann', at: day(4), row: rows[0] }, day(4)],
      [{ customer: 'cat', at: day(6), row: null }, day(6)],
    ])
  })

  it('finds rows of a table without time, by keys of any shape', async () => {
    const { outputs } = await batchRunner({ progress: 'never' }).run((root) => {
      const table = root.pipe(
        create('Customers', [{ key: ['ann', 1] as readonly [string, number], name: 'Ann' }]),
        withKeys(({ key }) => key),
        asMap('ByKey'),
      )
      return {
        visits: root.pipe(
          create('Visits', [
            { who: 'ann', n: 1 },
            { who: 'ann', n: 2 },
          ]),
          enrich('Name', { with: table, key: ({ who, n }) => [who, n] as const, as: 'name', take: ({ name }) => name }),
        ),
      }
    })
    expect(outputs.visits.map(({ value }) => value).toSorted((a, b) => a.n - b.n)).toEqual([
      { who: 'ann', n: 1, name: 'Ann' },
      { who: 'ann', n: 2, name: 'unknown' },
    ])
  })

  /** Visits and rows in one stream, as assertSameAnswer gives one. */
  const rated = (asOf?: { readonly lateRows: 'wait' | 'restate' }) => ({
    name: 'Rated',
    expand: (all: PCollection<Visit | Row>) => {
      const customers = all.pipe(
        flatMap((each) => ('segment' in each ? [each] : [])),
        withKeys(({ customer }) => customer),
      )
      return all.pipe(
        flatMap((each) => ('segment' in each ? [] : [each])),
        enrich('Segment', {
          with: customers,
          key: ({ customer }) => customer,
          as: 'segment',
          take: ({ segment }) => segment,
          ...(asOf && { asOf }),
        }),
      )
    },
  })

  it.each([undefined, { lateRows: 'restate' } as const])('gives the same in every run, %j', (asOf) => {
    assertSameAnswer(rated(asOf), [...visits, ...rows], { ...time, runs: 60 })
  })

  // Mutation: packages/transforms/src/contract/enrich.ts: `countIf(isUnmatched)` → `countIf((element) => !isUnmatched(element))`
  it('R49: counts how often nothing was known', () => {
    const { rows: out } = evaluate(
      (root) => ({
        rate: root.pipe(
          create('All', [...visits, ...rows], time),
          rated(),
          combineGlobally('Rate', unmatchedRate('segment')),
        ),
      }),
      { All: [...visits, ...rows] },
    )
    expect(out.rate.map(({ value }) => value)).toEqual([{ numerator: 2, denominator: 5, value: 0.4 }])
    const inputs = [{ row: null }, { row: 'unknown' }, { row: 0 }]
    expect(checkCombineFnLaws(unmatchedRate('row', null), inputs)).toEqual([])
  })

  it('refuses what it cannot mean, when it is built', async () => {
    const customers = [] as unknown as PCollection<readonly [string, Row]>
    const build = (options: object) => () =>
      enrich('Segment', { with: customers, key: ({ customer }: Visit) => customer, as: 'segment', ...options } as never)
    expect(build({ as: '' })).toThrow(/The option as of enrich\("Segment"\) is no name of a field/)
    expect(build({ key: 'customer' })).toThrow(/key of enrich\("Segment"\)/)
    expect(build({ take: 'segment' })).toThrow(/take of enrich\("Segment"\)/)
    expect(build({ fallbak: 1 })).toThrow(/Did you mean "fallback"\?/)
    expect(build({ asOf: { type: 'inner' } })).toThrow(/asOf of enrich\("Segment"\) has no option "type"/)
    await expect(
      batchRunner({ progress: 'never' }).run((root) => ({
        out: root.pipe(
          create('Visits', visits, time),
          enrich('Segment', {
            with: root.pipe(
              create('Customers', rows),
              withKeys(({ customer }) => customer),
              asMap('ByName'),
            ),
            key: ({ customer }) => customer,
            as: 'segment',
            asOf: { lateRows: 'restate' },
          }),
        ),
      })),
    ).rejects.toThrow(/The option asOf of enrich\("Segment"\) stands beside a side input/)
  })
})
