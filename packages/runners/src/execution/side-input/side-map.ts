/**
 * SideMap: a side input by key, as a ReadonlyMap whose keys are equal when their canonical bytes are.
 *
 * A Map of JavaScript would not find the key `{ currency: 'EUR' }` of another element. Entries stand in the order of their first
 * elements, which is that of the view's list, so that whoever goes through them sees the same in every run.
 */
import { canonicalKey, KeyIndex } from '../state/key-index.ts'

/** A map by canonical keys. Whoever has it as a ReadonlyMap cannot change it. */
export class SideMap<K, V> implements ReadonlyMap<K, V> {
  readonly #entries: [key: K, value: V][] = []
  /** The place of each key among the entries. */
  readonly #places = new KeyIndex<number>(undefined)

  /** Adds an entry, or lets `merge` decide what a key that is there has now. Throws an EncodingError for what cannot be a key. */
  add(key: K, value: V, merge: (known: V, value: V) => V): void {
    const place = this.#places.get(key)
    if (place !== undefined) {
      const entry = this.#entries[place]!
      entry[1] = merge(entry[1], value)
      return
    }
    this.#places.set(key, this.#entries.length)
    this.#entries.push([canonicalKey(key) as K, value])
  }

  get size(): number {
    return this.#entries.length
  }

  /** The value of a key. Throws an EncodingError for what cannot be a key, but undefined and NaN are simply not there. */
  get(key: K): V | undefined {
    const place = this.#placeOf(key)
    return place === undefined ? undefined : this.#entries[place]![1]
  }

  has(key: K): boolean {
    return this.#placeOf(key) !== undefined
  }

  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void, self?: unknown): void {
    for (const [key, value] of this.#entries) visit.call(self, value, key, this)
  }

  *entries(): MapIterator<[K, V]> {
    for (const [key, value] of this.#entries) yield [key, value]
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.#entries) yield key
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.#entries) yield value
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries()
  }

  // A field that an element lacks is no fault of the program: nothing is known of it.
  #placeOf(key: K): number | undefined {
    return key === undefined || Number.isNaN(key) ? undefined : this.#places.get(key)
  }
}
