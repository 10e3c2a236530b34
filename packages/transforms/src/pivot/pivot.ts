/**
 * pivot: rows of (row, column, value) become one record for each row, with columns that are stated beforehand.
 *
 * That columns are stated is what makes the result a type, and a table whose shape does not depend on the data that came.
 */
import {
  checkChoice,
  checkOptions,
  combinePerKey,
  composite,
  map,
  PipelineError,
  requireFunction,
  type CombineFn,
  type KV,
  type OptionNames,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import { cellsOf } from './cells.ts'

/** Options of {@link pivot}. */
export interface PivotOptions<T, K, C extends string, V, Acc, Out> {
  /** Which row an element belongs to: any key. */
  readonly row: (element: T) => K
  /** All columns there are. */
  readonly columns: readonly C[]
  /** Which of them an element belongs to. */
  readonly column: (element: T) => string
  /** What it says there. */
  readonly value: (element: T) => V
  /** What several values of one cell come to. */
  readonly cell: CombineFn<NoInfer<V>, Acc, Out>
  /** What becomes of an element whose column is not stated; one of: `fail` (default), `dead-letter`. */
  readonly unknown?: 'fail' | 'dead-letter'
}

const OPTIONS: OptionNames<PivotOptions<never, unknown, string, never, never, unknown>> = {
  row: true,
  columns: true,
  column: true,
  value: true,
  cell: true,
  unknown: true,
}

/** A row of a pivot table: every column, `null` where nothing was said. */
export type PivotRow<C extends string, Out> = { readonly [N in C]: Out | null }

/**
 * Makes one record of all elements of a row and window.
 *
 * **Contract** — Every record has every column; a cell without a value is `null`, which is not the combiner's output of nothing. An element of
 * another column fails the run, or goes to the ledger with `unknown: 'dead-letter'` (code `UNKNOWN_COLUMN`). Fed by changes, a cell of which all
 * is taken back is `null` again.
 *
 * **State** — one accumulator for each cell that has a value, until the window expires.
 *
 * ```ts
 * type Sale = { day: string; shop: string; total: number }
 * const [row, column, value] = [(sale: Sale) => sale.day, (sale: Sale) => sale.shop, (sale: Sale) => sale.total]
 * pivot('PerDay', { row, columns: ['north', 'south'], column, value, cell: sum() }).name // => 'PerDay'
 * ```
 */
export function pivot<T, const K, const C extends string, V, Acc, Out>(
  name: string,
  options: PivotOptions<T, K, C, V, Acc, Out>,
): PTransform<PCollection<T>, PCollection<KV<K, PivotRow<C, Out>>>> {
  const subject = `pivot(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  checkChoice(subject, 'unknown', options.unknown, ['fail', 'dead-letter'])
  const { row, column, value, cell, unknown = 'fail' } = options
  for (const [what, fn] of Object.entries({ row, column, value })) requireFunction(subject, what, fn)
  const columns = requireColumns(subject, options.columns)
  const places = new Map<string, number>(columns.map((one, place) => [one, place]))
  return composite(name, (elements: PCollection<T>) =>
    elements.pipe(
      map((element: T) => [row(element), column(element), value(element)] as const),
      // A step of its own, so that what the functions above throw is no dead letter.
      map(
        ([of, at, said]): KV<K, readonly [place: number, value: V]> => [
          of,
          [placeOf(subject, places, at), said] as const,
        ],
        { onError: unknown },
      ),
      combinePerKey('Cells', cellsOf<C, V, Acc, Out>(columns, cell)) as PTransform<
        PCollection<KV<K, readonly [number, V]>>,
        PCollection<KV<K, PivotRow<C, Out>>>
      >,
    ),
  )
}

function placeOf(subject: string, places: ReadonlyMap<string, number>, column: string): number {
  const place = places.get(column)
  if (place !== undefined) return place
  throw new PipelineError(
    'UNKNOWN_COLUMN',
    `${subject} was given an element of column ${JSON.stringify(column)}, and its columns are ${[...places.keys()].join(', ')}. It would be in no record. ` +
      "Add it to columns, filter such elements before, or use unknown: 'dead-letter'.",
  )
}

function requireColumns<C extends string>(subject: string, columns: readonly C[]): readonly C[] {
  const twice = Array.isArray(columns) ? columns.find((one, place) => columns.indexOf(one) !== place) : undefined
  if (Array.isArray(columns) && columns.length > 0 && twice === undefined) return Object.freeze([...columns])
  throw new PipelineError(
    'BAD_OPTION',
    twice === undefined
      ? `${subject} has no columns, so its records would be empty. State them: columns: ['eu', 'us'].`
      : `${subject} has the column ${JSON.stringify(twice)} twice, and a record has each field once. State each column once.`,
  )
}
