/**
 * Bytes as text, one character (code unit 0 to 255) for each byte.
 *
 * The engines store such text in a byte per character, compare it with `<` in the order of the bytes, sort it natively, find it
 * in a Map and cannot change it. Cells that are compared or ordered by bytes hold it, and so does the order of keys.
 */

/** Returns the text that stands for bytes. */
export function textOfBytes(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

/** Returns the bytes that a text of {@link textOfBytes} stands for. */
export function bytesOfText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}

/** Compares two texts as the bytes they stand for. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
