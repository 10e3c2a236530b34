/**
 * Reads all that the source of a `read` step gives, as a runner would.
 */
import type { Json, PCollection, PTransform, PullSource, RejectedRecord, Root, SourceSplit } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'

/** Everything that was read. */
export interface AllRead<T> {
  readonly splits: readonly SourceSplit[]
  readonly elements: readonly T[]
  /** Offset of each element. */
  readonly offsets: readonly number[]
  readonly rejected: readonly RejectedRecord[]
  readonly bytes: number
}

/** The source behind a transform that reads. */
export function sourceOf<T>(transform: PTransform<Root, PCollection<T>>): PullSource<T> {
  const payload = buildGraph((root) => ({ all: root.pipe(transform) })).steps[0]?.payload
  if (payload?.primitive !== 'read' || payload.source.mode !== 'pull') throw new Error('not a pull source')
  return payload.source as PullSource<T>
}

/** Reads all splits, `credits` elements at a time. With `resume`, every batch is read by a reader of its own, from where the last one ended. */
export async function readAll<T>(
  transform: PTransform<Root, PCollection<T>>,
  { credits = 1000, resume = false }: { readonly credits?: number; readonly resume?: boolean } = {},
): Promise<AllRead<T>> {
  const source = sourceOf(transform)
  const all = { elements: [] as T[], offsets: [] as number[], rejected: [] as RejectedRecord[], bytes: 0 }
  const splits = await source.splits()
  for (const split of splits) {
    let reader = source.open(split)
    for (;;) {
      const batch = await reader.read(credits)
      all.elements.push(...batch.elements)
      all.offsets.push(...Array.from(batch.offsets))
      all.rejected.push(...batch.rejected)
      all.bytes += batch.bytes
      if (batch.done) break
      if (!resume || batch.elements.length + batch.rejected.length === 0) continue
      await reader.close()
      reader = source.open(split, JSON.parse(JSON.stringify(batch.position)) as Json)
    }
    await reader.close()
  }
  return { splits, ...all }
}
