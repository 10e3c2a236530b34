/**
 * upCast (R17, B18): old and new versions live together, and what is newer than the pipeline waits in the ledger.
 */
import {
  combinePerKey,
  create,
  fixedWindows,
  milliseconds,
  windowInto,
  withKeys,
  type PCollection,
} from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { assertSameAnswer, evaluate, settledDifferences } from '@tidemark/runners/testing'
import { sumOf, upCast, type UpCastOptions } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface V1 {
  readonly version: 1
  readonly at: number
  /** `eu 250`. */
  readonly sale: string
}
interface V2 {
  readonly version: 2
  readonly at: number
  readonly region: string
  readonly cents: number
}
interface V3 {
  readonly version: 3
  readonly at: number
  readonly region: string
  readonly amount: { readonly cents: number; readonly currency: string }
}
type Any = V1 | V2 | V3

const toV2 = ({ at, sale }: V1): V2 => {
  const [region = '', cents = ''] = sale.split(' ')
  if (cents === '') throw new Error('a sale has two words')
  return { version: 2, at, region, cents: Number(cents) }
}
const toV3 = ({ at, region, cents }: V2): V3 => ({ version: 3, at, region, amount: { cents, currency: 'EUR' } })

const current = () =>
  upCast('Current', { versionOf: ({ version }: Any) => version, to: 3, steps: { 1: toV2, 2: toV3 } })

async function run(events: readonly unknown[]) {
  const { outputs, ledger } = await batchRunner({ progress: 'never' }).run((root) => ({
    current: root.pipe(create('Events', events as readonly Any[]), current()),
  }))
  return {
    current: outputs.current.map(({ value }) => value),
    ledger: ledger.map(({ step, reason, element, detail }) => [step, reason, element, detail]),
  }
}

const revenue = {
  name: 'Revenue',
  expand: (events: PCollection<Any>) =>
    events.pipe(
      current(),
      windowInto(fixedWindows(milliseconds(10))),
      withKeys(({ region }) => region),
      combinePerKey(
        'Sum',
        sumOf(({ amount }) => amount.cents),
      ),
    ),
}

const asV1 = ({ at, region, amount }: V3): V1 => ({ version: 1, at, sale: `${region} ${amount.cents}` })
const asV2 = ({ at, region, amount }: V3): V2 => ({ version: 2, at, region, cents: amount.cents })

