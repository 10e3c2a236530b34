/**
 * Random pipelines with side inputs, random arrivals at their sources, and how they are played.
 *
 * Times are ticks; a tick is an hour, so that days of a calendar can be seen as well as windows of a few ticks.
 */
import {
  afterCount,
  afterWatermark,
  asIterable,
  asMap,
  asMultimap,
  asSingleton,
  combinePerKey,
  defaultTrigger,
  filter,
  fixedWindows,
  flatMap,
  globalWindow,
  hours,
  map,
  milliseconds,
  parDo,
  read,
  repeatedly,
  reshuffle,
  sessions,
  slidingWindows,
  boundedOutOfOrderness,
  windowInto,
  withKeys,
  withTimestamps,
  type KV,
  type LedgerEntry,
  type PCollection,
  type Root,
  type SideInput,
  type SideInputReadiness,
  type Trigger,
  type WindowedValue,
  type WindowFn,
  type WindowingOptions,
} from '@tidemark/core'
import { calendarDays } from '@tidemark/core/calendar'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import fc from 'fast-check'
import { Engine, type EngineInput, type EngineOptions } from '../../../src/execution/engine.ts'
import { described } from '../scripted.ts'

/** A tick in milliseconds. */
export const TICK = 3_600_000

/** An element: its tick, its key, its number. */
export type Arriving = readonly [at: number, key: unknown, value: number]

const SOURCES = ['Main', 'Side', 'Other'] as const
/** A source. */
export type SourceName = (typeof SOURCES)[number]

/** What happens to a source. */
export type Arrival =
  | { readonly source: SourceName; readonly offer: readonly Arriving[] }
  | { readonly source: SourceName; readonly watermark: number }
  | { readonly source: SourceName; readonly idle: true }

type Windows = 'fixed' | 'wide' | 'sliding' | 'days' | 'sessions' | 'global'
type Form = 'singleton' | 'iterable' | 'map' | 'multimap'

/** A view of a source. */
export interface ViewSpec {
  readonly source: SourceName
  readonly windows: Exclude<Windows, 'sessions'>
  readonly form: Form
  readonly lateness: number
  readonly ready: SideInputReadiness
}

/** A pipeline: what is read, which views it sees, and what comes before and after. */
export interface SideSpec {
  readonly windows: Windows
  readonly lateness: number
  /** What stands before the step: nothing, what moves timestamps, beyond windows too, or a grouping whose panes come. */
  readonly above: 'elements' | 'moved' | 'accumulating' | 'retracting' | 'rewindowed'
  readonly reader: 'map' | 'filter' | 'flatMap' | 'withKeys' | 'parDo' | 'twice'
  readonly below: 'nothing' | 'sum' | 'reshuffle'
  readonly views: readonly ViewSpec[]
  /** Disorder by which each source moves its watermark; undefined where it is told. */
  readonly disorder: Readonly<Record<SourceName, number | undefined>>
}

const viewSpec = (readies: readonly SideInputReadiness[]): fc.Arbitrary<ViewSpec> =>
  fc.record({
    source: fc.constantFrom('Main', 'Side', 'Side', 'Side', 'Other'),
    windows: fc.constantFrom('fixed', 'wide', 'sliding', 'days', 'global'),
    form: fc.constantFrom('singleton', 'iterable', 'map', 'multimap'),
    lateness: fc.constantFrom(0, 0, 3, 20),
    ready: fc.constantFrom(...readies),
  })

const disorder = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined })

/** Pipelines whose views are read as one of these says; views of the global window are of bounded sources then. */
export function sideSpecs(...readies: readonly SideInputReadiness[]): fc.Arbitrary<SideSpec> {
  return fc
    .record({
      windows: fc.constantFrom<Windows>('fixed', 'fixed', 'wide', 'sliding', 'days', 'sessions', 'global'),
      lateness: fc.constantFrom(0, 0, 3, 20),
      above: fc.constantFrom<SideSpec['above']>(
        'elements',
        'elements',
        'moved',
        'accumulating',
        'retracting',
        'rewindowed',
      ),
      reader: fc.constantFrom<SideSpec['reader']>('map', 'filter', 'flatMap', 'withKeys', 'parDo', 'twice'),
      below: fc.constantFrom<SideSpec['below']>('nothing', 'sum', 'sum', 'reshuffle'),
      views: fc.array(viewSpec(readies), { minLength: 1, maxLength: 2 }),
      disorder: fc.record({ Main: disorder, Side: disorder, Other: disorder }),
    })
    .map(possible)
}

// The global window sees only itself, before its end no pane of it fires, and changes see what is final.
function possible(spec: SideSpec): SideSpec {
  if (spec.windows === 'global') {
    const fed = spec.above === 'moved' ? 'moved' : 'elements'
    return { ...spec, above: fed, views: spec.views.map((view) => ({ ...view, windows: 'global' })) }
  }
  return spec.above === 'retracting'
    ? { ...spec, views: spec.views.map((view) => ({ ...view, ready: 'final' })) }
    : spec
}

