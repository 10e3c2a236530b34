/**
 * Scenario S01: ten events, eight after the technical key, five after the business key, in both runners and by the evaluator.
 */
import {
  combinePerKey,
  composite,
  days,
  fixedWindows,
  map,
  windowInto,
  withKeys,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { assertSameAnswer, evaluate, testStream } from '@tidemark/runners/testing'
import { count, deduplicate, deduplicateById, type DeduplicateByIdOptions } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { hasRealData, readScenario, skipNote } from './scenario-data.ts'

interface Event {
  readonly event_id: string
  readonly event_type: string
  readonly domain: string
  readonly registrar: string
  readonly request_id: string
  readonly event_ts: string
  readonly arrival: number
}

interface Duplicates {
  readonly events: readonly Event[]
  readonly expected: {
    readonly raw: number
    readonly after_technical_key: number
    readonly after_business_key: number
    readonly by_type: Readonly<Record<string, number>>
    readonly wrong_answers: { readonly type_domain_ts: number; readonly type_domain_60s: number }
  }
}

type Emission = Pick<DeduplicateByIdOptions<Event, unknown>, 'emit'>

/** When an event happened. */
const timestamp = ({ event_ts }: Event): number => Date.parse(event_ts)
/** Case and the dot of the root say nothing. */
const normalised = (domain: string): string => domain.toLowerCase().replace(/\.$/, '')
// The order of arrival is no part of an event: a copy is a copy whenever it came.
const asSent = map(({ event_id, event_type, domain, registrar, request_id, event_ts }: Event) => ({
  event_id,
  event_type,
  domain,
  registrar,
  request_id,
  event_ts,
}))
const perYear = windowInto<Event>(fixedWindows(days(365)))

type Sent = Omit<Event, 'arrival'>

/** Technical key, then business key; both report what differs. */
const deduplicated = ({ emit = 'final' }: Emission = {}) =>
  composite('Deduplicated', (events: PCollection<Event>) => {
    const technical = events.pipe(
      perYear,
      asSent,
      deduplicateById('Technical', { id: ({ event_id }: Sent) => event_id, emit }),
    )
    const business = technical.kept.pipe(
      deduplicateById('Business', {
        id: (event) => [event.event_type, normalised(event.domain), event.registrar, event.request_id],
        emit,
      }),
    )
    return {
      technical: technical.kept,
      business: business.kept,
      conflicts: technical.conflicts,
      byType: business.kept.pipe(
        withKeys(({ event_type }) => event_type),
        combinePerKey('ByType', count()),
      ),
    }
  })

/** What is left of each output, by what elements mean. */
function meant(
  events: readonly Event[],
  transform: PTransform<PCollection<Event>, Record<string, PCollection<unknown>>>,
) {
  const stream = testStream<Event>('Events', { timestamp, bounded: true })
  const { outputs } = evaluate((root) => root.pipe(stream, transform), { Events: events })
  return (name: string): readonly unknown[] =>
    outputs[name]!.entries.flatMap(({ value, count: times }) => Array.from({ length: times }, () => value))
}

describe.skipIf(!hasRealData)(`S01, duplicates${skipNote}`, () => {
  it.each(['final', 'at-once'] as const)('comes from ten to eight to five with two keys (%s)', async (emit) => {
    const { events, expected } = readScenario<Duplicates>('S01-duplicates.json')
    expect(events).toHaveLength(expected.raw)
    const left = meant(events, deduplicated({ emit }))
    expect(left('technical')).toHaveLength(expected.after_technical_key)
    expect(left('business')).toHaveLength(expected.after_business_key)
    expect(left('conflicts')).toEqual([])
    const { settled } = await batchRunner({ settled: true, progress: 'never' }).run((root) =>
      root.pipe(readMemory('Events', events, { timestamp }), deduplicated({ emit })),
    )
    // By the type, and not by the window it falls in.
    const counts = new Map<string, number>()
    for (const { value } of settled.byType.entries) {
      const [type, n] = value as readonly [string, number]
      counts.set(type, (counts.get(type) ?? 0) + n)
    }
    expect(Object.fromEntries(counts)).toEqual(expected.by_type)
    assertSameAnswer(deduplicated({ emit }), [...events], { timestamp, runs: 15 })
  })

  it('is seven or four with the rules that one would think of first', () => {
    const { events, expected } = readScenario<Duplicates>('S01-duplicates.json')
    const rule = (key: (event: Event) => unknown, within: number) =>
      composite('Rule', (all: PCollection<Event>) => ({
        kept: all.pipe(perYear, deduplicate('Rule', { key, within: within * 1_000_000 })),
      }))
    const exactTime = rule(({ event_type, domain, event_ts }) => [event_type, domain, event_ts], 0)
    const nearTime = rule(({ event_type, domain }) => [event_type, normalised(domain)], 60)
    expect(meant(events, exactTime)('kept')).toHaveLength(expected.wrong_answers.type_domain_ts)
    expect(meant(events, nearTime)('kept')).toHaveLength(expected.wrong_answers.type_domain_60s)
  })
})
