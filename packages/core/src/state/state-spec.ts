/**
 * State cells of a stateful step: what is kept per key and window.
 *
 * The name of a cell is its key in the `state` record: stable, visible in checkpoints, proof against minifiers.
 * Values must have canonical bytes, or the cell a coder.
 */
import type { Coder } from '../coder/coder.ts'
import { checkOptions, type OptionNames } from '../error/check-options.ts'
import type { CombineFn } from '../model/combine-fn.ts'
import { requireCombineFn } from './require-combine-fn.ts'

/** How values of a cell are stored; canonical bytes when left out. */
export interface StateOptions<T> {
  readonly coder?: Coder<T>
}

/** One value, `undefined` until written. */
export interface ValueStateSpec<T> {
  readonly kind: 'value'
  readonly coder: Coder<T> | undefined
  readonly '~handle'?: ValueState<T>
}
/** Many values, duplicates kept, read in canonical order. */
export interface BagStateSpec<T> {
  readonly kind: 'bag'
  readonly coder: Coder<T> | undefined
  readonly '~handle'?: BagState<T>
}
/** Distinct values by canonical bytes. */
export interface SetStateSpec<T> {
  readonly kind: 'set'
  readonly coder: Coder<T> | undefined
  readonly '~handle'?: SetState<T>
}
/** Values by key. */
export interface MapStateSpec<K, V> {
  readonly kind: 'map'
  readonly coder: Coder<V> | undefined
  readonly '~handle'?: MapState<K, V>
}
/** Inputs combined as they come. */
export interface CombiningStateSpec<In, Acc, Out> {
  readonly kind: 'combining'
  readonly combineFn: CombineFn<In, Acc, Out>
  readonly '~handle'?: CombiningState<In, Out>
}

/** Any cell, seen from a declaration: what it is, and the type of its handle. */
export interface StateSpec {
  readonly kind: StateCell['kind']
  readonly '~handle'?: unknown
}

/** Any cell, seen from a runner: values are opaque to it. */
export type StateCell =
  | ValueStateSpec<unknown>
  | BagStateSpec<unknown>
  | SetStateSpec<unknown>
  | MapStateSpec<unknown, unknown>
  | CombiningStateSpec<unknown, unknown, unknown>

/** Handle of a value cell. */
export interface ValueState<T> {
  /** The value written last, or `undefined`. */
  read(): T | undefined
  write(value: T): void
  clear(): void
}
/** Handle of a bag cell. */
export interface BagState<T> {
  /** All values, ordered by canonical bytes, so that arrival does not show. */
  read(): readonly T[]
  add(value: T): void
  clear(): void
}
/** Handle of a set cell. */
export interface SetState<T> {
  has(value: T): boolean
  /** Adds the value; says whether it was new. */
  add(value: T): boolean
  remove(value: T): void
  /** All values, ordered by canonical bytes. */
  read(): readonly T[]
  clear(): void
}
/** Handle of a map cell. */
export interface MapState<K, V> {
  get(key: K): V | undefined
  put(key: K, value: V): void
  remove(key: K): void
  /** All entries, ordered by the canonical bytes of their keys. */
  entries(): readonly (readonly [K, V])[]
  clear(): void
}
/** Handle of a combining cell. */
export interface CombiningState<In, Out> {
  /** The output over all inputs so far; that of an empty accumulator when there is none. */
  read(): Out
  add(input: In): void
  isEmpty(): boolean
  clear(): void
}

/** A cell that holds one value. */
export function valueState<T>(options: StateOptions<T> = {}): ValueStateSpec<T> {
  return Object.freeze({ kind: 'value', coder: coderOf('valueState', options) })
}
/** A cell that holds a multiset of values. */
export function bagState<T>(options: StateOptions<T> = {}): BagStateSpec<T> {
  return Object.freeze({ kind: 'bag', coder: coderOf('bagState', options) })
}
/** A cell that holds distinct values. */
export function setState<T>(options: StateOptions<T> = {}): SetStateSpec<T> {
  return Object.freeze({ kind: 'set', coder: coderOf('setState', options) })
}
/** A cell that holds values by key; the options concern the values. */
export function mapState<K, V>(options: StateOptions<V> = {}): MapStateSpec<K, V> {
  return Object.freeze({ kind: 'map', coder: coderOf('mapState', options) })
}
/** A cell that combines its inputs with `combineFn`. */
export function combiningState<In, Acc, Out>(combineFn: CombineFn<In, Acc, Out>): CombiningStateSpec<In, Acc, Out> {
  requireCombineFn('combiningState', combineFn)
  return Object.freeze({ kind: 'combining', combineFn })
}

const OPTIONS: OptionNames<StateOptions<never>> = { coder: true }

function coderOf<T>(subject: string, options: StateOptions<T>): Coder<T> | undefined {
  checkOptions(subject, options, OPTIONS)
  return options.coder
}