const KEYS = ['a', 'b', 'ä', null, 0, -0, ['x', 1], { at: 1 }]

/** Arrivals between tick -5 and 60, in disorder, with watermarks that run ahead now and then, and sources that fall silent. */
export function arrivals(silences: boolean): fc.Arbitrary<readonly Arrival[]> {
  const source = fc.constantFrom<SourceName>(...SOURCES, 'Main')
  const element = fc.tuple(fc.integer({ min: -5, max: 60 }), fc.constantFrom(...KEYS), fc.integer({ min: 0, max: 3 }))
  const offers = fc.array(element, { minLength: 1, maxLength: 5 })
  const event = fc.oneof(
    { weight: 6, arbitrary: offers.map((offer) => ({ offer })) },
    { weight: 3, arbitrary: fc.integer({ min: -12, max: 70 }).map((watermark) => ({ watermark })) },
    { weight: silences ? 1 : 0, arbitrary: fc.constant({ idle: true as const }) },
  )
  return fc.array(
    fc.tuple(source, event).map(([name, what]): Arrival => ({ source: name, ...what })),
    { maxLength: 16 },
  )
}

/** The same arrivals with every element in a bundle of its own. */
export function inSingles(list: readonly Arrival[]): readonly Arrival[] {
  return list.flatMap((arrival): readonly Arrival[] =>
    'offer' in arrival ? arrival.offer.map((element) => ({ ...arrival, offer: [element] })) : [arrival],
  )
}

/** The elements of a source, in the order of arrival. */
export function elementsOf(list: readonly Arrival[], name: SourceName): readonly Arriving[] {
  return list.flatMap((arrival) => (arrival.source === name && 'offer' in arrival ? arrival.offer : []))
}

function windowFnOf(windows: Windows): WindowFn {
  switch (windows) {
    case 'fixed':
      return fixedWindows(hours(10))
    case 'wide':
      return fixedWindows(hours(15))
    case 'sliding':
      return slidingWindows(hours(12), hours(4))
    case 'days':
      return calendarDays({ zone: 'Europe/Berlin' })
    case 'sessions':
      return sessions(hours(4))
    case 'global':
      return globalWindow()
  }
}

function late(lateness: number, trigger: Trigger, accumulationMode: 'accumulating' | 'retracting'): WindowingOptions {
  return { allowedLateness: milliseconds(lateness * TICK), trigger, accumulationMode }
}

const earlyAndLate = afterWatermark({ early: afterCount(1), late: afterCount(1) })

type Pairs = PCollection<KV<unknown, number>>

/** Builds a pipeline. Sources that are seen in the global window are bounded. */
export function pipelineOf(spec: SideSpec): (root: Root) => Readonly<Record<string, PCollection<unknown>>> {
  return (root) => {
    const bounded = spec.windows === 'global' || spec.views.some(({ windows }) => windows === 'global')
    const sources = new Map<SourceName, Pairs>()
    const sourceOf = (name: SourceName): Pairs => {
      const bound = spec.disorder[name]
      const source =
        sources.get(name) ??
        root.pipe(
          read(name, described<Arriving>(bounded), {
            timestamp: ([at]) => at * TICK,
            ...(bound !== undefined && { watermark: boundedOutOfOrderness(milliseconds(bound * TICK)) }),
          }),
          map(([, key, value]) => [key, value] as const),
        )
      sources.set(name, source)
      return source
    }
    const views = spec.views.map((view, index) => viewOf(sourceOf(view.source), view, `View${index}`))
    return { out: below(spec, reading(spec, above(spec, sourceOf('Main')), views)) }
  }
}

function viewOf(source: Pairs, { windows, form, lateness, ready }: ViewSpec, name: string): SideInput<unknown> {
  // Values of a key in a window are made one for a map, so that some maps can be read.
  const trigger = ready === 'final' ? defaultTrigger() : repeatedly(afterCount(2))
  const windowed = source.pipe(windowInto(windowFnOf(windows), late(lateness, trigger, 'accumulating')))
  switch (form) {
    case 'singleton':
      return windowed.pipe(
        map(([, value]) => value),
        asSingleton(name, { ready, default: 'none' }),
      )
    case 'iterable':
      return windowed.pipe(asIterable(name, { ready }))
    case 'map':
      return windowed.pipe(
        map(([key, value]) => [[key, value], value] as const),
        asMap(name, { ready }),
      )
    case 'multimap':
      return windowed.pipe(asMultimap(name, { ready }))
  }
}

function above({ above: kind, windows, lateness }: SideSpec, main: Pairs): Pairs {
  if (kind === 'elements' || kind === 'moved') {
    const windowed = main.pipe(windowInto(windowFnOf(windows), late(lateness, defaultTrigger(), 'accumulating')))
    return kind === 'elements' ? windowed : windowed.pipe(withTimestamps(([, value]) => (70 + value) * TICK))
  }
  const mode = kind === 'retracting' ? 'retracting' : 'accumulating'
  const summed = main.pipe(
    windowInto(windowFnOf(windows), late(lateness, earlyAndLate, mode)),
    combinePerKey('Above', sum()),
  )
  // Panes of one key and window may come into several windows, some of which wait.
  return kind === 'rewindowed' ? summed.pipe(windowInto(slidingWindows(hours(8), hours(4)))) : summed
}

