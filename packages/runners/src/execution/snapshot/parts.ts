/**
 * Parts: all of an engine that a snapshot holds, under names that equal graphs give them.
 *
 * Each part is encoded by itself, so that an error can say whose state it is about. The engine relies on it.
 */
import { decodeValue, encodeValue, EncodingError, PipelineError, UserCodeError } from '@tidemark/core'
import type { Saved, StateData } from './saved.ts'

/** A part of an engine. */
export interface Part {
  readonly saved: Saved
  /** What it belongs to, in words for errors: `step "Sum"`. */
  readonly owner: string
}

/** The parts of an engine, by name. */
export type Parts = ReadonlyMap<string, Part>

/** All parts as bytes, by name. What cannot be encoded is told with its owner. */
export function saveParts(parts: Parts): Record<string, Uint8Array> {
  const saved: Record<string, Uint8Array> = {}
  for (const [name, part] of parts) {
    try {
      saved[name] = encodeValue(part.saved.save())
    } catch (cause) {
      throw partError(cause, `The state of ${part.owner} cannot be kept in a snapshot`, part.owner)
    }
  }
  return saved
}

/** Fills the parts of a fresh engine. One that the snapshot does not have begins empty: nothing was known of it. */
export function loadParts(parts: Parts, saved: Readonly<Record<string, StateData>>): void {
  for (const [name, part] of parts) {
    const data = saved[name]
    if (data === undefined) continue
    try {
      part.saved.load(decodeValue(data as Uint8Array) as StateData)
    } catch (cause) {
      throw partError(cause, `The state of ${part.owner} cannot be read from the snapshot`, part.owner)
    }
  }
}

function partError(cause: unknown, what: string, owner: string): PipelineError {
  if (cause instanceof EncodingError) {
    const options = cause.step === undefined ? { cause } : { step: cause.step, cause }
    return new EncodingError(cause.code, `${what}: ${cause.message}`, options)
  }
  if (cause instanceof PipelineError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  return new UserCodeError(
    `${what}, as a coder of it threw: ${message}. Without it the snapshot is not the whole state, and nothing can go on from it. Mend the coder, ` +
      'or restore with the coder that wrote the snapshot: one of another form needs another id.',
    owner,
    cause,
  )
}
