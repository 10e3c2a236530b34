/**
 * Reading of UTF-8, strictly: what {@link decodeUtf8} accepts is exactly what an encoder of well-formed text writes.
 *
 * Overlong forms, encoded surrogates and cut sequences are refused, so that equal text means equal bytes in both
 * directions.
 */

/** Reads `bytes` from `start` up to `end` as UTF-8; undefined when they are not well-formed. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string | undefined {
  let at = start
  while (at < end && (bytes[at] ?? 0) < 0x80) at += 1
  const ascii = oneCharacterPerByte(bytes, start, at)
  if (at === end) return ascii
  const rest = decodeMixed(bytes, at, end)
  return rest === undefined ? undefined : ascii + rest
}

/** The text whose code units are the bytes from `start` up to `end`. */
export function oneCharacterPerByte(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let at = start
  // Several at a time: the fastest way without the platform's decoders, for short text and for long.
  for (; at + 8 <= end; at += 8) {
    text += String.fromCharCode(
      bytes[at] ?? 0,
      bytes[at + 1] ?? 0,
      bytes[at + 2] ?? 0,
      bytes[at + 3] ?? 0,
      bytes[at + 4] ?? 0,
      bytes[at + 5] ?? 0,
      bytes[at + 6] ?? 0,
      bytes[at + 7] ?? 0,
    )
  }
  for (; at < end; at += 1) text += String.fromCharCode(bytes[at] ?? 0)
  return text
}

function decodeMixed(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = ''
  let at = start
  while (at < end) {
    const first = bytes[at] ?? 0
    at += 1
    if (first < 0x80) {
      text += String.fromCharCode(first)
      continue
    }
    const more = first < 0xc2 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : 0
    if (more === 0 || at + more > end) return undefined
    let code = first & (0x3f >> more)
    for (const last = at + more; at < last; at += 1) {
      const next = bytes[at] ?? 0
      if ((next & 0xc0) !== 0x80) return undefined
      code = (code << 6) | (next & 0x3f)
    }
    if (more === 2 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return undefined
    if (more === 3 && (code < 0x10000 || code > 0x10ffff)) return undefined
    text += String.fromCodePoint(code)
  }
  return text
}
