/**
 * Files that are no UTF-8 text at all, as their first bytes say: another encoding of text, an archive, or compressed once more.
 *
 * Record by record they would fill the ledger with rubbish; as a whole they are one mistake, and the error names it.
 */
import { PipelineError } from '@tidemark/core'
import { visible } from './visible-text.ts'

/** What files begin with, longest first where one begins another. None of these begins UTF-8 text without control characters. */
const SIGNS: readonly (readonly [what: string, sign: readonly number[]])[] = [
  ['UTF-32', [0xff, 0xfe, 0x00, 0x00]],
  ['UTF-32', [0x00, 0x00, 0xfe, 0xff]],
  ['UTF-16', [0xff, 0xfe]],
  ['UTF-16', [0xfe, 0xff]],
  ['compressed twice (gzip inside of gzip)', [0x1f, 0x8b]],
  ['a ZIP archive', [0x50, 0x4b, 0x03, 0x04]],
  ['compressed with zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['compressed with xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
]

/** How many bytes of a file must be seen to tell. */
export const LONGEST_SIGN: number = Math.max(...SIGNS.map(([, sign]) => sign.length))

/** Throws a {@link PipelineError} with code `ENCODING` when the first bytes of a file say that it is no text. */
export function requireText(path: string, start: Uint8Array): void {
  const found = SIGNS.find(([, sign]) => sign.every((byte, i) => start[i] === byte))
  if (found === undefined) return
  throw new PipelineError(
    'ENCODING',
    `The file ${visible(path)} is ${found[0]}, as its first bytes say. Read as lines it would give rubbish. ` +
      'Convert it to UTF-8 text first (plain or compressed once with gzip).',
  )
}
