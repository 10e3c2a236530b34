/**
 * The functions of the chain: the same for every side, and cheap, so that what is measured is what stands around them.
 */
import type { RegistrarEvent } from './events.ts'

/** First step. */
export function price(event: RegistrarEvent): number {
  return event.amount * 3
}

/** Second step; it holds for half of the elements, at random. */
export function isEven(amount: number): boolean {
  return amount % 2 === 0
}

/** Third step. */
export function withFee(amount: number): number {
  return amount + 1
}
