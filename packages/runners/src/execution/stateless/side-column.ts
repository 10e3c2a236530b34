/**
 * SideColumn: what each row of the bundle at hand sees of the side inputs of its step.
 *
 * A gate fills it before it hands a bundle to the chain behind it. The step with the side inputs is the first of its chain, so the
 * rows of the bundle are its own. Steps without side inputs have an empty one.
 */
import type { SideInputs, SideValues } from '@tidemark/core'

const NO_VALUES: SideValues<SideInputs> = Object.freeze({})

/** The side values of the rows of one bundle; used again for the next. */
export class SideColumn {
  #values: readonly SideValues<SideInputs>[] = []
  #next = 0

  /** Takes the side values of the rows of the next bundle, one for each. */
  fill(values: readonly SideValues<SideInputs>[]): void {
    this.#values = values
    this.#next = 0
  }

  /** The side values of a row. */
  at(row: number): SideValues<SideInputs> {
    return this.#values[row] ?? NO_VALUES
  }

  /** The side values of the next row: for functions that are called for every row once, in order. */
  next(): SideValues<SideInputs> {
    return this.at(this.#next++)
  }
}
