/**
 * rejected.jsonl: what Beam refuses, built with our public API and run when it can be built.
 */
import { DateTimeException } from '@js-joda/core'
import {
  afterAll,
  afterAny,
  afterCount,
  afterEach,
  afterProcessingTime,
  afterWatermark,
  asIterable,
  asMap,
  asSingleton,
  coGroupByKey,
  combineGlobally,
  create,
  defaultTrigger,
  filter,
  fixedWindows,
  flatten,
  groupByKey,
  map,
  milliseconds,
  never,
  orFinally,
  PipelineError,
  read,
  repeatedly,
  statefulParDo,
  windowInto,
  withTimestamps,
  type KV,
  type PCollection,
  type PullSource,
  type Root,
  type SideInput,
  type Trigger,
  type WindowFn,
  type WindowingOptions,
} from '@tidemark/core'
import { buildGraph, type Outputs } from '@tidemark/core/graph'
import { scriptOf, SOURCE, taggedElement, type BeamElement, type BeamEvent, type TaggedElement } from './beam-events.ts'
import { windowFnOf, type BeamSettings, type BeamTrigger } from './beam-settings.ts'
import { timeOf, type BeamWindow } from './beam-time.ts'
import type { OtherVector } from './other-vectors.ts'
import { SUM } from './panes-vectors.ts'
import type { PipelineUnderTest } from './pipeline-under-test.ts'
import type { SourceElement } from './raw-graph.ts'
import type { SideInputVector } from './side-input-vectors.ts'
import { payloadOf, type Emitted, type StateElement, type StateVector } from './state-vectors.ts'

/** A line of rejected.jsonl. */
export interface RejectedVector extends BeamSettings {
  readonly id: string
  readonly of: 'panes' | 'state' | 'other' | 'assign'
  readonly kind?: OtherVector['kind'] | 'sideInputMapping'
  readonly a?: BeamSettings
  readonly b?: BeamSettings
  readonly first?: BeamSettings
  readonly second?: BeamSettings
  readonly view?: SideInputVector['view']
  readonly side?: BeamSettings
  /** The main windowing of a side input, or the main window whose side window is asked for. */
  readonly main?: BeamSettings | BeamWindow
  readonly sideElements?: readonly BeamElement[]
  readonly events?: readonly unknown[]
  readonly rejected: string
  readonly stage: 'type' | 'construction' | 'run'
}

/** Builds and runs the pipeline of a vector; returns the code with which it was refused, or `undefined`. */
export function refusalOf(run: PipelineUnderTest, vector: RejectedVector): string | undefined {
  try {
    const graph = buildGraph((root) => pipelineOf(vector, root))
    run(graph, scriptOfRejected(vector))
    return undefined
  } catch (error) {
    if (error instanceof PipelineError) return error.code
    // There is no such day of the week to be given to us.
    if (error instanceof DateTimeException) return 'DateTimeException'
    throw error
  }
}

function scriptOfRejected({ of, events = [] }: RejectedVector) {
  if (of !== 'state') return scriptOf(events as readonly BeamEvent<BeamElement>[], taggedElement)
  return scriptOf(events as StateVector['events'], ({ key, ts, ops }): StateElement => ({
    key,
    ops,
    timestamp: timeOf(ts),
  }))
}

const SOURCE_OF_SCRIPT: PullSource<never> = {
  mode: 'pull',
  description: 'test stream',
  bounded: false,
  unit: 'element',
  splits: () => Promise.resolve([]),
  open: () => {
    throw new Error('a test stream is fed by its script')
  },
}

function pipelineOf(vector: RejectedVector, root: Root): Outputs {
  const elements = root.pipe(
    read(SOURCE, SOURCE_OF_SCRIPT as PullSource<SourceElement>, { timestamp: (e) => e.timestamp }),
  )
  if (vector.of === 'state') return { outputs: statefulOf(vector as unknown as StateVector, elements) }
  const keyed = (elements as unknown as PCollection<TaggedElement>).pipe(map(({ key, value }) => [key, value] as const))
  const branch = (settings: BeamSettings | undefined): PCollection<KV<string, number>> =>
    windowed(keyed.pipe(filter(() => true)), settings ?? {})
  switch (vector.kind) {
    case 'flatten':
      return { outputs: flatten([branch(vector.a), branch(vector.b)]).pipe(groupByKey('First')) }
    case 'cogbk':
      return { outputs: coGroupByKey('First', { a: branch(vector.a), b: branch(vector.b) }) }
    case 'combineGlobally':
      return {
        outputs: windowed(keyed, vector).pipe(
          map(([, value]) => value),
          combineGlobally('First', SUM),
        ),
      }
    case 'rewindow': {
      const first = windowed(keyed, vector.first ?? {}).pipe(groupByKey('First'))
      return { outputs: windowed(first, vector.second ?? {}).pipe(groupByKey('Second')) }
    }
    case 'sideInput':
      return { outputs: sideInputOf(vector, root, elements as unknown as PCollection<TaggedElement>) }
    case 'sideInputMapping':
      return { outputs: mappingOf(vector, keyed) }
    default:
      return { outputs: windowed(keyed, vector).pipe(groupByKey('First')) }
  }
}

