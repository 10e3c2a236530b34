/**
 * nearestName: which of the known names a misspelled one was meant to be, for messages.
 */

/**
 * Returns the known name that is nearest to a given one, or `undefined` when none is near enough to be meant: misspelled, or one
 * of the two names a part of the other.
 *
 * ```ts
 * nearestName('allowedLatenes', ['trigger', 'allowedLateness']) // => 'allowedLateness'
 * nearestName('lateness', ['trigger', 'allowedLateness']) // => 'allowedLateness'
 * nearestName('parallelism', ['trigger', 'allowedLateness']) // => undefined
 * ```
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  return misspelledName(given, known) ?? known.find((candidate) => isPart(plain(given), plain(candidate)))
}

/** Returns the known name of which a given one is a misspelling: up to a third of its characters wrong, missing, too many or swapped. */
export function misspelledName(given: string, known: readonly string[]): string | undefined {
  const name = plain(given)
  const most = Math.max(1, Math.floor(name.length / 3))
  const [best] = known
    .map((candidate) => ({ candidate, distance: distanceOf(name, plain(candidate)) }))
    .toSorted((a, b) => a.distance - b.distance)
  return best !== undefined && best.distance <= most ? best.candidate : undefined
}

// allowed_lateness and AllowedLateness are allowedLateness.
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

function isPart(a: string, b: string): boolean {
  return Math.min(a.length, b.length) > 2 && (a.includes(b) || b.includes(a))
}

/** How many characters must be changed, added, left out or swapped with the next to make one text of the other. */
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j += 1) {
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity
      row.push(Math.min(change, swap, at(i - 1, j) + 1, at(i, j - 1) + 1))
    }
  }
  return at(a.length, b.length)
}
