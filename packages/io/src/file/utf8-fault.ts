/**
 * Where bytes stop being UTF-8, and how such bytes are shown.
 *
 * Text is never repaired silently: a replacement character in place of a byte would join what was different.
 */
import { isUtf8 } from 'node:buffer'

/** Index of the first byte at which `bytes` are not UTF-8 (RFC 3629), or -1 when all are. */
export function utf8Fault(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length === 0) return at
    at += length
  }
  return -1
}

/** Text of bytes for people: as it stands where it is UTF-8, otherwise with `\xNN` for each byte that is not ASCII; at most `limit` bytes of it. */
export function shownText(bytes: Buffer, start: number, end: number, limit = 1024): string {
  let cut = Math.min(end, start + limit)
  // Not inside of a character.
  while (cut > start && cut < end && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut--
  const part = bytes.subarray(start, cut)
  if (isUtf8(part)) return part.toString('utf8')
  return part
    .toString('latin1')
    .replace(/[\u0080-\u00ff]/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`)
}

function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  if (first < 0xc2 || first > 0xf4) return 0
  const second = bytes[at + 1] ?? 0
  // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return 0
  for (let i = 2; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0
  return length
}
