/**
 * Keys as text, for use in a Map.
 *
 * Texts are the same if and only if the canonical bytes of the keys are. Text stands for itself, so the most common
 * keys cost nothing but a look at their characters.
 */
import { encodeKey } from './canonical-bytes.ts'
import { refusal } from './refusal.ts'
import { oneCharacterPerByte } from './utf8.ts'

/**
 * Returns a text that stands for a key: the same for equal keys, different for others. Not for storage: its form may
 * change.
 *
 * **Contract** — `keyText(a) === keyText(b)` if and only if `encodeKey(a)` and `encodeKey(b)` are equal. Refuses what
 * {@link encodeKey} refuses.
 *
 * ```ts
 * keyText('eu') // => 'eu'
 * keyText(1) === keyText('1') // => false
 * keyText({ a: 1, b: 2 }) === keyText({ b: 2, a: 1 }) // => true
 * ```
 */
export function keyText(key: unknown): string {
  switch (typeof key) {
    case 'string':
      return textOfText(key)
    case 'number':
      // Distinct doubles have distinct texts; adding zero turns -0 into 0.
      if (!Number.isNaN(key)) return `\u0000${key + 0}`
      throw refusal(key, 'key')
    default:
      return binaryText(encodeKey(key))
  }
}

// All texts but those of text begin with a zero and a character other than ".": text that begins with a zero gets both.
function textOfText(text: string): string {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code < 0xd800 || code > 0xdfff) continue
    const low = text.charCodeAt(i + 1)
    if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) throw refusal(text, 'key')
    i += 1
  }
  return text.charCodeAt(0) === 0 ? `\u0000.${text}` : text
}

// The version byte, 1, is a character no number begins with.
function binaryText(bytes: Uint8Array): string {
  return `\u0000${oneCharacterPerByte(bytes, 0, bytes.length)}`
}
