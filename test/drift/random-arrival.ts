/**
 * Random arrivals: elements with duplicates, disorder and late bridges of sessions, in bundles, with watermarks that lag
 * enough, nearly enough or too little.
 */
import type { Element, PipelineSpec, SourceSpec } from './pipeline-spec.ts'
import type { Random } from './random.ts'
import type { Scenario, ScenarioEvent } from './scenario.ts'

/** How far the watermark goes: nothing is late, late elements are accepted, or some come too late. */
type Pace = 'in-time' | 'late' | 'too-late'

interface Placed {
  readonly source: number
  readonly split: number
  readonly element: Element
  /** Units between timestamp and arrival, where that is not left to chance. */
  readonly delay?: number
}

const KEYS: readonly (readonly unknown[])[] = [
  ['a'],
  ['a', 'b'],
  ['a', 'b', 'c'],
  [0, -0, '0'],
  [{ z: 1 }, ['x', -0], null],
]
const NUMBERS: readonly number[] = [
  1,
  1,
  2,
  2,
  3,
  5,
  -4,
  0,
  -0,
  0.1,
  0.2,
  0.3,
  1 / 3,
  1e16,
  -1e16,
  5e-324,
  2 ** 53 + 2,
  1e308,
  Infinity,
]
const ZONES: readonly string[] = ['UTC', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', 'Europe/Berlin']

/** Makes elements and their arrival for a pipeline. Sources get a watermark strategy or explicit watermarks. */
export function randomScenario(pipeline: PipelineSpec, random: Random): Scenario {
  const pace = random.pick<Pace>(['in-time', 'late', 'late', 'late', 'late', 'late', 'too-late', 'too-late'])
  const arriving = disordered(randomElements(pipeline, random), pipeline.unit, random)
  const lags = pipeline.sources.map((_, source) => randomLag(ofSource(arriving, source), pipeline, pace, random))
  const byStrategy = pipeline.sources.map(() => random.chance(0.5))
  const sources = pipeline.sources.map((source, index) =>
    byStrategy[index] ? { ...source, disorder: lags[index]! } : source,
  )
  const explicit = byStrategy.map((strategy, index) => (strategy ? undefined : lags[index]!))
  const spec: PipelineSpec = { ...pipeline, sources }
  const events = withRestores(withAnswers(toEvents(arriving, explicit, spec, random), pipeline, random), random)
  return {
    pipeline: spec,
    events,
    zone: random.pick(ZONES),
    ...(random.chance(0.05) && { maxFuture: random.int(5, 40) }),
    ...(random.chance(0.2) && { shards: random.pick([2, 8]) }),
  }
}

/** Puts restores between events: in some scenarios, before one event in four. */
function withRestores(events: readonly ScenarioEvent[], random: Random): readonly ScenarioEvent[] {
  if (random.chance(0.6)) return events
  return events.flatMap((event): readonly ScenarioEvent[] =>
    random.chance(0.25) ? [{ kind: 'restore' }, event] : [event],
  )
}

/** Lets calls end between events, where there are any; at the end all do. */
function withAnswers(
  events: readonly ScenarioEvent[],
  { stages }: PipelineSpec,
  random: Random,
): readonly ScenarioEvent[] {
  if (!stages.some(({ kind }) => kind === 'lookup')) return events
  return events.flatMap((event): readonly ScenarioEvent[] => {
    if (!random.chance(0.4)) return [event]
    return [event, { kind: 'answer', count: random.pick([1, 2, 6]), from: random.pick(['first', 'last']) }]
  })
}

function randomElements(pipeline: PipelineSpec, random: Random): readonly Placed[] {
  const { unit, base, sources } = pipeline
  const keys = random.pick(KEYS)
  const times = Array.from({ length: random.int(0, 18) }, () => random.int(-10, 60))
  const elements = times.map((units) => {
    const finer = random.chance(0.3) ? random.pick([-1, 1, unit / 2]) : 0
    const element: Element = [base + units * unit + finer, random.pick(keys), random.pick(NUMBERS)]
    return { ...randomPlace(sources, random), element }
  })
  const twice = elements.filter(() => random.chance(0.08))
  return [...elements, ...twice, ...randomBridges(pipeline, keys, random)]
}

/** Two sessions half a gap apart, an element between them that comes late, and one that moves the watermark before. */
function randomBridges(
  { unit, base, sources, stages }: PipelineSpec,
  keys: readonly unknown[],
  random: Random,
): readonly Placed[] {
  const gap = stages.flatMap((stage) =>
    stage.kind === 'window' && stage.windows.kind === 'sessions' ? [stage.windows.gap] : [],
  )[0]
  if (gap === undefined) return []
  return Array.from({ length: random.int(1, 4) }, () => {
    const [start, key] = [random.int(-10, 40), random.pick(keys)]
    const place = (units: number, delay: number, of: unknown): Placed => ({
      ...randomPlace(sources, random),
      element: [base + Math.round(units * unit), of, random.pick(NUMBERS)],
      delay,
    })
    const late = random.int(Math.ceil(2.5 * gap), 4 * gap)
    return [
      place(start, 0, key),
      place(start + 1.5 * gap, 0, key),
      place(start + random.pick([2.4, 3.2]) * gap, 0, random.pick(keys)),
      place(start + 0.75 * gap, late, key),
    ]
  }).flat()
}

function randomPlace(sources: readonly SourceSpec[], random: Random): { source: number; split: number } {
  const source = random.int(0, sources.length - 1)
  return { source, split: random.int(0, sources[source]!.splits - 1) }
}

/** Orders elements by arrival, some time after their timestamps: within a bound, or for some far behind all others. */
function disordered(elements: readonly Placed[], unit: number, random: Random): readonly Placed[] {
  const bound = random.pick([0, 3, 10, 30])
  const stragglers = random.chance(0.5) ? 0.2 : 0
  return elements
    .map((placed) => {
      const delay = placed.delay ?? (random.chance(stragglers) ? random.int(20, 100) : random.int(0, bound))
      return { placed, arrival: placed.element[0] + delay * unit }
    })
    .toSorted((a, b) => a.arrival - b.arrival)
    .map(({ placed }) => placed)
}

function ofSource(arriving: readonly Placed[], source: number): readonly Placed[] {
  return arriving.filter((each) => each.source === source)
}

/** How many units the watermark stays behind the latest timestamp of a split. */
function randomLag(arriving: readonly Placed[], { unit, stages }: PipelineSpec, pace: Pace, random: Random): number {
  const latest = new Map<number, number>()
  let disorder = 0
  for (const { split, element } of arriving) {
    const before = latest.get(split) ?? element[0]
    disorder = Math.max(disorder, Math.ceil((before - element[0]) / unit))
    latest.set(split, Math.max(before, element[0]))
  }
  const lateness = stages.flatMap((stage) => (stage.kind === 'window' ? [stage.options?.lateness ?? 0] : []))[0] ?? 0
  const accepted = Math.max(0, disorder - lateness)
  switch (pace) {
    case 'in-time':
      return disorder
    case 'late':
      return random.pick([accepted, accepted, random.int(accepted, disorder), random.int(0, accepted)])
    case 'too-late':
      return random.pick([0, random.int(0, accepted)])
  }
}

function toEvents(
  arriving: readonly Placed[],
  lags: readonly (number | undefined)[],
  { unit, base, sources }: PipelineSpec,
  random: Random,
): readonly ScenarioEvent[] {
  const events: ScenarioEvent[] = []
  const latest = new Map<string, number>()
  const most = random.pick([1, 3, 8])
  let clock = base
  let next = 0
  while (next < arriving.length) {
    const { source, split } = arriving[next]!
    const elements: Element[] = []
    for (let room = random.int(1, most); room > 0 && next < arriving.length; room -= 1) {
      const each = arriving[next]!
      if (each.source !== source || each.split !== split) break
      elements.push(each.element)
      next += 1
    }
    events.push({ kind: 'offer', source, split, elements })
    const place = `${source}.${split}`
    latest.set(place, Math.max(latest.get(place) ?? -Infinity, ...elements.map(([at]) => at)))
    const lag = lags[source]
    if (lag !== undefined && random.chance(0.7)) {
      events.push({ kind: 'watermark', source, split, to: latest.get(place)! - lag * unit - random.pick([0, 0, 1]) })
    }
    if (random.chance(0.3)) {
      clock += random.int(0, 3) * unit
      events.push({ kind: 'tick', to: clock })
    }
    if (sources[source]!.splits > 1 && random.chance(0.05)) events.push({ kind: 'idle', source, split })
  }
  return events
}
