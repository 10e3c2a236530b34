/**
 * histogram: how many numbers fall between given bounds.
 *
 * Each number falls into exactly one cell, and counts add: the cells of a whole are the sums of those of its parts.
 */
import { PipelineError, type CombineFn } from '@tidemark/core'
import { over } from './over.ts'

/** How many numbers there are from one bound up to the next. */
export interface HistogramBucket {
  /** Inclusive. */
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly count: number
}

/** Counts by size; all of them together are the count of the inputs. */
export interface Histogram {
  /** How many lie below the first bound, -Infinity among them. */
  readonly below: number
  /** In rising order, those that are empty too. */
  readonly buckets: readonly HistogramBucket[]
  /** How many lie at the last bound or above, Infinity among them. */
  readonly above: number
  /** How many are NaN, which no bound is above. */
  readonly nan: number
}

/**
 * Counts numbers by size: cell i holds those from `bounds[i]` up to, and without, `bounds[i + 1]`; what lies below the first bound, from
 * the last one on, or is NaN, has cells of its own.
 *
 * **Contract** — Bounds are finite and rise strictly (else `BAD_BOUNDS`). Nothing is left out: the counts add up to the number of inputs.
 * Histograms with the same bounds merge by adding cells, and inputs can be taken back.
 *
 * **State** — one count per cell.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = histogram([0, 10, 20])
 * const { buckets, above } = extractOutput([3, 10, 12, 20].reduce(addInput, createAccumulator()))
 * buckets // => [{ from: 0, to: 10, count: 1 }, { from: 10, to: 20, count: 2 }]
 * above // => 1
 * ```
 */
export function histogram(bounds: readonly number[]): CombineFn<number, number[], Histogram> {
  const edges = requireBounds(bounds)
  const nan = edges.length + 1
  /** Cell 0 is below all bounds, cell i is from bound i - 1 on; the last one is for NaN. */
  const cellOf = (value: number): number => {
    if (Number.isNaN(value)) return nan
    let low = 0
    let high = edges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (value < (edges[middle] as number)) high = middle
      else low = middle + 1
    }
    return low
  }
  const add = (cells: number[], cell: number, count: number): number[] => {
    cells[cell] = (cells[cell] as number) + count
    return cells
  }
  return {
    name: `histogram(${edges.join(', ')})`,
    orderFree: true,
    createAccumulator: () => Array.from({ length: nan + 1 }, () => 0),
    addInput: (cells, value) => add(cells, cellOf(value), 1),
    mergeAccumulators: (cells, others) => others.reduce((into, count, cell) => add(into, cell, count), cells),
    extractOutput: (cells) => ({
      below: cells[0] as number,
      buckets: edges.slice(1).map((to, i) => ({ from: edges[i] as number, to, count: cells[i + 1] as number })),
      above: cells[nan - 1] as number,
      nan: cells[nan] as number,
    }),
    subtractInput: (cells, value) => add(cells, cellOf(value), -1),
    mergeOutputs: (a, b) => ({
      below: a.below + b.below,
      buckets: a.buckets.map((bucket, i) => ({ ...bucket, count: bucket.count + (b.buckets[i]?.count ?? 0) })),
      above: a.above + b.above,
      nan: a.nan + b.nan,
    }),
  }
}

/**
 * Counts the elements by a number of each, as {@link histogram} does.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = histogramOf((call: { ms: number }) => call.ms, [100])
 * extractOutput(addInput(createAccumulator(), { ms: 40 })) // => { below: 1, buckets: [], above: 0, nan: 0 }
 * ```
 */
export function histogramOf<T>(
  select: (element: T) => number,
  bounds: readonly number[],
): CombineFn<T, number[], Histogram> {
  return over(select, histogram(bounds))
}

function requireBounds(bounds: readonly number[]): readonly number[] {
  const rises = (bound: number, i: number): boolean =>
    Number.isFinite(bound) && (i === 0 || bound > (bounds[i - 1] as number))
  // Adding zero turns -0, which is not below 0, into it.
  if (Array.isArray(bounds) && bounds.length > 0 && bounds.every(rises)) return bounds.map((bound) => bound + 0)
  throw new PipelineError(
    'BAD_BOUNDS',
    `histogram has the bounds ${Array.isArray(bounds) ? `[${bounds.join(', ')}]` : String(bounds)}. Between bounds that do not rise, a number ` +
      'would belong to several cells or to none. Give finite numbers in rising order, each of them once, such as [0, 10, 100].',
  )
}
