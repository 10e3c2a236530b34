/**
 * The lines of other.jsonl about side inputs: what the elements of a main input see of a view, from its first pane on as in Beam.
 */
import { maxTimestamp, sideWindow, type CombineFn, type SideInputView } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'
import type { OutputAt } from '@tidemark/runners/testing'
import { SOURCE, taggedElement, type BeamElement, type BeamEvent, type TaggedElement } from './beam-events.ts'
import { sorted } from './beam-panes.ts'
import { windowingOf, type BeamSettings, type WindowsOf } from './beam-settings.ts'
import { beamSideWindowFnOf } from './beam-windows.ts'
import { timeOf, windowOf, type BeamTime, type BeamWindow } from './beam-time.ts'
import { RawGraph } from './raw-graph.ts'

type View = 'map' | 'multimap' | 'iterable' | 'singleton' | 'singletonDefault' | 'sumSingleton'

/** What a line about side inputs says of its pipeline. */
export interface SideInputVector {
  readonly view?: View
  readonly side?: BeamSettings
  readonly main?: BeamSettings
  readonly downstream?: boolean
  readonly sideElements?: readonly BeamElement[]
  readonly events: readonly BeamEvent<BeamElement>[]
}

/** An element as it saw the view. */
export interface SeenOutput {
  readonly at: number
  readonly key?: string
  readonly window: BeamWindow
  readonly timestamp: BeamTime
  readonly value?: unknown
  readonly side?: unknown
}

/** One sum, as a list. */
const LISTED_SUM: CombineFn<number, number, readonly number[]> = {
  name: 'list of one sum',
  orderFree: true,
  createAccumulator: () => 0,
  addInput: (sum, value) => sum + value,
  mergeAccumulators: (a, b) => a + b,
  extractOutput: (sum) => [sum],
}

/** How each view reads the list of a window. Of nothing, a sum is 0. */
const FORMS: Readonly<Record<View, Pick<SideInputView, 'form' | 'fallback'>>> = {
  map: { form: 'map', fallback: undefined },
  multimap: { form: 'multimap', fallback: undefined },
  iterable: { form: 'iterable', fallback: undefined },
  singleton: { form: 'singleton', fallback: undefined },
  singletonDefault: { form: 'singleton', fallback: { value: -1 } },
  sumSingleton: { form: 'singleton', fallback: { value: 0 } },
}

/** The pipeline of a line: what was seen is the output `Outputs`, the grouping below it `First`. */
export function sideInputGraph(vector: SideInputVector, windows?: WindowsOf): PipelineGraph {
  const { view = 'iterable', side = {}, main = {}, sideElements, downstream } = vector
  const graph = new RawGraph()
  const source = graph.read(SOURCE)
  const tagged = (tag: string): number =>
    graph.stateless(source, 'filter', (element: TaggedElement) => element.tag === tag)
  const seen = sideElements === undefined ? tagged('s') : graph.create('Side', sideElements.map(taggedElement))
  const keyed = view === 'map' || view === 'multimap'
  const values = graph.stateless(seen, 'map', ({ key, value }: TaggedElement) => (keyed ? [key, value] : value))
  const windowed = graph.windowInto(values, windowingOf(side, undefined, windows && beamSideWindowFnOf))
  const underOneKey = graph.stateless(windowed, 'with-keys', () => null)
  const lists =
    view === 'sumSingleton'
      ? graph.combine('View', underOneKey, LISTED_SUM, true)
      : graph.groupByKey('View', underOneKey)
  const elements = sideElements === undefined ? tagged('m') : source
  const input = graph.windowInto(elements, windowingOf(main, undefined, windows))
  const outputs = graph.reading(
    'Outputs',
    input,
    lists,
    FORMS[view],
    ({ key, value }: TaggedElement, { view: shown }) => [key, [value, plain(shown)]],
  )
  graph.output('Outputs', outputs)
  if (downstream !== true) return graph.build()
  const pairs = graph.stateless(outputs, 'map', ([key, [value]]: readonly [string, readonly [number, unknown]]) => [
    key,
    value,
  ])
  return graph.output('First', graph.groupByKey('First', pairs)).build()
}

/** What was seen, one text for each element, and what of it need not have been remembered: see {@link theirSeen}. */
export interface Seen {
  readonly all: readonly string[]
  readonly inTime: readonly string[]
}

/**
 * What a line says was seen. In time are those elements that came while a main window that needs their side window was open: the
 * watermark had not passed its end and the lateness of the main input. Later ones see a window that Beam never forgets.
 */
export function theirSeen(vector: SideInputVector, outputs: readonly SeenOutput[], windows?: WindowsOf): Seen {
  const { windowFn } = windowingOf(vector.side ?? {}, undefined, windows && beamSideWindowFnOf)
  const { allowedLateness } = windowingOf(vector.main ?? {}, undefined, windows)
  const cameAt = arrivals(vector)
  const isInTime = ({ window, value }: SeenOutput): boolean =>
    cameAt.get(value)! <= maxTimestamp(sideWindow(windowFn, windowOf(window))) + allowedLateness
  const textOf = ({ at, key, window, timestamp, value, side }: SeenOutput): string =>
    JSON.stringify([at, key, windowOf(window), timeOf(timestamp), value, plain(side)])
  return { all: outputs.map(textOf).toSorted(), inTime: outputs.filter(isInTime).map(textOf).toSorted() }
}

/** The watermark at which each value came; each value comes once. */
function arrivals({ events }: SideInputVector): ReadonlyMap<unknown, number> {
  const cameAt = new Map<unknown, number>()
  let watermark = -Infinity
  for (const event of events) {
    if ('watermark' in event) watermark = event.watermark === 'inf' ? Infinity : timeOf(event.watermark)
    else if ('elements' in event)
      for (const element of event.elements) cameAt.set(taggedElement(element).value, watermark)
  }
  return cameAt
}

/** What our elements saw, in the same form. */
export function ourSeen(outputs: readonly OutputAt[]): Seen {
  const all = outputs.map(({ at, element: { value, window, timestamp } }) => {
    const [key, [own, side]] = value as readonly [string, readonly [unknown, unknown]]
    return JSON.stringify([at, key, window, timestamp, own, side])
  })
  return { all: all.toSorted(), inTime: all.toSorted() }
}

// Maps by key, lists by value: their order is nobody's promise.
function plain(side: unknown): unknown {
  if (Array.isArray(side)) return sorted(side)
  if (typeof side !== 'object' || side === null) return side
  const entries = Symbol.iterator in side ? [...(side as ReadonlyMap<string, unknown>)] : Object.entries(side)
  return entries.map(([key, value]) => [key, plain(value)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
