/**
 * The sum of floats the way one writes it by hand; its last digits depend on the order.
 */
import { amounts, PASSES } from '../numbers.ts'

const numbers = amounts()

/** Adds up the amounts. */
export function run(): string {
  let total = 0
  for (let pass = 0; pass < PASSES; pass += 1) {
    total = 0
    for (const number of numbers) total += number
  }
  return `sum ${total.toFixed(2)}`
}
