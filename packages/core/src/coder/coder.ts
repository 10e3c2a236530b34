/**
 * Coders: how a value becomes bytes and back.
 */

/**
 * Encodes values of one type.
 *
 * **Contract** — `decode(encode(value))` equals `value`, and equal values have equal bytes. `id` names the format and its
 * version; it is stored beside the bytes.
 */
export interface Coder<T> {
  readonly id: string
  readonly encode: (value: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => T
}
