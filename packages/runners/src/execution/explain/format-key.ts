/**
 * formatKey: a key in a sentence.
 */

/** Writes a key, or another value, for people: as JSON where it can be, shortened when long. */
export function formatKey(key: unknown): string {
  const text = typeof key === 'bigint' ? `${key}n` : textOf(key)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function textOf(key: unknown): string {
  try {
    return JSON.stringify(key, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? String(key)
  } catch {
    return String(key)
  }
}
