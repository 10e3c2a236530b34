/**
 * ByteReader: the bytes of one split in order, whatever they are stored as.
 */

/** Reads bytes into a buffer of the caller's, so that none is made per piece. One `read` at a time. */
export interface ByteReader {
  /** Bytes of the file read so far: compressed ones where it is. For progress. */
  readonly consumed: number
  /** Puts at most `length` bytes into `target` from `at` and returns how many; 0 at the end. A promise only when it must wait. */
  read(target: Buffer, at: number, length: number): number | Promise<number>
  close(): void | Promise<void>
}
