/**
 * PublishedFile: a file that appears whole or not at all, also when the machine loses power.
 *
 * Bytes go into a file beside it whose name ends in `.tmp`, which no reader of ours lists. Publishing forces them to the disk,
 * then gives the file its name in one step and forces the folder.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { PipelineError } from '@tidemark/core'
import { visible } from './visible-text.ts'

const BUFFER = 1024 * 1024
let count = 0

/** A name beside `path` that no other writer uses. */
export function temporaryPath(path: string): string {
  return `${path}.${process.pid}-${++count}.tmp`
}

/** Runs an operation on an output file. Throws a {@link PipelineError}: `DISK_FULL`, or `SINK_UNWRITABLE` with the cause. */
export function onOutput<T>(path: string, operation: () => T): T {
  try {
    return operation()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const full = code === 'ENOSPC' || code === 'EDQUOT'
    throw new PipelineError(
      full ? 'DISK_FULL' : 'SINK_UNWRITABLE',
      `The output ${visible(path)} cannot be written: ${visible(cause instanceof Error ? cause.message : String(cause))}. Nothing of it was published. ` +
        (full ? 'Free space (or inodes) on its disk' : 'Check the folder, its permissions and the disk') +
        ', then run again.',
      { cause },
    )
  }
}

/** Writes one file. */
export class PublishedFile {
  readonly #path: string
  readonly #temporary: string
  readonly #file: number
  readonly #buffer: Buffer = Buffer.allocUnsafe(BUFFER)
  #used = 0
  #isClosed = false

  /** Opens a file that will bear the name `path`. Folders that are missing are made. */
  constructor(path: string) {
    this.#path = path
    this.#temporary = temporaryPath(path)
    this.#file = onOutput(path, () => {
      mkdirSync(dirname(path), { recursive: true })
      return openSync(this.#temporary, 'wx')
    })
  }

  /** Adds bytes. */
  write(bytes: Uint8Array): void {
    if (this.#used + bytes.length > BUFFER) this.#flush()
    if (bytes.length > BUFFER) return onOutput(this.#path, () => writeAll(this.#file, bytes))
    this.#buffer.set(bytes, this.#used)
    this.#used += bytes.length
  }

  /** Gives the file its name. It replaces one that bears it already. */
  publish(): void {
    this.#flush()
    onOutput(this.#path, () => {
      fsyncSync(this.#file)
      this.#close()
      renameSync(this.#temporary, this.#path)
      syncFolder(dirname(this.#path))
    })
  }

  /** Takes back what was written, when it is not to be published or could not be. */
  discard(): void {
    this.#close()
    rmSync(this.#temporary, { force: true })
  }

  // Once: the number may be another file's by then.
  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    closeSync(this.#file)
  }

  #flush(): void {
    onOutput(this.#path, () => writeAll(this.#file, this.#buffer.subarray(0, this.#used)))
    this.#used = 0
  }
}

/** Writes all of `bytes`: one call may write less without an error. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at)
}

// Without it a power cut can undo the rename. Windows has no such call for folders, and keeps names by itself.
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
