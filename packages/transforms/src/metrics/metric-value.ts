/**
 * MetricValue: what a metric says of one window and slice, and what it is made of.
 *
 * A value is a function of the rows alone, so a live run and history settle on the same one. What depends on the moment (whether it is final,
 * which sources have been heard) is put on where values are published, never here.
 */
import type { PCollection, Window } from '@tidemark/core'

/** What a dimension may say of a row: text, numbers, flags, or null where it is not known. */
export type SliceValue = string | number | bigint | boolean | null

/** The values of the dimensions of one slice, by name; `{}` where a metric has none. */
export type Slice = Readonly<Record<string, SliceValue>>

/** Dimensions by name: functions of a row, or field expressions. */
export type Dimensions<Row> = Readonly<Record<string, (row: Row) => SliceValue | undefined>>

/** The slice that dimensions give; a dimension that gives `undefined` is `null` there. */
export type SliceOf<Dims> = {
  readonly [D in keyof Dims]: Dims[D] extends (row: never) => infer V ? NullFor<V> : never
}

type NullFor<V> = V extends undefined ? null : V

/** What a value is made of, by name: a ratio's numerator and denominator, or accumulators. */
export type Parts = Readonly<Record<string, unknown>>

/** A part that is kept with its accumulator, as its outputs alone do not add up. */
export interface AccumulatedPart {
  readonly output: unknown
  /** The accumulator, as the combiner's own coder writes it. */
  readonly accumulator: Uint8Array
}

/** The value of a metric in one window and slice. */
export interface MetricValue<out Value = unknown, out S = Slice> {
  /** Id of the metric. */
  readonly metric: string
  /** Which definition has made the value: the version that its author gave it, and a hash of what it says. */
  readonly definition: string
  readonly window: Window
  readonly slice: S
  readonly value: Value
  /** What the value is recombined from when slices are put together; absent where the value itself adds up, or nothing does. */
  readonly parts?: Parts
}

/** A value before it has a name: what plans compute. */
export interface RawValue {
  readonly window: Window
  readonly slice: Slice
  readonly value: unknown
  readonly parts: Parts
}

/** A row and when it happened. */
export interface TimedRow<out Row = unknown> {
  readonly row: Row
  readonly timestamp: number
}

/** Collections by name: the rows of a metric with several sources. */
export type RowsByInput = Readonly<Record<string, PCollection<unknown>>>
