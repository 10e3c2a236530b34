/**
 * JoinedPlan: a formula over final values of metrics, joined by unit of a grain and slice.
 *
 * Every input gives one pane for each of its windows, the final one, so the join sees each value once and its result does not depend on
 * arrival. The price is that there are no provisional values.
 */
import {
  coGroupByKey,
  compareWindows,
  composite,
  keyText,
  map,
  parDo,
  windowInto,
  withKeys,
  type PCollection,
  type Window,
  type WindowFn,
} from '@tidemark/core'
import { formulaOf, type Derived, type Each, type MetricInputs } from './derived.ts'
import type { Metric } from './metric.ts'
import type { Parts, RawValue, RowsByInput, Slice, TimedRow } from './metric-value.ts'
import type { Plan, RowLists, Rows, ToldParts, Wanted } from './plan.ts'
import { unitOf } from './reach-windows.ts'
import { windowingOf } from './rows-plan.ts'

/** A value of an input in the unit of the grain: the window that it has, and its parts. */
interface Piece {
  readonly window: Window
  readonly parts: Parts
}

type Pieces = Readonly<Record<string, readonly Piece[]>>
type Inputs = Readonly<Record<string, Metric<never, unknown, never>>>

/** Makes the plan. */
export function joinedPlan(
  derived: Derived<MetricInputs, unknown>,
  grain: WindowFn,
  dimensions: readonly string[],
): Plan {
  const inputs = derived.from as unknown as Inputs
  const names = Object.keys(inputs)
  const formula = formulaOf(derived)
  const planOf = (name: string): Plan => inputs[name]!['~metric'].plan
  const valueOf = (parts: Parts): unknown =>
    formula(
      Object.fromEntries(
        names.map((name) => {
          const pieces = (parts as Pieces)[name]!
          return [
            name,
            fold(
              derived.each[name] ?? 'last',
              pieces.map((one) => planOf(name).valueOf(one.parts, one.window)),
            ),
          ]
        }),
      ),
    )
  return {
    windows: grain,
    dimensions,
    addsUp: names.every((name) => planOf(name).addsUp),
    valueIsPart: false,
    steps(rows: Rows, wanted) {
      const values = names.map((name) =>
        stepsOf(name, rowsFor(rows, name) as Rows, { ...wanted, finalOnly: true, trigger: undefined }).pipe(
          windowInto(grain, windowingOf({ ...wanted, finalOnly: true })),
          withKeys(({ slice }) => slice),
          map(([slice, { window, parts }]) => [slice, { window, parts }] as const),
        ),
      )
      return joined(names, values, valueOf)
    },
    loops(rows: RowLists, wanted) {
      const units = new Map<string, { window: Window; slice: Slice; pieces: Record<string, Piece[]> }>()
      for (const name of names) {
        for (const { window: own, slice, parts } of planOf(name).loops(rowsFor(rows, name) as RowLists, wanted)) {
          const window = unitOf(grain, own.end - 1)
          const text = `${window.start} ${keyText(slice)}`
          const unit = units.get(text) ?? { window, slice, pieces: Object.fromEntries(names.map((one) => [one, []])) }
          units.set(text, unit)
          unit.pieces[name]!.push({ window: own, parts })
        }
      }
      return [...units.values()].map(({ window, slice, pieces }) => {
        const parts = sortedPieces(pieces)
        return { window: { start: window.start, end: window.end }, slice, value: valueOf(parts), parts }
      })
    },
    merge: (a, b) =>
      Object.fromEntries(
        names.map((name) => [name, mergePieces(planOf(name), (a as Pieces)[name]!, (b as Pieces)[name]!)]),
      ),
    fill: (told) => filledPieces(names, planOf, told, (end) => unitOf(grain, end - 1)),
    valueOf: (parts) => valueOf(parts),
  }

  /** The steps of an input under its name: two inputs may have steps of one name. */
  function stepsOf(name: string, rows: Rows, wanted: Wanted): PCollection<RawValue> {
    if (!('~ref' in rows)) return planOf(name).steps(rows, wanted)
    const own = composite(name, (ownRows: PCollection<unknown>) => planOf(name).steps(ownRows, wanted))
    return (rows as PCollection<unknown>).pipe(own)
  }

  /** Each input has rows of its own, or all have the same. */
  function rowsFor(rows: Rows | RowLists, name: string): unknown {
    return '~ref' in rows || Array.isArray(rows)
      ? rows
      : (rows as RowsByInput | Record<string, readonly TimedRow[]>)[name]
  }
}

function joined(
  names: readonly string[],
  values: readonly PCollection<readonly [Slice, Piece]>[],
  valueOf: (parts: Parts) => unknown,
): PCollection<RawValue> {
  return coGroupByKey('Join', Object.fromEntries(names.map((name, index) => [name, values[index]!]))).pipe(
    parDo({
      process([slice, pieces], { window }): readonly RawValue[] {
        const parts = sortedPieces(pieces)
        return [{ window: { start: window.start, end: window.end }, slice, value: valueOf(parts), parts }]
      },
    }),
  )
}

function sortedPieces(pieces: Pieces): Pieces {
  return Object.fromEntries(
    Object.entries(pieces).map(([name, list]) => [name, list.toSorted((a, b) => compareWindows(a.window, b.window))]),
  )
}

/** Fills what each input is not told of, and puts the pieces into units again. */
function filledPieces(
  names: readonly string[],
  planOf: (name: string) => Plan,
  told: readonly ToldParts[],
  unitAt: (end: number) => Window,
): readonly ToldParts[] {
  const units = new Map<
    string,
    { readonly window: Window; readonly slice: Slice; readonly parts: Record<string, Piece[]> }
  >()
  const unitFor = (window: Window, slice: Slice): Record<string, Piece[]> => {
    const text = `${window.start} ${keyText(slice)}`
    const unit = units.get(text) ?? { window, slice, parts: Object.fromEntries(names.map((name) => [name, []])) }
    units.set(text, unit)
    return unit.parts
  }
  for (const { window, slice } of told) unitFor(window, slice)
  for (const name of names) {
    const pieces = told.flatMap(({ slice, parts }) => (parts as Pieces)[name]!.map((piece) => ({ ...piece, slice })))
    for (const { window, slice, parts } of planOf(name).fill?.(pieces) ?? pieces) {
      const { start, end } = unitAt(window.end)
      unitFor({ start, end }, slice)[name]!.push({ window, parts })
    }
  }
  return [...units.values()]
}

function mergePieces(plan: Plan, a: readonly Piece[], b: readonly Piece[]): readonly Piece[] {
  const merged = [...a]
  for (const piece of b) {
    const at = merged.findIndex(({ window }) => compareWindows(window, piece.window) === 0)
    if (at < 0) merged.push(piece)
    else merged[at] = { window: piece.window, parts: plan.merge(merged[at]!.parts, piece.parts) }
  }
  return merged.toSorted((x, y) => compareWindows(x.window, y.window))
}

function fold(each: Each, values: readonly unknown[]): unknown {
  if (values.length === 0) return undefined
  if (each === 'first') return values[0]
  if (each === 'last') return values.at(-1)
  if (values.some((value) => value === null)) return null
  // Values come in the order of time, so a sum of floats is rounded alike in every run.
  const total = values.reduce<number>((sum, value) => sum + Number(value), 0)
  return each === 'sum' ? total : total / values.length
}
