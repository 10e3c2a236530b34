/**
 * A pipeline as plain data: what the generator makes, the shrinker takes away from, and a failure prints.
 *
 * Times are counted in units, so that the same shapes occur in seconds and in hours, where days and their daylight saving are.
 */
import type { AccumulationMode, EmptyPaneBehavior, JoinType, LateRows, TimestampCombiner } from '@tidemark/core'

/** A trigger; delays in units. */
export type TriggerSpec =
  | { readonly kind: 'default' | 'never' }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'delay'; readonly delay: number; readonly align?: number }
  | { readonly kind: 'watermark'; readonly early?: TriggerSpec; readonly late?: TriggerSpec }
  | { readonly kind: 'repeatedly'; readonly of: TriggerSpec }
  | { readonly kind: 'any' | 'all' | 'each'; readonly of: readonly TriggerSpec[] }
  | { readonly kind: 'or-finally'; readonly main: TriggerSpec; readonly until: TriggerSpec }

/** Windows; lengths in units. */
export type WindowSpec =
  | { readonly kind: 'global' }
  | { readonly kind: 'fixed'; readonly size: number; readonly offset: number }
  | { readonly kind: 'sliding'; readonly size: number; readonly period: number }
  | { readonly kind: 'sessions'; readonly gap: number }
  | { readonly kind: 'days' | 'weeks'; readonly zone: string }

/** What windowInto says beside the windows; the lateness in units. */
export interface OptionsSpec {
  readonly trigger?: TriggerSpec
  readonly lateness: number
  readonly mode: AccumulationMode
  readonly onTime?: EmptyPaneBehavior
  readonly closing?: EmptyPaneBehavior
  readonly combiner?: TimestampCombiner
  readonly mayLoseData?: true
  readonly mayDrift?: true
}

/** Names of combiners. */
export const COMBINERS = ['count', 'sum', 'min', 'max', 'top', 'distinct', 'values', 'mean', 'several'] as const

/** One stage: keyed numbers come in, keyed numbers go out. Groupings and stateful steps are outputs as well. */
export type StageSpec =
  | { readonly kind: 'window'; readonly windows: WindowSpec; readonly options?: OptionsSpec }
  | { readonly kind: 'combine'; readonly combiner: (typeof COMBINERS)[number]; readonly keyed: boolean }
  | { readonly kind: 'group'; readonly anyOrder?: true }
  | { readonly kind: 'co-group' }
  | {
      /** Two groupings over the same windows, in two modes, flattened. */
      readonly kind: 'modes'
      readonly windows: WindowSpec
      readonly options: OptionsSpec
      readonly other: AccumulationMode
    }
  | {
      readonly kind: 'stateful'
      readonly arrival?: true
      readonly delay: number
      readonly lateness?: number
      readonly expiration: boolean
    }
  | JoinSpec
  | {
      /** Each element beside the elements of the last source, seen by key or as a whole. */
      readonly kind: 'side'
      readonly form: 'map' | 'multimap' | 'iterable' | 'singleton'
      readonly windows: WindowSpec
      readonly lateness: number
      readonly firstPane?: true
    }
  | {
      /** Each element by way of a promise. */
      readonly kind: 'lookup'
      readonly order: 'input' | 'any'
      /** How long an answer serves. */
      readonly cache?: number
    }
  | { readonly kind: 'filter' | 'coarse' | 'twice' | 'reshuffle' | 'dead-letter' | 'diamond' | 'tagged' }
  | { readonly kind: 'later'; readonly by: number }

/** A join with the elements of the last source; lengths in units. */
export type JoinSpec =
  | { readonly kind: 'window-join'; readonly type: JoinType }
  | {
      readonly kind: 'interval-join'
      readonly type: JoinType
      readonly before: number
      readonly after: number
      readonly lateness?: number
    }
  | {
      readonly kind: 'as-of-join'
      readonly type: 'inner' | 'left'
      readonly lateRows: LateRows
      /** How long after its time a row becomes known. */
      readonly known?: number
      readonly maxAge?: number
      readonly lateness?: number
    }

/** One source. */
export interface SourceSpec {
  readonly bounded: boolean
  /** Units that the watermark stays behind the latest element; the arrival sets it explicitly when left out. */
  readonly disorder?: number
  readonly splits: 1 | 2
}

/** A pipeline: sources, joined by flatten, then stages. */
export interface PipelineSpec {
  /** Milliseconds of a unit. */
  readonly unit: number
  /** Milliseconds of the moment from which elements count their time. */
  readonly base: number
  readonly sources: readonly SourceSpec[]
  readonly stages: readonly StageSpec[]
}

/** An element: its time in milliseconds, its key and its number. */
export type Element = readonly [at: number, key: unknown, number: number]

/** The path of a source's step. */
export function sourceName(index: number): string {
  return `Source${index}`
}

/** Says whether a stage groups, joins, keeps state or waits for answers, and so has an output of its own. */
export function isKept(stage: StageSpec): boolean {
  return isGrouping(stage) || ['stateful', 'interval-join', 'as-of-join', 'lookup'].includes(stage.kind)
}

/** Says whether a stage is a grouping. */
export function isGrouping(stage: StageSpec): boolean {
  return ['combine', 'group', 'co-group', 'modes', 'window-join'].includes(stage.kind)
}
