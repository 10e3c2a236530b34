/**
 * Making a failing arrival smaller: what can be taken away, or made plainer, while it still fails.
 *
 * Every step taken makes the arrival less by {@link weightOf}, so it ends.
 */
import type { Arrival, ArrivalEvent } from './arrival.ts'

/** Returns the smallest arrival found for which `fails` holds, after at most `attempts` trials. */
export function shrunk(arrival: Arrival, fails: (arrival: Arrival) => boolean, attempts = 1000): Arrival {
  let smallest = arrival
  let left = attempts
  for (let progress = true; progress && left > 0;) {
    progress = false
    for (const candidate of smaller(smallest)) {
      if (weightOf(candidate) >= weightOf(smallest)) continue
      left -= 1
      if (left < 0) break
      if (!fails(candidate)) continue
      smallest = candidate
      progress = true
      break
    }
  }
  return smallest
}

/** How much there is to understand: elements first, then events, then splits and shards, then disorder. */
export function weightOf({ events, splits, shards, mode }: Arrival): number {
  const elements = events.flatMap((event) => (event.kind === 'elements' ? event.elements : []))
  const parts = Object.values(splits).reduce((sum, names) => sum + names.length, 0) + shards
  const live = mode === 'live' ? 1 : 0
  return elements.length * 1e9 + events.length * 1e6 + (parts + live) * 1e4 + Math.min(9999, disorder(elements))
}

function* smaller(arrival: Arrival): Iterable<Arrival> {
  const { events } = arrival
  for (let size = Math.ceil(events.length / 2); size >= 2; size = Math.ceil(size / 2)) {
    for (let start = 0; start < events.length; start += size)
      yield { ...arrival, events: events.toSpliced(start, size) }
    if (size === 2) break
  }
  for (const index of events.keys()) yield { ...arrival, events: events.toSpliced(index, 1) }
  for (const [index, event] of events.entries()) {
    if (event.kind !== 'elements' || event.elements.length < 2) continue
    for (const element of event.elements.keys()) {
      const less: ArrivalEvent = { ...event, elements: event.elements.toSpliced(element, 1) }
      yield { ...arrival, events: events.toSpliced(index, 1, less) }
    }
  }
  yield* plainer(arrival)
}

function* plainer(arrival: Arrival): Iterable<Arrival> {
  const { events } = arrival
  yield { ...arrival, shards: 1 }
  yield { ...arrival, mode: 'batch', events: events.filter(({ kind }) => kind === 'elements') }
  yield inOneSplit(arrival)
  // What one split says of time, the other may have held back.
  for (const [index, { kind }] of events.entries()) {
    if (kind === 'watermark') yield inOneSplit({ ...arrival, events: events.toSpliced(index, 1) })
  }
  for (const [index, event] of events.entries()) {
    const next = events[index + 1]
    if (event.kind !== 'elements' || next?.kind !== 'elements' || event.source !== next.source) continue
    if (event.split === next.split) {
      const both: ArrivalEvent = { ...event, elements: [...event.elements, ...next.elements] }
      yield { ...arrival, events: events.toSpliced(index, 2, both) }
    }
    yield { ...arrival, events: events.toSpliced(index, 2, next, event) }
  }
  for (const [index, event] of events.entries()) {
    if (event.kind !== 'elements') continue
    const inOrder = event.elements.toSorted((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0) || a.number - b.number)
    yield { ...arrival, events: events.toSpliced(index, 1, { ...event, elements: inOrder }) }
  }
}

function inOneSplit(arrival: Arrival): Arrival {
  const first = (source: string): string => arrival.splits[source]![0]!
  return {
    ...arrival,
    splits: Object.fromEntries(Object.entries(arrival.splits).map(([source, names]) => [source, [names[0]!]])),
    events: arrival.events.map((event) => ('split' in event ? { ...event, split: first(event.source) } : event)),
  }
}

/** Pairs that do not come in the order of their times, or, of one time, of their numbers. */
function disorder(elements: readonly { readonly timestamp: number | undefined; readonly number: number }[]): number {
  let pairs = 0
  for (const [index, a] of elements.entries()) {
    for (const b of elements.slice(index + 1)) {
      const [first, second] = [a.timestamp ?? 0, b.timestamp ?? 0]
      if (first > second || (first === second && a.number > b.number)) pairs += 1
    }
  }
  return pairs
}
