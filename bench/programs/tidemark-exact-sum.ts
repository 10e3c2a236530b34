/**
 * The exact sum of floats by Tidemark's combiner, called as an engine calls it.
 */
import { sum } from '@tidemark/transforms'
import { amounts, PASSES } from '../numbers.ts'

const numbers = amounts()
const { createAccumulator, addInput, extractOutput } = sum()

/** Adds up the amounts. */
export function run(): string {
  let total = 0
  for (let pass = 0; pass < PASSES; pass += 1) {
    let accumulator = createAccumulator()
    for (const number of numbers) accumulator = addInput(accumulator, number)
    total = extractOutput(accumulator)
  }
  return `sum ${total.toFixed(2)}`
}
