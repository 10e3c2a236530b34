/**
 * Keyed elements: a key and a value, as a pair.
 */

/** A keyed element. Keys are equal when their canonical bytes are. */
export type KV<K, V> = readonly [key: K, value: V]
