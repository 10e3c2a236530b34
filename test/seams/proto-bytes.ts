/**
 * The wire format of protocol buffers, as far as payloads of a Beam pipeline need it: fields of numbers, texts, bytes and messages.
 *
 * Fields are written in the order given, and those of value zero are left out, as proto3 does for scalars.
 */

/** A field: its number and its value. `undefined` leaves it out; a number or bigint is a varint; text and bytes stand as they are. */
export type ProtoField = readonly [
  number: number,
  value: string | number | bigint | boolean | Uint8Array | undefined | readonly (string | Uint8Array)[],
]

/** Writes a message. */
export function protoMessage(...fields: readonly ProtoField[]): Uint8Array {
  return concat(
    fields.flatMap(([number, value]) => (Array.isArray(value) ? value : [value]).map((one) => field(number, one))),
  )
}

/** Writes the entries of a map field, by key. */
export function protoMap(number: number, entries: Readonly<Record<string, Uint8Array>>): readonly ProtoField[] {
  return Object.entries(entries).map(([key, value]) => [number, protoMessage([1, key], [2, value])] as const)
}

function field(number: number, value: Exclude<ProtoField[1], readonly unknown[]>): Uint8Array {
  if (value === undefined || value === 0 || value === 0n || value === false || value === '') return new Uint8Array()
  if (typeof value === 'string') return delimited(number, new TextEncoder().encode(value))
  // A message that was given is there, even when it is empty.
  if (value instanceof Uint8Array) return delimited(number, value)
  return concat([varint(BigInt(number) << 3n), varint(BigInt(value))])
}

function delimited(number: number, bytes: Uint8Array): Uint8Array {
  return concat([varint((BigInt(number) << 3n) | 2n), varint(BigInt(bytes.length)), bytes])
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
