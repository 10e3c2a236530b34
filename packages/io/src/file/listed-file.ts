/**
 * What a listing says of one file: that it is to be read, or that it is left out.
 */
import type { FileIdentity } from './file-identity.ts'

/** One file to read. */
export interface ListedFile {
  /** As the pattern gave it: relative where the pattern is. */
  readonly path: string
  readonly identity: FileIdentity
}

/** A file that is left out, and why: `DUPLICATE_FILE`, or `SOURCE_UNREADABLE` where that is allowed. Data, as it stands in a split. */
export type SkippedFile = { readonly path: string; readonly code: string; readonly detail: string }