describe('upCast', () => {
  // Mutation: packages/transforms/src/contract/up-cast.ts: `let at = version; at < to; at++` → `let at = version; at < to - 1; at++`
  it('leads every event through the steps from its own version on', async () => {
    const v3: V3 = { version: 3, at: 1, region: 'eu', amount: { cents: 250, currency: 'CHF' } }
    expect(
      await run([{ version: 1, at: 1, sale: 'eu 250' }, { version: 2, at: 1, region: 'us', cents: 3 }, v3]),
    ).toEqual({
      current: [
        { version: 3, at: 1, region: 'eu', amount: { cents: 250, currency: 'EUR' } },
        { version: 3, at: 1, region: 'us', amount: { cents: 3, currency: 'EUR' } },
        v3,
      ],
      ledger: [],
    })
  })

  // Mutation: packages/transforms/src/contract/up-cast.ts: `|| version > to` → ``
  it('B18: puts what has no known version into the ledger, whole, and goes on', async () => {
    const unknown = [
      { version: 4, news: 1 },
      { version: 0 },
      { version: '3' },
      { version: 1.5 },
      {},
      { version: 1, at: 1, sale: 'eu' },
    ]
    const { current: cast, ledger } = await run([...unknown, { version: 1, at: 1, sale: 'eu 1' }])
    expect(cast).toHaveLength(1)
    expect(ledger).toEqual([
      ['Current/Map', 'dead-letter', unknown[0], 'map threw: UNKNOWN_SCHEMA: version 4 is not one of 1 to 3'],
      ['Current/Map', 'dead-letter', unknown[1], 'map threw: UNKNOWN_SCHEMA: version 0 is not one of 1 to 3'],
      [
        'Current/Map',
        'dead-letter',
        unknown[2],
        'map threw: UNKNOWN_SCHEMA: a version of type string is not one of 1 to 3',
      ],
      ['Current/Map', 'dead-letter', unknown[3], 'map threw: UNKNOWN_SCHEMA: version 1.5 is not one of 1 to 3'],
      [
        'Current/Map',
        'dead-letter',
        unknown[4],
        'map threw: UNKNOWN_SCHEMA: an event without a version is not one of 1 to 3',
      ],
      [
        'Current/Map',
        'dead-letter',
        unknown[5],
        'map threw: UP_CAST: the step from version 1 threw: a sale has two words',
      ],
    ])
  })

  it('R17: gives the same KPIs for a stream of mixed versions as for one of the newest alone', () => {
    const event = fc.record({
      at: fc.integer({ min: 0, max: 30 }),
      region: fc.constantFrom('eu', 'us'),
      cents: fc.integer({ min: 0, max: 99 }),
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(event, fc.constantFrom(1, 2, 3)), { maxLength: 20 }), (events) => {
        const newest = events.map(([{ at, region, cents }]): V3 => ({
          version: 3,
          at,
          region,
          amount: { cents, currency: 'EUR' },
        }))
        const mixed = newest.map((each, index) =>
          events[index]![1] === 1 ? asV1(each) : events[index]![1] === 2 ? asV2(each) : each,
        )
        const meaning = (all: readonly Any[]) =>
          evaluate((root) => ({ revenue: root.pipe(create('Events', all, { timestamp: ({ at }) => at }), revenue) }), {
            Events: all,
          })
        expect(settledDifferences(meaning(mixed).outputs.revenue, meaning(newest).outputs.revenue)).toEqual([])
      }),
      { seed: 17, numRuns: 60 },
    )
  })

  it('gives the same in every run, with versions that it does not know among the others', () => {
    const events = Array.from({ length: 40 }, (_, at) => {
      const v3: V3 = { version: 3, at, region: at % 2 === 0 ? 'eu' : 'us', amount: { cents: at, currency: 'EUR' } }
      return at % 10 === 7 ? { version: 9, at } : [asV1(v3), asV2(v3), v3][at % 3]!
    }) as readonly Any[]
    assertSameAnswer(revenue, events, { timestamp: ({ at }) => at, runs: 60 })
  })

  it('ends the run where a step is asynchronous', async () => {
    const asynchronous = upCast('Current', {
      versionOf: () => 1,
      to: 2,
      steps: { 1: (event: unknown) => Promise.resolve(event) },
    })
    await expect(
      batchRunner({ progress: 'never' }).run((root) => ({ out: root.pipe(create('Events', [{}]), asynchronous) })),
    ).rejects.toThrow(expect.objectContaining({ code: 'ASYNC_PROCESS' }))
  })

  it('refuses a chain that leads nowhere, when it is built', () => {
    const build = (options: unknown) => () =>
      upCast('Current', options as UpCastOptions<Any, Record<number, never>, number>)
    const versionOf = () => 1
    const identity = (event: unknown) => event
    expect(build({ versionOf, to: 4, steps: { 1: identity, 3: identity } })).toThrow(
      expect.objectContaining({
        code: 'MISSING_UP_CAST',
        message: expect.stringMatching(
          /has steps from versions 1, 3 and none from 2.*Write the step that makes version 3 of version 2/,
        ),
      }),
    )
    expect(build({ versionOf, to: 3, steps: { 1: identity } })).toThrow(
      expect.objectContaining({ code: 'MISSING_UP_CAST' }),
    )
    expect(build({ versionOf, to: 2, steps: { 1: identity, 2: identity } })).toThrow(
      /a step from version 2, but leads to version 2/,
    )
    expect(build({ versionOf, to: 2, steps: {} })).toThrow(/no steps at all/)
    expect(build({ versionOf, to: 2 })).toThrow(/has no steps/)
    expect(build({ versionOf, to: 2, steps: { one: identity } })).toThrow(/Versions are whole numbers/)
    expect(build({ versionOf, to: 2, steps: { 1: 3 } })).toThrow(/The step from version 1/)
    expect(build({ to: 2, steps: { 1: identity } })).toThrow(/versionOf/)
    expect(build({ versionOf, upTo: 2, steps: { 1: identity } })).toThrow(/has no option "upTo"/)
  })
})
