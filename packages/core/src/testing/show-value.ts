/**
 * Values as short text for reports: as one would write them in a program, cut where they get long.
 */

const LONGEST = 120

/**
 * Writes a value so that values which differ look different.
 *
 * ```ts
 * showValue([-0, 1n, 'a', { b: null }]) // => "[-0, 1n, 'a', { b: null }]"
 * ```
 */
export function showValue(value: unknown): string {
  const text = written(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

function written(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${written(field)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}
