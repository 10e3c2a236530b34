/**
 * MetricSource: what a metric reads, said once, so that lineage can go from a number to event types and fields.
 *
 * It describes rows and reads nothing: a metric is applied to a collection of them. A source that is derived from others by a composite (grace
 * periods, cohorts, snapshots) says from which and by what, so lineage goes through it.
 */
import {
  checkOptions,
  PipelineError,
  requireFunction,
  toMillis,
  type OptionNames,
  type PTransform,
  type Timestamp,
  type Duration,
} from '@tidemark/core'

/** What a source needs of a schema: its name, its fields, and the type of its rows. Every schema of `@tidemark/core/fields` is one. */
export interface SourceSchema<out Row> {
  readonly name: string
  readonly fields: object
  readonly parse: (input: unknown) => Row
}

/** Options of {@link metricSource}. */
export interface MetricSourceOptions<Row> {
  /** The schema of the rows. Its fields are listed in lineage. */
  readonly schema?: SourceSchema<Row>
  /** The event types among the rows. */
  readonly types?: readonly string[]
  /** The sources that the rows are made from. */
  readonly from?: MetricSource<unknown> | readonly MetricSource<unknown>[]
  /** The composite that makes them, or its name. */
  readonly via?: PTransform<never, unknown> | string
  /** The event types of `from` that it reads (all). */
  readonly reads?: readonly string[]
  /** How finely the rows tell time (1 ms): days(1) for a daily file. No grain may be finer. */
  readonly precision?: Duration
  /** When a row happened: for {@link evaluateMetric} and restatements, which have no pipeline around them. */
  readonly timestamp?: (row: Row) => Timestamp
  readonly description?: string
}

/** What a metric reads. */
export interface MetricSource<out Row> {
  readonly name: string
  /** Name of the schema, when it has one. */
  readonly schema: string | undefined
  /** Names of the schema's fields; none without a schema. */
  readonly fields: readonly string[]
  readonly types: readonly string[]
  readonly from: readonly MetricSource<unknown>[]
  /** Name of the composite that makes the rows of `from` into these. */
  readonly via: string | undefined
  /** The event types of `from` that the composite reads; all of them when undefined. */
  readonly reads: readonly string[] | undefined
  /** Milliseconds. */
  readonly precision: number
  readonly timestamp: ((row: never) => Timestamp) | undefined
  readonly description: string | undefined
  /** Carries the row type; absent at run time. */
  readonly '~row'?: Row
}

const OPTIONS: OptionNames<MetricSourceOptions<never>> = {
  schema: true,
  types: true,
  from: true,
  via: true,
  reads: true,
  precision: true,
  timestamp: true,
  description: true,
}

/**
 * Describes what metrics read.
 *
 * **Contract** — Nothing is read. `via` says by what composite the rows are made, so it needs `from` (code `SOURCE_WITHOUT_ORIGIN`).
 *
 * ```ts
 * const orders = metricSource<{ at: number; amount: number }>('Orders', { types: ['order.placed'], timestamp: (order) => order.at })
 * orders.types // => ['order.placed']
 * ```
 */
export function metricSource<Row>(name: string, options: MetricSourceOptions<Row> = {}): MetricSource<Row> {
  const subject = `metricSource(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const { schema, types = [], from = [], via, reads, precision, timestamp, description } = options
  if (timestamp !== undefined) requireFunction(subject, 'timestamp', timestamp)
  const origins: readonly MetricSource<unknown>[] = Array.isArray(from) ? from : [from]
  if (via !== undefined && origins.length === 0) {
    throw new PipelineError(
      'SOURCE_WITHOUT_ORIGIN',
      `${subject} is made by "${nameOf(via)}" but says of no source that it is made from it, so lineage would end here and nobody could tell ` +
        'which events a number rests on. Give from: the source, or sources, that the composite reads.',
    )
  }
  const known = origins.flatMap((origin) => origin.types)
  const unknown = reads?.find((type) => !known.includes(type))
  if (unknown !== undefined) {
    throw new PipelineError(
      'UNKNOWN_EVENT_TYPE',
      `${subject} reads events of type "${unknown}", which none of its origins has, so lineage would lead nowhere. Their types are ` +
        `${known.join(', ') || 'not listed'}.`,
    )
  }
  return Object.freeze({
    name,
    schema: schema?.name,
    fields: Object.freeze(schema === undefined ? [] : Object.keys(schema.fields)),
    types: Object.freeze([...types]),
    from: Object.freeze([...origins]),
    via: via === undefined ? undefined : nameOf(via),
    reads: reads === undefined ? undefined : Object.freeze([...reads]),
    precision: precision === undefined ? 1 : toMillis(precision),
    timestamp,
    description,
  })
}

function nameOf(via: PTransform<never, unknown> | string): string {
  return typeof via === 'string' ? via : via.name
}
