/**
 * A sparkline: the shape of a series in one line of text.
 */

const LEVELS = '▁▂▃▄▅▆▇█'

/** Draws numbers as bars of eight heights, up to the largest; zero is a blank. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(...values, 1)
  return values.map((value) => (value <= 0 ? ' ' : LEVELS[Math.min(7, Math.floor((value / largest) * 8))])).join('')
}
