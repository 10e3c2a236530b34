/**
 * Random arrivals: other orders, bundles, splits, watermarks, silences, pauses, restores and shards for the same elements.
 *
 * Three paces: nothing is late; elements are late and accepted, so far as the pipeline's lateness allows; some come too late and are
 * dropped. What a read step says of its own watermark is kept to, or overstepped on purpose.
 */
import { END_OF_GLOBAL_WINDOW, MIN_TIMESTAMP, type Timestamp, type Trigger } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'
import type { Arrival, ArrivalEvent } from './arrival.ts'
import type { DataSet, Given, GivenSource } from './data-set.ts'
import type { Random } from './random.ts'

/** What may be varied beyond the order. */
export interface Variety {
  readonly drops: boolean
  readonly restores: boolean
}

type Pace = 'in-time' | 'late' | 'too-late'

interface Placed {
  readonly given: Given
  readonly split: string
  readonly arrival: number
}

/** What of a pipeline decides which arrivals are worth trying. */
interface Traits {
  /** How late an element may be at any step without being dropped. */
  readonly lateness: number
  /** Lengths of processing time that matter to triggers. */
  readonly delays: readonly number[]
}

/** Draws an arrival of all elements. */
export function randomArrival(graph: PipelineGraph, data: DataSet, variety: Variety, random: Random): Arrival {
  const mode = random.chance(0.2) ? 'batch' : 'live'
  const pace = random.pick<Pace>(['in-time', 'late', 'late', variety.drops ? 'too-late' : 'late'])
  const traits = traitsOf(graph)
  const count = random.pick([1, 1, 2, 3])
  const splits = Object.fromEntries(
    data.sources.map(({ path }) => [path, Array.from({ length: count }, (_, index) => String(index))]),
  )
  const placed = data.sources
    .flatMap((source) => placedElements(source, data, mode, pace, traits, splits[source.path]!, random))
    .toSorted((a, b) => a.arrival - b.arrival)
  const now = Math.max(0, ...data.elements.map(({ timestamp }) => timestamp ?? 0))
  const given = mode === 'batch' ? bundled(placed, random) : live(placed, data, pace, traits, now, random)
  const events = makesCalls(graph) ? withAnswers(given, random) : given
  return {
    mode,
    shards: random.pick([1, 1, 2, 8]),
    now,
    splits,
    events: variety.restores && random.chance(0.5) ? withRestores(events, random) : events,
  }
}

function traitsOf({ steps, collections }: PipelineGraph): Traits {
  const kept = steps.filter(({ payload }) =>
    ['groupByKey', 'combinePerKey', 'statefulParDo'].includes(payload.primitive),
  )
  const windowings = kept.map(({ inputs }) => collections[inputs[0]!]!.windowing)
  const own = kept.flatMap(({ payload }) =>
    payload.primitive === 'statefulParDo' && payload.lateness !== undefined ? [payload.lateness] : [],
  )
  const lateness = Math.min(...windowings.map(({ allowedLateness }) => allowedLateness), ...own)
  return {
    lateness: lateness === Infinity ? 0 : lateness,
    delays: windowings.flatMap(({ trigger }) => delaysOf(trigger)),
  }
}

function delaysOf(trigger: Trigger): readonly number[] {
  switch (trigger.kind) {
    case 'after-processing-time':
      return trigger.steps.map((step) => ('delay' in step ? step.delay : step.align))
    case 'after-watermark':
      return [trigger.early, trigger.late].flatMap((part) => (part === undefined ? [] : delaysOf(part)))
    case 'repeatedly':
      return delaysOf(trigger.of)
    case 'after-any':
    case 'after-all':
    case 'after-each':
      return trigger.of.flatMap(delaysOf)
    case 'or-finally':
      return [...delaysOf(trigger.main), ...delaysOf(trigger.until)]
    default:
      return []
  }
}

/** Gives every element of a source a split and a time of arrival, some time after its own. */
function placedElements(
  { path, liveBound, historyBound }: GivenSource,
  { elements }: DataSet,
  mode: Arrival['mode'],
  pace: Pace,
  { lateness }: Traits,
  splits: readonly string[],
  random: Random,
): readonly Placed[] {
  const own = random.shuffled(elements.filter(({ source }) => source === path))
  const times = own.flatMap(({ timestamp }) => timestamp ?? []).toSorted((a, b) => a - b)
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0)
  const free = random.pick([0, Math.ceil((5 * span) / Math.max(1, times.length)), Math.ceil(span / 4), span, 2 * span])
  const promised = mode === 'batch' ? historyBound : liveBound
  // History that breaks its promise is dropped; live, the strategy is an estimate, and elements behind it are merely late.
  const bound =
    promised === undefined ? free : Math.min(free, promised + (mode === 'batch' ? 0 : slack(pace, lateness, span)))
  // Some lie so far behind that they must be late, where that is wanted.
  const stragglers = pace === 'too-late' && mode === 'live' ? 0.2 : 0
  return own.map((given) => ({
    given,
    split: random.pick(splits),
    arrival:
      (given.timestamp ?? times[0] ?? 0) +
      (random.chance(stragglers) ? random.int(0, 2 * (span + lateness)) : random.int(0, bound)),
  }))
}

