/**
 * digest: 64 bits of plain data, as text. What the fingerprint of a graph and the ids of its unnamed steps are made of.
 *
 * Two 32-bit hashes of the canonical bytes under different seeds, so the order of a record's fields does not show, and the
 * text is the same on every machine. Graphs are told apart by it, not protected: it is no cryptographic hash.
 */
import { encodeValue } from '../coder/canonical-bytes.ts'
import { hashBytes } from '../coder/hash-bytes.ts'

// The second seed is the golden ratio's fraction: any constant other than the first would do, and none may ever change.
const SEEDS = [0, 0x9e3779b9]

/** The digest of plain data: sixteen hexadecimal digits. */
export function digest(value: unknown): string {
  const bytes = encodeValue(value)
  return SEEDS.map((seed) => hashBytes(bytes, seed).toString(16).padStart(8, '0')).join('')
}
