/**
 * Metric: a transform from rows to values, and an entry in a dictionary, in one frozen object.
 *
 * Whatever is said of a number (its page, its lineage, its naive computation, its restatement) is made from the object that computes it, so the
 * two cannot part.
 */
import type { PCollection, PTransform } from '@tidemark/core'
import type { DictionaryEntry } from './dictionary-entry.ts'
import type { MetricSource } from './metric-source.ts'
import type { MetricValue, RawValue, Slice } from './metric-value.ts'
import type { Plan, Wanted } from './plan.ts'
import type { RowsPlanSpec } from './rows-plan.ts'

/** What a metric is made of, for this layer only. */
export interface MetricMachinery {
  readonly plan: Plan
  /** Of plans over rows. */
  readonly spec: RowsPlanSpec | undefined
  readonly wanted: Wanted
  /** The sources of its rows; several where inputs of a formula have different ones. */
  readonly sources: readonly MetricSource<unknown>[]
  /** For each input of a formula over several sources, that input's own machinery. */
  readonly inputs: Readonly<Record<string, AnyMetric>>
  /** Gives a raw value the names of the metric and of its definition. */
  readonly toValue: (raw: RawValue) => MetricValue
}

/** A metric over rows of type `Row`. Applied to a collection of them, it gives its values: `rows.pipe(metric)`. */
export interface Metric<in Row, out Value = unknown, out S = Slice> extends PTransform<
  PCollection<Row>,
  PCollection<MetricValue<Value, S>>
> {
  readonly id: string
  /** What the dictionary says of it. */
  readonly entry: DictionaryEntry
  readonly '~metric': MetricMachinery
  /** Carries the types of values and slices; absent at run time. */
  readonly '~value'?: Value
  readonly '~slice'?: S
}

/** A metric that has all that a strict dictionary asks for. */
export interface StrictMetric<in Row, out Value = unknown, out S = Slice> extends Metric<Row, Value, S> {
  readonly isStrict: true
}

/** Any metric, whatever its rows are. */
export type AnyMetric = Metric<never, unknown, unknown>

/** The type of a metric's values. */
export type ValueOf<M> = M extends { readonly '~value'?: infer Value } ? Exclude<Value, undefined> : never

/** The rows that all of several metrics can be computed of. */
export type RowsOf<Inputs> = Inputs[keyof Inputs] extends Metric<infer Row, unknown, unknown> ? Row : never

/** A formula over metrics of different sources: each input has rows of its own. */
export interface JoinedMetric<Inputs, out Value> {
  /** Gives the values from a collection of rows for each input, by the name that the formula gives it. */
  readonly join: (rows: { readonly [N in keyof Inputs]: PCollection<RowOf<Inputs[N]>> }) => PCollection<
    MetricValue<Value>
  >
  /** Carries the types of the inputs; absent at run time. */
  readonly '~inputs'?: Inputs
}

/** The type of a metric's rows. */
export type RowOf<M> = M extends Metric<infer Row, unknown, unknown> ? Row : never
