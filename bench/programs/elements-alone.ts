/**
 * No program at all: how much memory the elements take that every other one reads.
 */
import { EVENTS, registrarEvents } from '../events.ts'

const events = registrarEvents(EVENTS)

/** Counts the elements. */
export function run(): string {
  return `${events.length} elements`
}
