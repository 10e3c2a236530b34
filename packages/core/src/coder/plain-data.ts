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

/** Names up to this many are put in order in place: the engine's own sort takes a kilobyte for each record, however few they are. */
const FEW_NAMES = 24

/** The field names of a record in code unit order. */
export function fieldNames(value: PlainRecord): readonly string[] {
  const names = Object.keys(value)
  if (names.length > FEW_NAMES) return names.sort()
  for (let i = 1; i < names.length; i += 1) {
    const name = names[i]!
    let place = i
    for (; place > 0 && names[place - 1]! > name; place -= 1) names[place] = names[place - 1]!
    names[place] = name
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
