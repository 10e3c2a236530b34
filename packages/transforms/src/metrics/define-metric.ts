/**
 * defineMetric: what a number means, said once.
 *
 * A definition is checked here and becomes one frozen object: a transform for pipelines and an entry for the dictionary. Errors of meaning (slices
 * that do not add up, a grain too fine, a formula that nobody can read) come at construction, before any row is read.
 */
import {
  checkOptions,
  checkChoice,
  encodeValue,
  hashBytes,
  PipelineError,
  requireFunction,
  type OptionNames,
  type PCollection,
  type Trigger,
  type WindowFn,
  type Duration,
} from '@tidemark/core'
import type { Calculation } from './calculation.ts'
import type { Derived, MetricInputs } from './derived.ts'
import type { Governance } from './dictionary-entry.ts'
import { entryOf, missingGovernance } from './entry-of.ts'
import { machineryOf } from './machinery.ts'
import type { AnyMetric, JoinedMetric, Metric, RowsOf, StrictMetric } from './metric.ts'
import type { MetricSource } from './metric-source.ts'
import type { Dimensions, SliceOf } from './metric-value.ts'
import type { SlicesOption } from './one-pass.ts'
import type { RowsByInput } from './metric-value.ts'

/** What any definition may say beside what it computes. */
export interface MetricDetails extends Governance {
  /** Found under this name in dictionaries and step paths: `transfers_completed`. */
  readonly id: string
  /** Counts changes of the definition (1). To be raised where the change hides in a function. */
  readonly version?: number
  readonly description?: string
  /** The formula in words, where functions hide it. */
  readonly formula?: string
  /** Which of the source's event types it reads (all). */
  readonly types?: readonly string[]
  /** How long after the end of a window its value becomes final: so long late rows are taken (0). */
  readonly finality?: Duration
  /** When provisional values come (at the end of the window, and for every late row). */
  readonly trigger?: Trigger
  /** What to do about slices whose results do not add up; one of: `accumulators`, `apart`. */
  readonly slices?: SlicesOption
  /** How old the latest value may be. */
  readonly freshness?: Duration
}

/** The definition of a metric over rows. */
export interface MetricDefinition<Row, Value, Dims> extends MetricDetails {
  readonly source: MetricSource<Row>
  /** The rows that count (all). */
  readonly where?: (row: Row) => boolean
  /** What is computed: a combiner, or `ratioOf`, `perSecond`, `cumulative`, `level`, `conversionOf`. */
  readonly measure: Calculation<Row, Value>
  /** The windows it is reported for. */
  readonly grain: WindowFn
  /** What it can be sliced by. */
  readonly dimensions?: Dims & Dimensions<Row>
  /** The value of the rows of a slice and window by other means, for the naive evaluator. */
  readonly naive?: (rows: readonly Row[]) => Value | null
}

/** The definition of a metric over other metrics. */
export interface DerivedDefinition<Inputs extends MetricInputs, Value> extends MetricDetails {
  readonly measure: Derived<Inputs, Value>
  /** The windows it is reported for (those of its inputs, where they are the same). */
  readonly grain?: WindowFn
  /** Names of dimensions that all inputs have (all of those). */
  readonly dimensions?: readonly string[]
  readonly source?: never
}

/** What a strict dictionary asks for beside the definition. */
export type StrictDetails = Required<Pick<MetricDetails, 'finality' | 'freshness'>> &
  Required<Pick<Governance, 'owner' | 'audience' | 'unit' | 'decision' | 'runbook'>>

const OPTIONS: OptionNames<MetricDefinition<never, unknown, object>> = {
  id: true,
  version: true,
  description: true,
  formula: true,
  types: true,
  finality: true,
  trigger: true,
  slices: true,
  freshness: true,
  source: true,
  where: true,
  measure: true,
  grain: true,
  dimensions: true,
  naive: true,
  owner: true,
  audience: true,
  unit: true,
  decision: true,
  runbook: true,
  refresh: true,
}

/**
 * Defines a metric.
 *
 * **Contract** — Applied to a collection of the source's rows it gives a {@link MetricValue} for each window and slice that has rows: missing is not
 * zero. Values come when `trigger` says so, whole each time, and last when `finality` has passed after the end of the window. They are a function
 * of the rows, never of their arrival.
 *
 * ```ts
 * const orders = metricSource<{ at: number; region: string }>('Orders', { timestamp: (order) => order.at })
 * const ordersPlaced = defineMetric({ id: 'orders_placed', source: orders, measure: count(), grain: fixedWindows(hours(1)) })
 * evaluateMetric(ordersPlaced, [{ at: 5, region: 'eu' }]).map(({ value }) => value) // => [1]
 * ```
 */
