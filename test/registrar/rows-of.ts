/**
 * What a transform makes of events in a batch run.
 */
import type { PCollection, PTransform, Timestamp } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import type { Dated } from './three-ways.ts'

/** The rows of a transform over events; nothing may be dropped. */
export async function rowsOf<E extends { readonly event_ts: Timestamp }, T>(
  events: readonly E[],
  transform: PTransform<PCollection<E>, PCollection<T>>,
): Promise<readonly Dated<T>[]> {
  const { outputs, ledger } = await batchRunner({ progress: 'never' }).run((root) => ({
    rows: root.pipe(readMemory('Events', events, { timestamp: ({ event_ts }: E) => event_ts }), transform),
  }))
  if (ledger.length > 0) throw new Error(`Elements were left out: ${JSON.stringify(ledger[0])}`)
  return outputs.rows
}
