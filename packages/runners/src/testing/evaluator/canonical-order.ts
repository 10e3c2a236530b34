/**
 * Canonical keys and order: what makes a result independent of which element came first.
 */
import { compareBytes, decodeValue, encodeKey, encodeValue, keyText, type Coder } from '@tidemark/core'
import type { Row } from './rows.ts'

/** Returns the key that stands for all equal ones: -0 and 0 are one key, so a result names it 0, whichever came first. */
export function canonicalKey(key: unknown, coder: Coder<unknown> | undefined): unknown {
  return coder === undefined ? decodeValue(encodeKey(key)) : coder.decode(coder.encode(key))
}

/** Returns a text that is the same for equal keys only. */
export function textOfKey(key: unknown, coder: Coder<unknown> | undefined): string {
  return keyText(coder === undefined ? key : coder.encode(key))
}

/** Returns the bytes of a value: by its coder, canonical bytes without one. */
export function bytesOf(value: unknown, coder: Coder<unknown> | undefined): Uint8Array {
  return coder === undefined ? encodeValue(value) : coder.encode(value)
}

/** Sorts rows by timestamp, then by the first of the given bytes that differ. */
export function inCanonicalOrder<R extends Pick<Row, 'timestamp'>>(
  rows: readonly R[],
  bytes: (row: R) => readonly Uint8Array[],
): readonly R[] {
  return rows
    .map((row) => ({ row, bytes: bytes(row) }))
    .toSorted((a, b) => a.row.timestamp - b.row.timestamp || compareLists(a.bytes, b.bytes))
    .map(({ row }) => row)
}

function compareLists(a: readonly Uint8Array[], b: readonly Uint8Array[]): number {
  return a.map((bytes, index) => compareBytes(bytes, b[index]!)).find((order) => order !== 0) ?? 0
}