/** What an element saw, as plain data. */
function seen(side: Readonly<Record<string, unknown>>, key: unknown): unknown {
  return Object.entries(side).map(([name, value]) => {
    if (!isMap(value)) return [name, value]
    return [name, value.size, value.get(key), value.get([key, 1]), [...value]].map((part) => part ?? 'none')
  })
}

function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return typeof value === 'object' && value !== null && 'size' in value
}

function reading(
  { reader }: SideSpec,
  main: Pairs,
  views: readonly SideInput<unknown>[],
): PCollection<KV<unknown, unknown>> {
  const side = Object.fromEntries(views.map((view, index) => [`v${index}`, view]))
  const options = { side, onError: 'dead-letter' } as const
  const see = ([key, value]: KV<unknown, number>, values: Readonly<Record<string, unknown>>): KV<unknown, unknown> => [
    key,
    [value, seen(values, key)],
  ]
  switch (reader) {
    case 'map':
      return main.pipe(map(see, options))
    case 'filter':
      return main.pipe(filter((pair, values) => JSON.stringify(see(pair, values)).length % 2 === 0, options))
    case 'flatMap':
      return main.pipe(flatMap((pair, values) => (pair[1] === 1 ? [] : [see(pair, values), see(pair, {})]), options))
    case 'withKeys':
      return main.pipe(withKeys((pair, values) => see(pair, values), options))
    case 'parDo':
      return main.pipe(
        parDo({
          ...options,
          *process(pair: KV<unknown, number>, context) {
            if (pair[1] > 0) yield see(pair, context.side)
          },
        }),
      )
    case 'twice':
      return main.pipe(
        map(([key, value]) => [key, value] as const),
        filter(([, value], values) => value < 9 || Object.keys(values).length > 5, options),
        map(see, options),
      )
  }
}

function below({ below: kind, above: panes }: SideSpec, out: PCollection<KV<unknown, unknown>>): PCollection<unknown> {
  if (kind === 'reshuffle') return out.pipe(reshuffle())
  // Several panes may not be grouped again.
  if (kind === 'nothing' || panes === 'accumulating' || panes === 'rewindowed') return out
  return out.pipe(
    map(([key]) => [key, 1] as const),
    combinePerKey('Below', sum()),
  )
}

/** What an engine made of arrivals. */
export interface Played {
  readonly graph: PipelineGraph
  readonly engine: Engine
  readonly outputs: readonly WindowedValue<unknown>[]
  readonly ledger: readonly LedgerEntry[]
  /** The watermark of the output after each arrival. */
  readonly watermarks: readonly number[]
}

/** Plays arrivals to an engine; with `restores`, to one that is made anew from its snapshot before each. */
export function play(spec: SideSpec, list: readonly Arrival[], options: EngineOptions = {}, restores = false): Played {
  const outputs: WindowedValue<unknown>[] = []
  const ledger: LedgerEntry[] = []
  const watermarks: number[] = []
  const all: EngineOptions = {
    ...options,
    settled: true,
    onOutput: (_, values) => void outputs.push(...values),
    onLedger: (entry) => void ledger.push(entry),
  }
  const graph = buildGraph(pipelineOf(spec))
  let engine = new Engine(graph, all)
  const restored = (): void => {
    if (!restores) return
    const snapshot = engine.snapshot()
    engine = new Engine(buildGraph(pipelineOf(spec)), all)
    engine.restore(snapshot)
  }
  for (const input of engine.inputs) input.openSplits(['0'])
  const offsets = new Map<SourceName, number>()
  for (const arrival of list) {
    restored()
    const input = inputOf(engine, arrival.source)
    if (input === undefined) continue
    if ('offer' in arrival) {
      const start = offsets.get(arrival.source) ?? 0
      offsets.set(arrival.source, start + arrival.offer.length)
      const places = arrival.offer.map((_, index) => start + index)
      input.offer('0', {
        elements: arrival.offer,
        offsets: places,
        rejected: [],
        position: null,
        bytes: 0,
        done: false,
      })
    } else if ('watermark' in arrival) input.advanceWatermark('0', arrival.watermark * TICK)
    else input.markIdle('0')
    engine.assertConserved()
    watermarks.push(engine.outputWatermark('out'))
  }
  for (const name of SOURCES) {
    restored()
    inputOf(engine, name)?.complete('0')
    watermarks.push(engine.outputWatermark('out'))
  }
  engine.assertConserved()
  return { graph, engine, outputs, ledger, watermarks }
}

function inputOf(engine: Engine, name: SourceName): EngineInput | undefined {
  return engine.inputs.find(({ step }) => step.path === name)
}