function sideInputOf(
  { view, side, main, sideElements }: RejectedVector,
  root: Root,
  elements: PCollection<TaggedElement>,
): PCollection<unknown> {
  const tagged = (tag: string): PCollection<TaggedElement> => elements.pipe(filter((element) => element.tag === tag))
  const source =
    sideElements === undefined
      ? tagged('s')
      : root.pipe(create('Side', sideElements.map(taggedElement), { timestamp: (element) => element.timestamp }))
  const windows = windowed(source, side ?? {})
  const input = windowed(sideElements === undefined ? tagged('m') : elements, (main ?? {}) as BeamSettings)
  const values = windows.pipe(map(({ value }) => value))
  switch (view) {
    case 'map': {
      const pairs = windows.pipe(map(({ key, value }) => [key, value] as const))
      return seeing(input, pairs.pipe(asMap('View', FIRST_PANE)))
    }
    case 'singleton':
      return seeing(input, values.pipe(asSingleton('View', FIRST_PANE)))
    case 'singletonDefault':
      return seeing(input, values.pipe(asSingleton('View', { ...FIRST_PANE, default: -1 })))
    default:
      return seeing(input, values.pipe(asIterable('View', FIRST_PANE)))
  }
}

const FIRST_PANE = { ready: 'first-pane' } as const

function seeing<T>(input: PCollection<T>, seen: SideInput<unknown>): PCollection<unknown> {
  return input.pipe(map((_, { view }) => view, { side: { view: seen } }))
}

function mappingOf({ window, main }: RejectedVector, keyed: PCollection<KV<string, number>>): PCollection<unknown> {
  const input = main === 'global' ? keyed : keyed.pipe(windowInto(oneOfThem(main as readonly [number, number])))
  return seeing(input, windowed(keyed, { window: window! }).pipe(asIterable('View', FIRST_PANE)))
}

function oneOfThem([start, end]: readonly [start: number, end: number]): WindowFn {
  return fixedWindows(milliseconds(end - start), milliseconds(start))
}

function statefulOf(vector: StateVector, elements: PCollection<SourceElement>): PCollection<unknown> {
  const keyed = (elements as PCollection<StateElement>).pipe(map(({ key, ops }) => [key, ops] as const))
  const { onWindowExpiration, ...payload } = payloadOf(vector)
  const fn = { ...payload, ...(onWindowExpiration && { onWindowExpiration }) }
  const step = statefulParDo('Stateful', fn as unknown as Parameters<typeof statefulParDo>[1])
  const emitted = windowed(keyed, vector).pipe<PCollection<Emitted>>(step as never)
  return emitted.pipe(
    filter(({ kind }) => kind === 'out'),
    withTimestamps((out) => (out as Extract<Emitted, { kind: 'out' }>).timestamp),
  )
}

// Settings that a vector does not name are not given, as far as types go: that is what is refused.
function windowed<T>(input: PCollection<T>, settings: BeamSettings): PCollection<T> {
  if (settings.window === undefined) return input
  const { trigger, allowedLatenessMs, accumulation } = settings
  const options = {
    ...(trigger !== undefined && { trigger: madeTrigger(trigger) }),
    ...(allowedLatenessMs !== undefined && { allowedLateness: milliseconds(allowedLatenessMs) }),
    ...(accumulation !== undefined && { accumulationMode: accumulation }),
  }
  return input.pipe(windowInto(windowFnOf(settings.window), options as WindowingOptions))
}

/** A trigger by its public constructors, checks included. */
function madeTrigger(spec: BeamTrigger): Trigger {
  switch (spec.type) {
    case 'default':
      return defaultTrigger()
    case 'never':
      return never()
    case 'afterCount':
      return afterCount(spec.n)
    case 'afterProcessingTime':
      return afterProcessingTime(
        milliseconds(spec.steps.reduce((sum, step) => sum + ('delay' in step ? step.delay : 0), 0)),
      )
    case 'afterWatermark':
      return afterWatermark({
        ...(spec.early && { early: madeTrigger(spec.early) }),
        ...(spec.late && { late: madeTrigger(spec.late) }),
      })
    case 'repeatedly':
      return repeatedly(madeTrigger(spec.of))
    case 'afterFirst':
      return afterAny(...spec.of.map(madeTrigger))
    case 'afterAll':
      return afterAll(...spec.of.map(madeTrigger))
    case 'afterEach':
      return afterEach(...spec.of.map(madeTrigger))
    case 'orFinally':
      return orFinally(madeTrigger(spec.main), madeTrigger(spec.until))
    case 'afterSynchronizedProcessingTime':
      throw new Error('the trigger of a continuation has no constructor')
  }
}
