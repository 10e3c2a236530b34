/**
 * KeyIndex: a map by key, where keys are equal when their canonical bytes are.
 *
 * Strings and numbers are looked up as they are, for nothing but the cost of a Map; other keys by the text of their bytes.
 * A key is checked the first time it is put in, not at every look-up: NaN, lone surrogates and class instances are refused there.
 */
import { decodeValue, encodeKey, keyText, type Coder } from '@tidemark/core'
import { textOfBytes } from './byte-text.ts'

/** The key that stands for all equal ones: -0 and 0 are one key, so results name it 0, whichever came first. */
export function canonicalKey(key: unknown, coder?: Coder<unknown>): unknown {
  if (coder !== undefined) return coder.decode(coder.encode(key))
  if (typeof key === 'string') return key
  return typeof key === 'number' ? key + 0 : decodeValue(encodeKey(key))
}

/** A map by key. */
export class KeyIndex<V> {
  readonly #plain = new Map<string | number, V>()
  readonly #encoded = new Map<string, V>()
  readonly #coder: Coder<unknown> | undefined

  constructor(coder: Coder<unknown> | undefined) {
    this.#coder = coder
  }

  get size(): number {
    return this.#plain.size + this.#encoded.size
  }

  get(key: unknown): V | undefined {
    if (this.#coder === undefined && (typeof key === 'string' || (typeof key === 'number' && key === key))) {
      return this.#plain.get(key)
    }
    return this.#encoded.get(this.#text(key))
  }

  set(key: unknown, value: V): void {
    if (this.#coder === undefined && (typeof key === 'string' || typeof key === 'number')) {
      // Text is looked through, and no number but NaN is refused.
      if (typeof key === 'string' || Number.isNaN(key)) keyText(key)
      this.#plain.set(key, value)
    } else {
      this.#encoded.set(this.#text(key), value)
    }
  }

  delete(key: unknown): void {
    if (this.#coder === undefined && (typeof key === 'string' || typeof key === 'number')) this.#plain.delete(key)
    else this.#encoded.delete(this.#text(key))
  }

  #text(key: unknown): string {
    return this.#coder === undefined ? keyText(key) : textOfBytes(this.#coder.encode(key))
  }
}
