/**
 * funnelCounts: how many entities of each window of entry reached each step.
 */
import { combineGlobally, composite, map, type CombineFn, type PCollection, type PTransform } from '@tidemark/core'
import { funnel, type FunnelOptions, type FunnelProgress } from './funnel.ts'

/** How many entities reached each step, by its name. */
export type FunnelCounts<S extends string> = Readonly<Record<S, number>>

/**
 * Counts, for each window of `per`, the entities that reached each step of a {@link funnel}.
 *
 * **Contract** — Who reached a step reached all before it, so counts never increase downwards. The first is how many entities entered; a
 * window in which nobody did gives nothing. Late data and state are those of {@link funnel}.
 *
 * ```ts
 * const options = { entity: () => 'all', steps: ['visit', 'paid'], step: () => 'visit', within: days(1), per: globalWindow() } as const
 * funnelCounts('Sales', options).name // => 'Sales'
 * ```
 */
export function funnelCounts<T, K, const S extends string>(
  name: string,
  options: FunnelOptions<T, K, S>,
): PTransform<PCollection<T>, PCollection<FunnelCounts<S>>> {
  const progress = funnel('Funnel', options)
  const names = (Array.isArray(options.steps) ? options.steps : Object.keys(options.steps)) as readonly S[]
  return composite(name, (elements: PCollection<T>) =>
    elements.pipe(
      progress,
      map(([, one]) => one),
      combineGlobally('Counts', stepCounts(names)),
    ),
  )
}

/** Counts for each step the entities that reached it. */
export function stepCounts<S extends string>(
  names: readonly S[],
): CombineFn<FunnelProgress<S>, number[], FunnelCounts<S>> {
  const added = (counts: number[], others: readonly number[], sign: 1 | -1): number[] => {
    for (let step = 0; step < counts.length; step += 1) counts[step]! += sign * others[step]!
    return counts
  }
  const reachedBy = ({ reached }: FunnelProgress<S>): readonly number[] =>
    names.map((_, step) => (step < reached ? 1 : 0))
  return {
    name: `stepCounts(${names.join(', ')})`,
    orderFree: true,
    createAccumulator: () => names.map(() => 0),
    addInput: (counts, one) => added(counts, reachedBy(one), 1),
    subtractInput: (counts, one) => added(counts, reachedBy(one), -1),
    mergeAccumulators: (counts, others) => added(counts, others, 1),
    extractOutput: (counts) => Object.fromEntries(names.map((name, step) => [name, counts[step]])) as FunnelCounts<S>,
    mergeOutputs: (a, b) => Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as FunnelCounts<S>,
  }
}
