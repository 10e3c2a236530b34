/**
 * How random a name looks: its information, in bits.
 *
 * Shannon's entropy of the letters of a name times its length. `www` has none, as every letter was to be expected after the first; a dozen
 * letters without a repetition have 43 bits.
 */

/** Bits of information in the letters of a name. */
export function bitsOf(name: string): number {
  const letters = new Map<string, number>()
  for (const letter of name) letters.set(letter, (letters.get(letter) ?? 0) + 1)
  let bits = 0
  for (const times of letters.values()) bits -= times * Math.log2(times / name.length)
  return bits
}