function slack(pace: Pace, lateness: number, span: number): number {
  return pace === 'in-time' ? 0 : pace === 'late' ? lateness : lateness + span
}

/** Bundles, with watermarks and what else happens live between them. */
function live(
  placed: readonly Placed[],
  { sources }: DataSet,
  pace: Pace,
  traits: Traits,
  start: number,
  random: Random,
): readonly ArrivalEvent[] {
  const lags = new Map(
    sources.flatMap(({ path, liveBound }) =>
      liveBound === undefined
        ? [
            [
              path,
              lagOf(
                placed.filter(({ given }) => given.source === path),
                traits,
                pace,
                random,
              ),
            ],
          ]
        : [],
    ),
  )
  const latest = new Map<string, Timestamp>()
  let now = start
  return bundled(placed, random).flatMap((event): readonly ArrivalEvent[] => {
    if (event.kind !== 'elements') return [event]
    const { source, split } = event
    const times = event.elements.flatMap(({ timestamp }) => timestamp ?? [])
    const place = `${source} ${split}`
    latest.set(place, Math.max(latest.get(place) ?? -Infinity, ...times))
    const lag = lags.get(source)
    const to = within(latest.get(place)! - (lag ?? 0) - random.pick([0, 0, 1]))
    const isMoved = lag !== undefined && Number.isFinite(to) && random.chance(0.7)
    if (random.chance(0.3)) now += random.pick([1, 1000, ...traits.delays, ...traits.delays.map((delay) => delay + 1)])
    return [
      event,
      ...(isMoved ? [{ kind: 'watermark' as const, source, split, to }] : []),
      ...(now > start && random.chance(0.5) ? [{ kind: 'pause' as const, to: now }] : []),
      ...(random.chance(0.05) ? [{ kind: 'idle' as const, source, split }] : []),
    ]
  })
}

/** A watermark where one can be: never at the end of time, where only completion leads. */
function within(time: number): Timestamp {
  return Number.isFinite(time) ? Math.min(END_OF_GLOBAL_WINDOW, Math.max(MIN_TIMESTAMP, time)) : time
}

/** How far the watermark stays behind the latest timestamp of a split, for a source that leaves it open. */
function lagOf(placed: readonly Placed[], { lateness }: Traits, pace: Pace, random: Random): number {
  const latest = new Map<string, Timestamp>()
  let [disorder, first, last] = [0, Infinity, -Infinity]
  for (const { given, split } of placed) {
    if (given.timestamp === undefined) continue
    const before = latest.get(split) ?? given.timestamp
    disorder = Math.max(disorder, before - given.timestamp)
    latest.set(split, Math.max(before, given.timestamp))
    first = Math.min(first, given.timestamp)
    last = Math.max(last, given.timestamp)
  }
  const span = Math.max(0, last - first)
  const accepted = Math.max(0, disorder - lateness)
  if (pace === 'in-time') return disorder
  if (pace === 'late') return random.pick([accepted, random.int(accepted, disorder)])
  // The last: ahead of all that has come, as of a source that is wrong about its progress.
  return random.pick([0, random.int(0, accepted), -random.int(0, 2 * (lateness + span))])
}

/** Neighbours of one split, in bundles of some size. */
function bundled(placed: readonly Placed[], random: Random): readonly ArrivalEvent[] {
  const most = random.pick([1, 3, 8, placed.length])
  const events: ArrivalEvent[] = []
  for (let next = 0; next < placed.length;) {
    const { split, given } = placed[next]!
    const elements: Given[] = []
    for (let room = random.int(1, Math.max(1, most)); room > 0 && next < placed.length; room -= 1, next += 1) {
      const each = placed[next]!
      if (each.split !== split || each.given.source !== given.source) break
      elements.push(each.given)
    }
    events.push({ kind: 'elements', source: given.source, split, elements })
  }
  return events
}

function makesCalls({ steps }: PipelineGraph): boolean {
  return steps.some(({ payload }) => payload.primitive === 'mapAsync')
}

/** Ends of calls between the events, soon or late, in some order; those that are left end when all has come. */
function withAnswers(events: readonly ArrivalEvent[], random: Random): readonly ArrivalEvent[] {
  const pace = random.pick([0, 0.2, 0.5, 1])
  const inOrder = random.chance(0.3)
  const ends = (most: number): ArrivalEvent => ({
    kind: 'answers',
    places: Array.from({ length: random.int(1, most) }, () => (inOrder ? 0 : random.int(0, 20))),
  })
  const all = events.flatMap((event) => (random.chance(pace) ? [event, ends(random.pick([1, 3, 10]))] : [event]))
  return random.chance(0.5) ? [...all, ends(2 * events.length)] : all
}

/** A few restores, each after some event. */
function withRestores(events: readonly ArrivalEvent[], random: Random): readonly ArrivalEvent[] {
  const places = Array.from({ length: random.pick([1, 2, 4]) }, () => random.int(0, events.length - 1))
  return events.flatMap((event, index) => (places.includes(index) ? [event, { kind: 'restore' as const }] : [event]))
}
