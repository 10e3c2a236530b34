/**
 * The pipeline about itself: what became of each raw record, of each field, partition and stage, and of each reconciliation.
 *
 * `pipeline.record` has the time of the record that it is about, so that its share within the agreed time is that of the hour in which
 * things happened, and not of the hour in which they were noticed.
 */
import type { Timestamp } from '@tidemark/core'
import { CORE_COLUMNS, coreEvent, rowSchema, type CoreEvent, type Given } from './core-event.ts'

/** What the pipeline says. */
export const PIPELINE_TYPES = Object.freeze([
  'pipeline.record',
  'pipeline.field',
  'pipeline.partition',
  'pipeline.stage',
  'pipeline.reconciled',
] as const)

/** A kind of event of the pipeline. */
export type PipelineType = (typeof PIPELINE_TYPES)[number]

/** An event of the pipeline. Status of a record: `ok`, `duplicate` or `quarantined`; the reason is its `error_code`. */
export interface PipelineEvent extends CoreEvent {
  readonly event_type: PipelineType
  /** The source that it is about, such as `epp`. */
  readonly subject: string
  /** For a record: when it came in. */
  readonly ingested_ts: Timestamp | null
  /** For a record: when metrics could see it. */
  readonly available_ts: Timestamp | null
  /** What a field, a partition, a stage or a reconciliation is called. */
  readonly part: string | null
  /** Rows that there are: of a batch for a field, that have come for a partition, that went through a stage. */
  readonly rows: number | null
  /** Of a field: rows without a value. */
  readonly null_rows: number | null
  /** Of a partition: rows that should be there. */
  readonly expected_rows: number | null
  /** Of a reconciliation: items that the two sides do not agree on. */
  readonly gap_count: number | null
  /** Of a reconciliation: the difference in minor units of `currency`, left less right. */
  readonly gap_minor: number | null
  readonly currency: string | null
}

/** What the pipeline says about itself, as rows. */
export const pipelineSchema = rowSchema<PipelineEvent>('Pipeline', {
  ...CORE_COLUMNS,
  subject: 'text',
  ingested_ts: 'timestamp?',
  available_ts: 'timestamp?',
  part: 'text?',
  rows: 'integer?',
  null_rows: 'integer?',
  expected_rows: 'integer?',
  gap_count: 'integer?',
  gap_minor: 'integer?',
  currency: 'text?',
})

/** Makes an event of the pipeline. */
export function pipelineEvent(given: Given<PipelineEvent> & Pick<PipelineEvent, 'subject'>): PipelineEvent {
  return {
    ...coreEvent('pipeline', given),
    event_type: given.event_type,
    subject: given.subject,
    ingested_ts: given.ingested_ts ?? null,
    available_ts: given.available_ts ?? null,
    part: given.part ?? null,
    rows: given.rows ?? null,
    null_rows: given.null_rows ?? null,
    expected_rows: given.expected_rows ?? null,
    gap_count: given.gap_count ?? null,
    gap_minor: given.gap_minor ?? null,
    currency: given.currency ?? null,
  }
}