export function defineMetric<Row, Value, Dims extends Dimensions<never> = {}>(
  definition: MetricDefinition<Row, Value, Dims>,
): Metric<Row, Value, SliceOf<Dims>>
export function defineMetric<const Inputs extends MetricInputs, Value>(
  definition: DerivedDefinition<Inputs, Value>,
): Metric<RowsOf<Inputs>, Value | null> & JoinedMetric<Inputs, Value | null>
export function defineMetric(definition: object): unknown {
  return makeMetric(definition as AnyDefinition)
}

/**
 * Defines a metric for a strict dictionary: owner, audience, unit, decision (or `informational`), runbook, finality and freshness do not compile
 * away. Formulas that functions hide must be given in words (code `FORMULA_MISSING`).
 */
export function defineStrictMetric<Row, Value, Dims extends Dimensions<never> = {}>(
  definition: MetricDefinition<Row, Value, Dims> & StrictDetails,
): StrictMetric<Row, Value, SliceOf<Dims>>
export function defineStrictMetric<const Inputs extends MetricInputs, Value>(
  definition: DerivedDefinition<Inputs, Value> & StrictDetails,
): StrictMetric<RowsOf<Inputs>, Value | null> & JoinedMetric<Inputs, Value | null>
export function defineStrictMetric(definition: object): unknown {
  const metric = makeMetric(definition as AnyDefinition, true)
  const missing = missingGovernance(metric.entry)
  if (missing === undefined) return metric
  throw new PipelineError(missing.code, `Metric "${metric.id}" ${missing.message}`)
}

/** A definition of either form, as it is taken apart. */
export type AnyDefinition = MetricDetails & {
  readonly source?: MetricSource<unknown>
  readonly where?: (row: never) => boolean
  readonly measure: object
  readonly grain?: WindowFn
  readonly dimensions?: object
  readonly naive?: (rows: readonly never[]) => unknown
}

function makeMetric(definition: AnyDefinition, isStrict = false): AnyMetric {
  const subject = `defineMetric(${JSON.stringify((definition as Partial<AnyDefinition> | undefined)?.id)})`
  checkOptions(subject, definition, OPTIONS)
  requireId(subject, definition.id)
  checkChoice(subject, 'slices', definition.slices, ['accumulators', 'apart'])
  if (definition.where !== undefined) requireFunction(subject, 'where', definition.where)
  requireTypes(subject, definition)
  const machinery = machineryOf(subject, definition)
  const unhashed = entryOf(definition, machinery, '')
  const hash = hashBytes(encodeValue(hashedPart(unhashed)))
    .toString(16)
    .padStart(8, '0')
  const version = `${definition.version ?? 1}.${hash}`
  const entry = entryOf(definition, machinery, version)
  const toValue = machinery.toValueOf(version)
  const { plan, wanted } = machinery
  const expand = (rows: PCollection<unknown> | RowsByInput): PCollection<unknown> =>
    plan.steps(rows, wanted).pipe(machinery.naming(toValue))
  const { id } = definition
  return Object.freeze({
    name: id,
    id,
    entry,
    ...(isStrict && { isStrict: true }),
    expand: (rows: PCollection<unknown>) => {
      requireOneSource(id, machinery.sources)
      return expand(rows)
    },
    join: (rows: RowsByInput) => machinery.joinAs(id, rows, expand),
    '~metric': Object.freeze({ ...machinery, toValue }),
  }) as unknown as AnyMetric
}

function hashedPart({
  formula,
  where,
  dimensions,
  grain,
  sources,
  types,
  finality,
  metrics,
}: AnyMetric['entry']): unknown {
  return {
    formula,
    where: where ?? null,
    dimensions,
    grain,
    sources: sources.map(({ name }) => name),
    types,
    finality,
    metrics,
  }
}

function requireId(subject: string, id: unknown): void {
  if (typeof id === 'string' && /^[a-z][a-z0-9_]*$/u.test(id)) return
  throw new PipelineError(
    'BAD_METRIC_ID',
    `${subject} has the id ${JSON.stringify(id)}. It names a number in dictionaries, addresses and steps, so it must look the same everywhere: ` +
      'small letters, digits and _, a letter first, such as transfers_completed.',
  )
}

function requireTypes(subject: string, { types = [], source }: AnyDefinition): void {
  const unknown = types.find((type) => source !== undefined && !source.types.includes(type))
  if (unknown === undefined) return
  throw new PipelineError(
    'UNKNOWN_EVENT_TYPE',
    `${subject} reads events of type "${unknown}", which its source "${source!.name}" does not have: it would never count one. Its types are ` +
      `${source!.types.join(', ') || 'not listed'}.`,
  )
}

function requireOneSource(id: string, sources: readonly MetricSource<unknown>[]): void {
  if (sources.length <= 1) return
  throw new PipelineError(
    'SEVERAL_SOURCES',
    `Metric "${id}" is computed of rows of several sources (${sources.map(({ name }) => name).join(', ')}) but was applied to one collection. ` +
      'Give a collection for each input: metric.join({ … }).',
  )
}
