/**
 * A pipeline that can be named: by the module that exports it, its export, and what it is made with. `clicks-by-name.ts` runs it so.
 */
import { parseTimestamp, type Root } from '@tidemark/core'
import { pipelineRef } from '@tidemark/core/graph'
import { readNdjson } from '@tidemark/io/ndjson'
import { clicksPerMinute, type Click } from './clicks-per-minute.ts'

const parse = (line: unknown): Click => {
  const { page, at } = line as { readonly page: string; readonly at: string }
  return { page, at: parseTimestamp(at) }
}

/** Makes the pipeline over some files. */
export const clicksOf =
  ({ files }: { readonly files: string }) =>
  (root: Root) => ({
    clicks: root.pipe(readNdjson('Clicks', files, { parse, timestamp: (click) => click.at }), clicksPerMinute),
  })

/** Names it: plain data, of the same type as the pipeline. */
export const namedClicks = (files: string) => pipelineRef<typeof clicksOf>(import.meta.url, 'clicksOf', { files })
