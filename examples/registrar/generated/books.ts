/**
 * Books: what the generator knows of its own world, counted while it draws, and not from the events.
 *
 * So a metric over generated events has something to be compared with that shares no code with it.
 */

/** What has been drawn. Counts by a second name are of `TLD` or currency. */
export class Books {
  readonly #counts = new Map<string, number>()

  /** Adds to a figure. */
  add(figure: string, by = 1): void {
    this.#counts.set(figure, (this.#counts.get(figure) ?? 0) + by)
  }

  /** A figure; 0 for one that nothing was added to. */
  figure(figure: string): number {
    return this.#counts.get(figure) ?? 0
  }

  /** All figures, by name. */
  all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }
}
