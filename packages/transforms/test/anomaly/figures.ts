/**
 * Figures of hours to judge, and what a runner makes of them.
 */
import { combinePerKey, composite, create, fixedWindows, hours, map, windowInto } from '@tidemark/core'
import type { KV, PCollection, PTransform, WindowFn } from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { sum, type Verdict } from '@tidemark/transforms'

/** The figure of one key and window, told by when the window begins. */
export interface Figure {
  readonly key: string
  readonly at: number
  readonly value: number
}

/** A method, ready to be applied. */
export type Judge = PTransform<PCollection<KV<string, number>>, PCollection<KV<string, Verdict>>>

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const timestampOf = ({ at }: Figure): number => at

/** Elements to figures per hour, or per window of another kind, to verdicts. */
export function judged(
  judge: Judge,
  windows: WindowFn = fixedWindows(hours(1)),
): PTransform<PCollection<Figure>, PCollection<KV<string, Verdict>>> {
  return composite('Judged', (figures: PCollection<Figure>) =>
    figures.pipe(
      windowInto(windows),
      map(({ key, value }): KV<string, number> => [key, value]),
      combinePerKey('Sum', sum()),
      judge,
    ),
  )
}

/** The verdicts of a batch run, by the start of their window and key. */
export async function verdictsOf(
  figures: readonly Figure[],
  judge: Judge,
  windows?: WindowFn,
): Promise<readonly (KV<string, Verdict> & { readonly length: 2 })[]> {
  const { outputs } = await batchRunner().run((root) => ({
    verdicts: root.pipe(create('Figures', figures, { timestamp: timestampOf }), judged(judge, windows)),
  }))
  return outputs.verdicts
    .map(({ value }) => value)
    .toSorted(([a, { window: v }], [b, { window: w }]) => v.start - w.start || (a < b ? -1 : 1))
}

/** A sequence of hours of one key from a time on; `null` is an hour without a figure. */
export function hourly(key: string, from: number, values: readonly (number | null)[]): readonly Figure[] {
  return values.flatMap((value, index) => (value === null ? [] : [{ key, at: from + index * HOUR, value }]))
}
