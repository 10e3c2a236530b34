/**
 * The order of texts by code point: that of their UTF-8 bytes, of databases and of sorted files.
 *
 * JavaScript's own `<` goes by UTF-16 code units, in which an emoji comes before `U+FFFD`. The two orders differ only where a surrogate
 * meets one of the last code units.
 */

/** Compares two texts by code point. Negative, zero or positive. */
export function compareTexts(a: string, b: string): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i += 1) {
    const unit = a.charCodeAt(i)
    const other = b.charCodeAt(i)
    if (unit !== other) return rankOf(unit) - rankOf(other)
  }
  return a.length - b.length
}

// Surrogates stand for code points behind all others.
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
