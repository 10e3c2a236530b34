/**
 * Field readers: closures that read one property, each as fast as one that was written by hand.
 *
 * An engine remembers at each place of the source what was read there. One closure that read any name would be a place where many names
 * meet, and reads there take twice as long (measured). So the same closure stands here many times, and a name has its place by its letters.
 * Names that meet in one are only slower.
 */
import type { Evaluate } from './field-node.ts'

/** Reads a property: `null` where it is absent. */
export function readerOf(name: string): Evaluate {
  let hash = 0
  for (let i = 0; i < name.length; i += 1) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) >>> 0
  return READERS[hash % READERS.length]!(name)
}

const READERS: readonly ((name: string) => Evaluate)[] = [
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
  (name) => (row) => row[name] ?? null,
]
