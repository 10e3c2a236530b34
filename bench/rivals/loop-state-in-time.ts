/**
 * A running total per key in the order of time the way one writes it by hand: events wait in an array that is sorted when half of
 * them may be due.
 */
import { ChainDigest } from '../digest.ts'
import { EVENTS, registrarEvents, type RegistrarEvent } from '../events.ts'

const events = registrarEvents(EVENTS)
const BOUND = 30_000

/** Runs events in the order of time, each once none before it can come any more; drops what comes later. */
export function run(): string {
  const digest = new ChainDigest()
  const totals = new Map<string, number>()
  let waiting: RegistrarEvent[] = []
  let latest = -Infinity
  let next = -Infinity
  const runDue = (time: number): void => {
    waiting.sort((a, b) => a.at - b.at || a.amount - b.amount)
    let due = 0
    for (; due < waiting.length && waiting[due]!.at < time; due++) {
      const { tld, amount } = waiting[due]!
      const total = (totals.get(tld) ?? 0) + amount
      totals.set(tld, total)
      digest.add(total)
    }
    waiting = waiting.slice(due)
  }
  for (const event of events) {
    if (event.at < latest - BOUND) continue
    waiting.push(event)
    if (event.at <= latest) continue
    latest = event.at
    if (latest < next) continue
    runDue(latest - BOUND)
    next = latest + BOUND
  }
  runDue(Infinity)
  return digest.toString()
}
