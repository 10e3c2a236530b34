/**
 * The pipeline about itself: whether what it says can be trusted yet.
 */
import { days, hours, minutes } from '@tidemark/core'
import { count, max, over, quantiles, sum, where } from '@tidemark/transforms'
import { defineStrictMetric, ratioOf } from '@tidemark/transforms/metrics'
import { pipelineSchema } from '../events/pipeline-event.ts'
import { DATA, DAY, FIVE_MINUTES, HOUR, LIVE } from './governance.ts'
import { pipeline } from './sources.ts'

const row = pipelineSchema.fields
const { event_type, event_ts, subject, status, part } = row
const slices = 'accumulators'

/** How late a record of a family may be seen, milliseconds: five minutes. */
const SLO = 5 * 60_000

const lag = row.available_ts.minus(event_ts)
const isRecord = event_type.is('pipeline.record')
const records = {
  ...DATA,
  ...LIVE,
  source: pipeline,
  types: ['pipeline.record'],
  dimensions: { source: subject },
} as const

/** Share of the records that metrics see in time. */
export const withinSla = defineStrictMetric({
  ...records,
  id: 'within_sla',
  description: 'Share of the records that metrics could see within five minutes.',
  where: isRecord,
  measure: ratioOf({ numerator: where(lag.atMost(SLO), count()), denominator: count() }),
  grain: HOUR,
  finality: days(1),
  unit: 'share',
  decision: 'open a data incident below 0.99',
})

/** How late records come. */
export const ingestLag = defineStrictMetric({
  ...records,
  id: 'ingest_lag',
  description: 'From an event to its coming in: median, 99th percentile and longest, within 1 %.',
  where: isRecord.and(row.ingested_ts.isPresent()),
  measure: over(row.ingested_ts.minus(event_ts).orElse(0), quantiles([0.5, 0.99, 1])),
  slices,
  grain: FIVE_MINUTES,
  finality: minutes(15),
  unit: 'milliseconds',
  decision: 'informational',
})

/** How old the newest is that can be seen. */
export const freshness = defineStrictMetric({
  ...records,
  id: 'freshness',
  description: 'When the latest record became visible.',
  where: isRecord.and(row.available_ts.isPresent()),
  measure: over(row.available_ts.orElse(0), max()),
  grain: FIVE_MINUTES,
  finality: minutes(15),
  unit: 'milliseconds since 1970, UTC',
  decision: 'open a data incident when it stands for 15 minutes',
})

const share = (id: string, description: string, is: string, decision: string) =>
  defineStrictMetric({
    ...records,
    id,
    description,
    where: isRecord,
    measure: ratioOf({ numerator: where(status.is(is), count()), denominator: count() }),
    grain: DAY,
    finality: hours(1),
    unit: 'share',
    decision,
  })

/** Share of the records that were there already. */
export const dedupRate = share(
  'dedup_rate',
  'Share of the records that are copies of others.',
  'duplicate',
  'open a data incident when it leaves its band either way',
)

/** Share of the records that nobody could read. */
export const quarantineRate = share(
  'quarantine_rate',
  'Share of the records that are malformed, and kept aside.',
  'quarantined',
  'open a data incident above 0.05',
)

/** Share of the rows without a value, per field. */
export const nullRate = defineStrictMetric({
  ...DATA,
  ...LIVE,
  id: 'null_rate',
  description: 'Share of the rows in which a field has no value.',
  source: pipeline,
  types: ['pipeline.field'],
  where: event_type.is('pipeline.field'),
  measure: ratioOf({
    numerator: over(row.null_rows.orElse(0), sum()),
    denominator: over(row.rows.orElse(0), sum()),
  }),
  slices,
  grain: DAY,
  dimensions: { source: subject, field: part },
  finality: hours(1),
  unit: 'share',
  decision: 'ask the owner of the source when it rises beyond its baseline',
})

/** Share of what should be there that is. */
export const completeness = defineStrictMetric({
  ...DATA,
  ...LIVE,
  id: 'completeness',
  description: 'Rows that have come of those that should, by what the source says it has sent.',
  source: pipeline,
  types: ['pipeline.partition'],
  where: event_type.is('pipeline.partition'),
  measure: ratioOf({
    numerator: over(row.rows.orElse(0), sum()),
    denominator: over(row.expected_rows.orElse(0), sum()),
  }),
  slices,
  grain: DAY,
  dimensions: { source: subject },
  finality: days(1),
  unit: 'share',
  decision: 'hold alerts on metrics of the source below 1',
})

/** How long the stages take. */
export const stageDuration = defineStrictMetric({
  ...DATA,
  ...LIVE,
  id: 'stage_duration',
  description: 'How long a stage works on a batch: median and 95th percentile, within 1 %.',
  source: pipeline,
  types: ['pipeline.stage'],
  where: event_type.is('pipeline.stage').and(row.latency_ms.isPresent()),
  measure: over(row.latency_ms.orElse(0), quantiles([0.5, 0.95])),
  slices,
  grain: FIVE_MINUTES,
  dimensions: { stage: part },
  finality: minutes(15),
  unit: 'milliseconds',
  decision: 'informational',
})

const reconciled = {
  ...DATA,
  ...LIVE,
  source: pipeline,
  types: ['pipeline.reconciled'],
  where: event_type.is('pipeline.reconciled'),
  slices,
  grain: DAY,
  finality: days(1),
} as const

/** What two sides do not agree on, counted. */
export const reconGapCount = defineStrictMetric({
  ...reconciled,
  id: 'recon_gap_count',
  description: 'Items on which two systems do not agree.',
  measure: over(row.gap_count.orElse(0), sum()),
  dimensions: { reconciliation: part },
  unit: 'items',
  decision: 'explain the gap item by item above the tolerance',
})

/** The same in money. */
export const reconGapMinor = defineStrictMetric({
  ...reconciled,
  id: 'recon_gap_minor',
  description: 'By how much two systems differ, in minor units: what the left one has more.',
  measure: over(row.gap_minor.orElse(0), sum()),
  dimensions: { reconciliation: part, currency: row.currency },
  unit: 'minor units',
  decision: 'explain the gap item by item above the tolerance',
})
