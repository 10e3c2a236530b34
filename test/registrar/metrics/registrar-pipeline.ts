/**
 * The registrar's metrics as one pipeline, built by walking their lineage.
 *
 * A source is its log, or what its composite makes of the sources that it says it is made from. Nothing else is wired by hand, so what
 * lineage says is what runs: an origin that a source forgets to name never reaches its rows, and hand-counted values miss it.
 */
import {
  boundedOutOfOrderness,
  flatten,
  hours,
  toMillis,
  type PCollection,
  type PTransform,
  type Root,
} from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import type { AnyMetric, JoinedMetric, MetricSource, MetricValue } from '@tidemark/transforms/metrics'
import { abuseFacts } from '../../../examples/registrar/domain/abuse-facts.ts'
import { agpLimits } from '../../../examples/registrar/domain/agp-limits.ts'
import { apiTries } from '../../../examples/registrar/domain/api-tries.ts'
import { attributedOrders, reportsWithAge } from '../../../examples/registrar/domain/attribution.ts'
import { accountMonths, holdings, partnerTransfers } from '../../../examples/registrar/domain/holdings.ts'
import { lifecycleFacts } from '../../../examples/registrar/domain/lifecycle-facts.ts'
import { netRegistrations, paidRegistrations } from '../../../examples/registrar/domain/net-registrations.ts'
import {
  abuseMitigations,
  abuseResponses,
  dnsChanges,
  trials,
  workflowRuns,
} from '../../../examples/registrar/domain/outcomes.ts'
import { cohortMargins, revenueRows } from '../../../examples/registrar/domain/revenue-rows.ts'
import { transferFacts } from '../../../examples/registrar/domain/transfer-facts.ts'
import { netTransfers, transferOutcomes } from '../../../examples/registrar/domain/transfer-outcomes.ts'
import { timestampOfEvent, type CoreEvent } from '../../../examples/registrar/events/core-event.ts'
import type { Generated } from '../../../examples/registrar/generated/generate-events.ts'
import { seededRandom } from '../../../examples/side-by-side/seeded-random.ts'

/** The logs, by the names of their sources. */
export const LOGS = Object.freeze({
  'EPP log': 'epp',
  'Poll messages': 'poll',
  Billing: 'billing',
  'Web and CRM': 'web',
  DNS: 'dns',
  Abuse: 'abuse',
  Application: 'app',
  API: 'api',
  'Support desk': 'support',
  Pipeline: 'pipeline',
} as const)

/** Events of some families. */
export type Events = Partial<Omit<Generated, 'books'>>

type AnyComposite = PTransform<PCollection<never>, PCollection<unknown>>

/** The composites, by their names. */
const COMPOSITES: ReadonlyMap<string, AnyComposite> = new Map(
  (
    [
      abuseFacts,
      abuseMitigations,
      abuseResponses,
      accountMonths,
      agpLimits,
      apiTries,
      attributedOrders,
      cohortMargins,
      dnsChanges,
      holdings,
      lifecycleFacts(),
      netRegistrations,
      netTransfers,
      paidRegistrations,
      partnerTransfers,
      reportsWithAge,
      revenueRows,
      transferFacts(),
      transferOutcomes,
      trials,
      workflowRuns,
    ] as readonly AnyComposite[]
  ).map((composite) => [composite.name, composite]),
)

/** How much later than it happened an event may come. */
const DISORDER = hours(12)

/** The rows of every source, each made once. */
export class SourceRows {
  readonly #root: Root
  readonly #events: Events
  readonly #made = new Map<string, PCollection<unknown>>()

  constructor(root: Root, events: Events) {
    this.#root = root
    this.#events = events
  }

  /** The rows of a source, from the logs on. */
  of(source: MetricSource<unknown>): PCollection<unknown> {
    const made = this.#made.get(source.name) ?? this.#make(source)
    this.#made.set(source.name, made)
    return made
  }

  #make({ name, from, via }: MetricSource<unknown>): PCollection<unknown> {
    if (from.length === 0) {
      const family = LOGS[name as keyof typeof LOGS]
      const events: readonly CoreEvent[] = this.#events[family] ?? []
      const watermark = boundedOutOfOrderness(DISORDER)
      return this.#root.pipe(readMemory(name, events, { timestamp: timestampOfEvent, watermark }))
    }
    const origins = from.map((origin) => this.of(origin))
    const rows = origins.length === 1 ? origins[0]! : flatten(origins)
    return rows.pipe(COMPOSITES.get(via!)! as PTransform<PCollection<unknown>, PCollection<unknown>>)
  }

  /** The values of a metric. */
  valuesOf(metric: AnyMetric): PCollection<MetricValue> {
    const { sources, inputs } = metric['~metric']
    if (sources.length === 1) return this.of(sources[0]!).pipe(metric as never)
    const rows = Object.entries(inputs).map(([name, input]) => [name, this.of(input['~metric'].sources[0]!)])
    return (metric as unknown as JoinedMetric<object, unknown>).join(Object.fromEntries(rows) as never)
  }
}

/** Each output is the values of the metric of that name. */
export function valuesByMetric(metrics: readonly AnyMetric[], events: Events) {
  return (root: Root): Record<string, PCollection<MetricValue>> => {
    const rows = new SourceRows(root, events)
    return Object.fromEntries(metrics.map((metric) => [metric.id, rows.valuesOf(metric)]))
  }
}

/** Some of the things that events are about, each with all that is said of it, so that stories stay whole. */
export function thinned(events: Events, oneOf: number): Events {
  const kept = Object.entries(events).map(([family, list]: [string, readonly CoreEvent[]]) => [
    family,
    family === 'web' || family === 'abuse'
      ? list
      : list.filter((event) => Number(/\d+/u.exec(subjectOf(event))?.[0] ?? 0) % oneOf === 0),
  ])
  return Object.fromEntries(kept) as Events
}

/** What an event is about: a report, a run of a workflow, a domain, a request. */
function subjectOf(event: CoreEvent & { readonly report_id?: string; readonly run_id?: string | null }): string {
  const { report_id, run_id, domain, request_id, account_id, event_id, event_type } = event
  if (event_type.startsWith('dns.') || event_type.startsWith('pipeline.record')) return event_id
  return report_id ?? run_id ?? domain ?? request_id ?? account_id ?? ''
}

/** The events as they may come: each up to twelve hours later than it happened. */
export function disordered(events: Events, seed: number): Events {
  const random = seededRandom(seed)
  const shuffled = Object.entries(events).map(([family, list]: [string, readonly CoreEvent[]]) => [
    family,
    list
      .map((event) => ({ event, arrival: event.event_ts + random() * toMillis(DISORDER) }))
      .toSorted((a, b) => a.arrival - b.arrival)
      .map(({ event }) => event),
  ])
  return Object.fromEntries(shuffled) as Events
}
