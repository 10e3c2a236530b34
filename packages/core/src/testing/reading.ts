/**
 * Reading: what a split of a source gave, read to its end or a limit, with what was wrong about single reads.
 */
import {
  encodeValue,
  equalBytes,
  type Json,
  type PullSource,
  type RejectedRecord,
  type SourceBatch,
  type SourceSplit,
} from '../index.ts'
import { showValue } from './show-value.ts'

/** Where a read ended. */
export interface Stop {
  readonly position: Json
  /** The position as it stood then. */
  readonly text: string
  /** Elements before it. */
  readonly elements: number
  /** Rejected records before it. */
  readonly rejected: number
}

/** What a split gave. */
export interface Reading<T> {
  readonly elements: readonly T[]
  readonly offsets: readonly number[]
  readonly rejected: readonly RejectedRecord[]
  readonly stops: readonly Stop[]
  readonly done: boolean
  /** Laws that single reads broke, one line each. */
  readonly faults: readonly string[]
}

/** How a split is read. */
export interface ReadingOptions {
  readonly credits: number
  /** How many elements are read at most. */
  readonly limit: number
  readonly position?: Json
}

/** Reads with nothing in them that are taken for a source that has stopped. */
const STANDSTILL = 1_000

/** Reads a split, and lets others have their turn after each read. */
export async function readSplit<T>(
  source: PullSource<T>,
  split: SourceSplit,
  { credits, limit, position }: ReadingOptions,
): Promise<Reading<T>> {
  const reader = position === undefined ? source.open(split) : source.open(split, position)
  const elements: T[] = []
  const offsets: number[] = []
  const rejected: RejectedRecord[] = []
  const stops: Stop[] = []
  const faults = new Set<string>()
  const complain = (line: string): void => void faults.add(`split "${split.id}", read with ${credits} credits, ${line}`)
  let done = false
  try {
    for (let empty = 0; !done && elements.length < limit && empty < STANDSTILL;) {
      const asked = Math.min(credits, limit - elements.length)
      const batch = await reader.read(asked)
      for (const line of shapeOf(batch, asked, offsets.at(-1), rejected.at(-1)?.offset)) complain(line)
      for (const element of batch.elements) elements.push(element)
      for (let index = 0; index < batch.offsets.length; index++) offsets.push(batch.offsets[index]!)
      for (const record of batch.rejected) rejected.push(record)
      const text = JSON.stringify(batch.position)
      if (text !== undefined)
        stops.push({ position: batch.position, text, elements: elements.length, rejected: rejected.length })
      ;({ done } = batch)
      empty = batch.elements.length + batch.rejected.length > 0 ? 0 : empty + 1
      if (empty === STANDSTILL) complain(`gave nothing ${STANDSTILL} times in a row and was not done`)
    }
  } finally {
    await reader.close()
  }
  return { elements, offsets, rejected, stops, done, faults: [...faults] }
}

function* shapeOf<T>(
  { elements, offsets, rejected, position, bytes }: SourceBatch<T>,
  credits: number,
  lastOffset = -Infinity,
  lastRejected = -Infinity,
): Iterable<string> {
  if (elements.length > credits) yield `gave ${elements.length} elements for ${credits} credits`
  if (offsets.length !== elements.length) yield `gave ${elements.length} elements with ${offsets.length} offsets`
  let last = lastOffset
  for (let index = 0; index < offsets.length; index++) {
    const offset = offsets[index]!
    if (!(offset > last)) yield `gave offset ${offset} after ${last}`
    last = offset
  }
  last = lastRejected
  for (const { offset, code } of rejected) {
    if (!(offset >= last)) yield `rejected a record at offset ${offset} after one at ${last}`
    if (code === '') yield `rejected the record at offset ${offset} without a code`
    last = offset
  }
  if (!isJson(position)) yield `gave a position that is no JSON: ${showValue(position)}`
  if (!(bytes >= 0 && bytes < Infinity)) yield `consumed ${bytes} bytes`
}

/** Says whether a value comes back from JSON as it was. */
export function isJson(value: unknown): boolean {
  try {
    return equalBytes(encodeValue(JSON.parse(JSON.stringify(value))), encodeValue(value))
  } catch {
    return false
  }
}
