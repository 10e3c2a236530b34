/**
 * EngineSnapshot: the whole state of an engine between two calls, as bytes.
 *
 * Canonical bytes of plain data and their checksum: the format's name and version, the graph by its description, and each part of the
 * engine under a name that equal graphs give it. A later engine reads what an earlier one has written by way of {@link SnapshotFormat.upgrades}.
 */
import { assert, decodeValue, encodeValue, hashBytes, PipelineError } from '@tidemark/core'
import { fingerprintDifferences, type GraphDescription } from '@tidemark/core/graph'
import type { StateData } from './saved.ts'

/** What an engine must have in common with the one whose snapshot it goes on from. */
export interface SnapshotOrigin {
  readonly graph: GraphDescription
  readonly shards: number
  /** The outputs whose settled results are kept. */
  readonly settled: readonly string[]
}

/** What a snapshot holds. */
export interface EngineSnapshot extends SnapshotOrigin {
  /** Processing time. */
  readonly now: number
  /** The time of the day where it is ahead of processing time. */
  readonly wall: number
  /** How many decisions of the time log led here. */
  readonly decisions: number
  readonly parts: { readonly [name: string]: StateData }
}

/** The version that an engine writes, and how it reads those before. */
export interface SnapshotFormat {
  readonly version: number
  /** By version: makes what that version wrote into what the next one would have written. */
  readonly upgrades: Readonly<Record<number, (snapshot: StateData) => StateData>>
}

/** The format of this engine. */
export const SNAPSHOT_FORMAT: SnapshotFormat = { version: 1, upgrades: {} }

const NAME = 'tidemark-engine'

interface Envelope {
  readonly format: string
  readonly version: number
  readonly snapshot: StateData
}

/** The bytes of a snapshot. */
export function encodeSnapshot(snapshot: EngineSnapshot, { version }: SnapshotFormat): Uint8Array {
  const data = snapshot as unknown as StateData
  return withChecksum(encodeValue({ format: NAME, version, snapshot: data } satisfies Envelope))
}

/**
 * Reads a snapshot.
 *
 * **Contract** — Throws a PipelineError with code `SNAPSHOT_CORRUPT` for bytes that are none, `SNAPSHOT_NEWER` for one of a later version
 * and `SNAPSHOT_OLDER` for one that is not upgraded any more.
 */
export function decodeSnapshot(bytes: Uint8Array, { version, upgrades }: SnapshotFormat): EngineSnapshot {
  const envelope = envelopeOf(bytes)
  if (envelope.version > version) {
    throw new PipelineError(
      'SNAPSHOT_NEWER',
      `The snapshot is of version ${envelope.version}, and this engine reads versions up to ${version}. It may hold state that this engine would ` +
        'lose without a word. Restore it with the version of Tidemark that wrote it, or a later one.',
    )
  }
  let { snapshot } = envelope
  for (let from = envelope.version; from < version; from++) {
    const upgrade = upgrades[from]
    if (upgrade === undefined) {
      throw new PipelineError(
        'SNAPSHOT_OLDER',
        `The snapshot is of version ${envelope.version}, and this engine cannot read versions up to ${from} any more. Restore it with an earlier ` +
          'version of Tidemark, take a snapshot there, and restore that one here.',
      )
    }
    snapshot = upgrade(snapshot)
  }
  return snapshot as unknown as EngineSnapshot
}

function envelopeOf(bytes: Uint8Array): Envelope {
  let cause: unknown
  try {
    const value = decodeValue(checked(bytes))
    if (typeof value === 'object' && value !== null && (value as Partial<Envelope>).format === NAME)
      return value as Envelope
  } catch (error) {
    cause = error
  }
  throw new PipelineError(
    'SNAPSHOT_CORRUPT',
    `The ${bytes.length} bytes are no snapshot of an engine, or not all of one, or have been changed. Nothing was restored. Restore what snapshot() ` +
      'returned, unchanged.',
    { cause },
  )
}

// Four bytes at the end, highest first. A change within four neighbouring bytes always shows, any other but once in four billion.
const CHECKSUM = 4

function withChecksum(bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(bytes.length + CHECKSUM)
  all.set(bytes)
  new DataView(all.buffer).setUint32(bytes.length, hashBytes(bytes))
  return all
}

function checked(bytes: Uint8Array): Uint8Array {
  const length = bytes.length - CHECKSUM
  assert(length > 0, 'there is nothing but a checksum, or less')
  const own = bytes.subarray(0, length)
  const expected = new DataView(bytes.buffer, bytes.byteOffset + length, CHECKSUM).getUint32(0)
  assert(hashBytes(own) === expected, 'the checksum is that of other bytes')
  return own
}

/** Throws unless an engine like `engine` can go on from a snapshot of one like `snapshot`; the code says what stands in the way. */
export function requireFitting(snapshot: SnapshotOrigin, engine: SnapshotOrigin): void {
  requireSameGraph(snapshot.graph, engine.graph)
  if (snapshot.shards !== engine.shards) {
    throw new PipelineError(
      'SNAPSHOT_SHARDS',
      `The snapshot is of an engine with shards: ${snapshot.shards}, and this one has ${engine.shards}. The shard of a key depends on their number, so ` +
        `state would be looked for where it is not. Restore with shards: ${snapshot.shards}.`,
    )
  }
  const missing = engine.settled.find((name) => !snapshot.settled.includes(name))
  if (missing === undefined) return
  throw new PipelineError(
    'SNAPSHOT_WITHOUT_SETTLED',
    `The snapshot is of an engine that did not keep the settled result of "${missing}", and this one is to. It would lack all that came before. ` +
      'Restore without settled: true, or take the snapshot of an engine that has it.',
  )
}

function requireSameGraph(snapshot: GraphDescription, graph: GraphDescription): void {
  const differences = fingerprintDifferences(snapshot, graph)
  if (differences.length === 0) return
  throw new PipelineError(
    'SNAPSHOT_OF_ANOTHER_GRAPH',
    `The snapshot was taken of another pipeline:\n${differences.map((line) => `  ${line}`).join('\n')}\nIts state would mean something else here. ` +
      'Restore it with the pipeline as it was, or begin anew without it.',
  )
}
