/**
 * cellsOf: the cells of one row, each an accumulator of its own.
 *
 * Values of a cell are counted, so that one of which all was taken back has nothing, and not the output of nothing.
 */
import { canonicalCoder, type Coder, type CombineFn } from '@tidemark/core'

/** By place of the column: how many values, and their accumulator; `null` where there is none. */
export type CellAccumulators<Acc> = ({ count: number; inner: Acc } | null)[]

/** A value and the place of its column. */
type Placed<V> = readonly [place: number, value: V]

/** Combines the values of each column with `cell`, into a record of all columns. */
export function cellsOf<C extends string, V, Acc, Out>(
  columns: readonly C[],
  cell: CombineFn<V, Acc, Out>,
): CombineFn<Placed<V>, CellAccumulators<Acc>, { readonly [N in C]: Out | null }> {
  const { subtractInput, mergeOutputs, accumulatorCoder } = cell
  type Row = { readonly [N in C]: Out | null }
  const record = (valueOf: (place: number, column: C) => Out | null): Row =>
    Object.fromEntries(columns.map((column, place) => [column, valueOf(place, column)])) as Row
  return {
    name: `cells(${columns.map((column) => JSON.stringify(column)).join(', ')}: ${cell.name})`,
    orderFree: true,
    createAccumulator: () => columns.map(() => null),
    addInput(cells, [place, value]) {
      const own = (cells[place] ??= { count: 0, inner: cell.createAccumulator() })
      own.count += 1
      own.inner = cell.addInput(own.inner, value)
      return cells
    },
    mergeAccumulators(cells, others) {
      for (const [place, other] of others.entries()) {
        if (other === null) continue
        // The other accumulator is not ours to keep, so its values are merged into one that is.
        const own = (cells[place] ??= { count: 0, inner: cell.createAccumulator() })
        own.count += other.count
        own.inner = cell.mergeAccumulators(own.inner, other.inner)
      }
      return cells
    },
    extractOutput: (cells) =>
      record((place) => {
        const own = cells[place] ?? null
        return own === null || own.count === 0 ? null : cell.extractOutput(own.inner)
      }),
    ...(subtractInput && {
      subtractInput(cells: CellAccumulators<Acc>, [place, value]: Placed<V>) {
        // In another partial than the one it was added to, there is less than nothing until the two are merged.
        const own = (cells[place] ??= { count: 0, inner: cell.createAccumulator() })
        own.count -= 1
        own.inner = subtractInput(own.inner, value)
        return cells
      },
    }),
    ...(mergeOutputs && {
      mergeOutputs: (a: Row, b: Row) =>
        record((_, column) => {
          const [x, y] = [a[column], b[column]]
          if (x === null) return y
          return y === null ? x : mergeOutputs(x, y)
        }),
    }),
    ...(accumulatorCoder && { accumulatorCoder: cellsCoder(accumulatorCoder) }),
  }
}

function cellsCoder<Acc>(inner: Coder<Acc>): Coder<CellAccumulators<Acc>> {
  const outer = canonicalCoder<CellAccumulators<Uint8Array>>()
  return {
    id: `cells(${inner.id})`,
    encode: (cells) => outer.encode(cells.map((own) => own && { ...own, inner: inner.encode(own.inner) })),
    decode: (bytes) => outer.decode(bytes).map((own) => own && { ...own, inner: inner.decode(own.inner) }),
  }
}
