/**
 * Three stateless steps as one loop.
 */
import { isEven, price, withFee } from '../chain-steps.ts'
import { ChainDigest } from '../digest.ts'
import { EVENTS, registrarEvents } from '../events.ts'

const events = registrarEvents(EVENTS)

/** Runs the loop once. */
export function run(): string {
  const digest = new ChainDigest()
  for (const event of events) {
    const amount = price(event)
    if (isEven(amount)) digest.add(withFee(amount))
  }
  return digest.toString()
}
