/**
 * Dice: chance for generated events. The same seed throws the same on every machine.
 */
import { seededRandom } from '../../side-by-side/seeded-random.ts'

/** Draws from a seed. */
export class Dice {
  readonly #next: () => number

  constructor(seed: number) {
    this.#next = seededRandom(seed)
  }

  /** Whether something with that probability happens. */
  chance(probability: number): boolean {
    return this.#next() < probability
  }

  /** A whole number from `least` to `most`, both among them. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1))
  }

  /** One of several, all alike. */
  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#next() * choices.length)]!
  }
}
