/**
 * Plain data: what can be encoded without a coder of its own.
 *
 * Arrays, records (objects made by a literal or without a prototype) and bytes. An object of a class is none of these:
 * its meaning lies in code that bytes do not carry.
 */

/** A record: an object made by a literal or without a prototype. */
export type PlainRecord = Readonly<Record<string, unknown>>

/** Says whether an object is a record; a literal of another realm is one too. */
export function isRecord(value: object): value is PlainRecord {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  return (
    typeof prototype === 'object' &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, 'isPrototypeOf')
  )
}

/** Says whether a value is an array and not of a class derived from Array. */
export function isPlainArray(value: object): value is readonly unknown[] {
  if (!Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Array.prototype || (Array.isArray(prototype) && Object.hasOwn(prototype, 'concat'))
}

/**
 * Says whether a value is a Uint8Array. Node's Buffer is one, so equal bytes are equal whichever of the two holds them.
 */
export function isBytes(value: object): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value instanceof Uint8Array || tagOf(value) === '[object Uint8Array]')
}

/** The field names of a record in code unit order. */
export function fieldNames(value: PlainRecord): readonly string[] {
  const names = Object.keys(value)
  for (let i = 1; i < names.length; i += 1) {
    if ((names[i - 1] ?? '') > (names[i] ?? '')) return names.sort()
  }
  return names
}

/**
 * Says whether a record has fields named by symbols, which no encoding carries. Math, JSON and module namespaces have.
 */
export function hasSymbolFields(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length > 0
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value)
}
