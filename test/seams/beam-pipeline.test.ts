/**
 * The seam to Beam: a graph printed as the skeleton of a Beam pipeline, checked by hand where it is small, and for broken references
 * where it is random.
 */
import {
  afterAny,
  afterCount,
  afterEach,
  afterProcessingTime,
  afterWatermark,
  combineGlobally,
  create,
  customWindows,
  defaultTrigger,
  eventTimeTimer,
  fixedWindows,
  flatten,
  groupByKey,
  jsonCoder,
  milliseconds,
  minutes,
  never,
  orFinally,
  read,
  repeatedly,
  reshuffle,
  seconds,
  sessions,
  slidingWindows,
  statefulParDo,
  valueState,
  windowInto,
  write,
  type KV,
  type PCollection,
  type Root,
  type WindowFn,
} from '@tidemark/core'
import { calendarDays } from '@tidemark/core/calendar'
import { buildGraph } from '@tidemark/core/graph'
import { count } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import type { BeamPipeline } from './beam-pipeline.ts'
import { brokenReferences } from './beam-references.ts'
import { beamTrigger, beamWindowFn, beamWindowing } from './beam-windowing.ts'
import { orders, perMinute, print, revenue, type Keyed, type Order } from './printed-pipelines.ts'

const printed = (name: string, pipeline: BeamPipeline): unknown => pipeline.components.transforms[name]
const bytes = (...all: readonly number[]): string => Buffer.from(all).toString('base64')
const text = (payload: string | undefined): string => Buffer.from(payload!, 'base64').toString('latin1')

describe('a windowed sum as a Beam pipeline', () => {
  const pipeline = print(revenue)

  it('has the steps of the graph as roots, in the order of the flow', () => {
    expect(pipeline.rootTransformIds).toEqual(['Orders', 'Map', 'WindowInto', 'Revenue'])
    expect(pipeline.requirements).toEqual(['beam:requirement:pardo:splittable_dofn:v1'])
    expect(brokenReferences(pipeline)).toEqual([])
  })

  it('reads by an impulse and a splittable function', () => {
    expect(printed('Orders', pipeline)).toEqual({
      uniqueName: 'Orders',
      subtransforms: ['Orders/Impulse', 'Orders/Read'],
      inputs: {},
      outputs: { out: 'Orders.0' },
    })
    expect(printed('Orders/Impulse', pipeline)).toEqual({
      uniqueName: 'Orders/Impulse',
      spec: { urn: 'beam:transform:impulse:v1' },
      inputs: {},
      outputs: { out: 'Orders/Impulse.out' },
    })
    expect(pipeline.components.transforms['Orders/Read']).toMatchObject({
      spec: { urn: 'beam:transform:pardo:v1' },
      inputs: { 0: 'Orders/Impulse.out' },
      outputs: { out: 'Orders.0' },
      environmentId: 'node',
    })
    // ParDoPayload: 1 do_fn, 7 restriction_coder_id (tag 0x3a).
    const payload = text(pipeline.components.transforms['Orders/Read']!.spec!.payload)
    expect(payload).toContain('tidemark:fn:v1')
    expect(payload).toContain('{"step":"Orders","role":"read"}')
    expect(payload.endsWith('\x3a\x06json:1')).toBe(true)
  })

  it('windows by a standard function, whose payload is as Beam writes it', () => {
    // WindowIntoPayload { 1: FunctionSpec { 1: urn, 3: FixedWindowsPayload { 1: Duration { 1: 60 }, 2: Timestamp {} } } }
    const urn = 'beam:window_fn:fixed_windows:v1'
    const spec = [0x0a, urn.length, ...Buffer.from(urn), 0x1a, 6, 0x0a, 2, 0x08, 60, 0x12, 0]
    expect(printed('WindowInto', pipeline)).toEqual({
      uniqueName: 'WindowInto',
      spec: { urn: 'beam:transform:window_into:v1', payload: bytes(0x0a, spec.length, ...spec) },
      inputs: { 0: 'Map.0' },
      outputs: { out: 'WindowInto.0' },
      environmentId: 'node',
    })
    const id = pipeline.components.pcollections['WindowInto.0']!.windowingStrategyId
    expect(pipeline.components.windowingStrategies[id]).toEqual({
      windowFn: { urn, payload: bytes(0x0a, 2, 0x08, 60, 0x12, 0) },
      mergeStatus: 'NON_MERGING',
      windowCoderId: 'interval_window',
      trigger: { default: {} },
      accumulationMode: 'DISCARDING',
      outputTime: 'END_OF_WINDOW',
      closingBehavior: 'EMIT_IF_NONEMPTY',
      allowedLateness: '0',
      onTimeBehavior: 'FIRE_ALWAYS',
      assignsToOneWindow: true,
      environmentId: 'node',
    })
  })

  it('combines by key: a grouping of the runner, and the combining of its lists', () => {
    expect(pipeline.components.transforms['Revenue']).toMatchObject({
      spec: { urn: 'beam:transform:combine_per_key:v1' },
      subtransforms: ['Revenue/GroupByKey', 'Revenue/Combine'],
      inputs: { 0: 'WindowInto.0' },
      outputs: { out: 'Revenue.0' },
    })
    expect(printed('Revenue/GroupByKey', pipeline)).toEqual({
      uniqueName: 'Revenue/GroupByKey',
      spec: { urn: 'beam:transform:group_by_key:v1' },
      inputs: { 0: 'WindowInto.0' },
      outputs: { out: 'Revenue/GroupByKey.out' },
    })
    expect(pipeline.components.transforms['Revenue/Combine']!.spec!.urn).toBe(
      'beam:transform:combine_grouped_values:v1',
    )
  })

  it('codes as pairs what is read by key, and as pairs of a key and a list what the runner groups', () => {
    const { pcollections, coders, environments } = pipeline.components
    expect(Object.fromEntries(Object.values(pcollections).map((each) => [each.uniqueName, each.coderId]))).toEqual({
      'Orders/Impulse.out': 'bytes',
      'Orders.0': 'canonical:1',
      'Map.0': 'canonical:1',
      'WindowInto.0': 'kv<canonical:1,canonical:1>',
      'Revenue/GroupByKey.out': 'kv<canonical:1,iterable<canonical:1>>',
      'Revenue.0': 'canonical:1',
    })
    expect(coders['kv<canonical:1,iterable<canonical:1>>']).toEqual({
      spec: { urn: 'beam:coder:kv:v1' },
      componentCoderIds: ['canonical:1', 'iterable<canonical:1>'],
    })
    expect(coders['canonical:1']).toEqual({ spec: { urn: 'tidemark:coder:canonical:1' } })
    // ExternalPayload { 1: ApiServiceDescriptor { 1: url } }
    expect(text(environments['node']!.payload)).toBe('\x0a\x11\x0a\x0flocalhost:50000')
    expect(Object.values(pcollections).map(({ isBounded }) => isBounded)).toContain('UNBOUNDED')
  })

  it('is JSON, and the same for the same graph', () => {
    expect(JSON.parse(JSON.stringify(pipeline))).toEqual(pipeline)
    expect(print(revenue)).toEqual(pipeline)
  })
})

describe('other steps as Beam transforms', () => {
  it('print state, timers, their coders and what is required of the runner', () => {
    const carts = statefulParDo<string, number, never, void>('Carts', {
      state: { last: valueState<number>({ coder: jsonCoder() }) },
      timers: { idle: eventTimeTimer() },
      process() {},
      onTimer: { idle() {} },
      onWindowExpiration() {},
      keyCoder: jsonCoder<string>(),
    } as never)
    const pipeline = print((root) => ({
      out: orders(root).pipe<Keyed, PCollection<unknown>>(perMinute, carts as never),
    }))
    expect(brokenReferences(pipeline)).toEqual([])
    expect(pipeline.requirements.map((name) => name.split(':')[3])).toEqual([
      'on_window_expiration',
      'splittable_dofn',
      'stateful',
      'time_sorted_input',
    ])
    const { coders, transforms } = pipeline.components
    const timers = 'timer<json:1,interval_window>'
    expect(coders[timers]?.componentCoderIds).toEqual(['json:1', 'interval_window'])
    const payload = text(transforms['Carts']!.spec!.payload)
    // 4 state_specs { 1: "last", 2: StateSpec { 1 read_modify_write_spec { 1 coder_id } } }, and the two timer families.
    expect(payload).toContain('\x22\x12\x0a\x04last\x12\x0a\x0a\x08\x0a\x06json:1')
    expect(payload).toContain(`\x0a\x04idle\x12\x21\x08\x01\x12\x1d${timers}`)
    expect(payload.endsWith('\x50\x01\x62\x12onWindowExpiration')).toBe(true)
  })

  it('print create, flatten, reshuffle, lists, a global combine and a sink, and hang together', () => {
    const sink = {
      description: 'nowhere',
      open: () => {
        throw new Error('never opened')
      },
    }
    const pipeline = print((root) => {
      const more = root.pipe(create<KV<string, number>>('More', [['eu', 1]]))
      const all = flatten([orders(root), more]).pipe(perMinute)
      all.pipe(reshuffle(), write('Archive', sink))
      return {
        lists: all.pipe(groupByKey('Lists')),
        any: all.pipe(groupByKey('Any', { order: 'any' })),
        count: all.pipe(combineGlobally('Count', count())),
      }
    })
    expect(brokenReferences(pipeline)).toEqual([])
    const { transforms, pcollections } = pipeline.components
    const urns = Object.values(transforms).flatMap(({ uniqueName, spec }) =>
      spec ? [[uniqueName, spec.urn.split(':')[2]]] : [],
    )
    expect(Object.fromEntries(urns)).toMatchObject({
      'More/Impulse': 'impulse',
      Flatten: 'flatten',
      Reshuffle: 'redistribute_arbitrarily',
      'Lists/GroupByKey': 'group_by_key',
      'Lists/Order': 'pardo',
      Any: 'group_by_key',
      'Count/AddKey': 'pardo',
      'Count/PerKey': 'combine_per_key',
      'Count/DropKey': 'pardo',
      Archive: 'pardo',
    })
    expect(transforms['Archive']!.outputs).toEqual({})
    expect(pcollections['More.0']).toMatchObject({ isBounded: 'BOUNDED' })
  })

  it.each([
    [defaultTrigger(), { default: {} }],
    [never(), { never: {} }],
    [repeatedly(afterCount(3)), { repeat: { subtrigger: { elementCount: { elementCount: 3 } } } }],
    [
      afterWatermark({ early: afterProcessingTime(seconds(10)), late: afterCount(1) }),
      {
        afterEndOfWindow: {
          earlyFirings: { afterProcessingTime: { timestampTransforms: [{ delay: { delayMillis: '10000' } }] } },
          lateFirings: { elementCount: { elementCount: 1 } },
        },
      },
    ],
    [
      orFinally(afterEach(afterCount(1), afterCount(2)), afterAny(afterWatermark(), afterCount(9))),
      {
        orFinally: {
          main: {
            afterEach: { subtriggers: [{ elementCount: { elementCount: 1 } }, { elementCount: { elementCount: 2 } }] },
          },
          finally: { afterAny: { subtriggers: [{ afterEndOfWindow: {} }, { elementCount: { elementCount: 9 } }] } },
        },
      },
    ],
  ])('print the trigger %j', (trigger, expected) => {
    expect(beamTrigger(trigger)).toEqual(expected)
  })

  it.each<readonly [WindowFn, string, readonly number[] | string]>([
    [
      fixedWindows(milliseconds(1500)),
      'beam:window_fn:fixed_windows:v1',
      [0x0a, 8, 0x08, 1, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01, 0x12, 0],
    ],
    [
      slidingWindows(minutes(2), seconds(30)),
      'beam:window_fn:sliding_windows:v1',
      [0x0a, 2, 0x08, 120, 0x12, 0, 0x1a, 2, 0x08, 30],
    ],
    [sessions(minutes(10)), 'beam:window_fn:session_windows:v1', [0x0a, 3, 0x08, 0xd8, 0x04]],
    [customWindows({ name: 'shifts', description: '8 h', assign: () => [] }), 'tidemark:window_fn:v1', 'shifts(8 h)'],
  ])('print windows, with payloads as Beam writes them: %#', (windowFn, urn, payload) => {
    const expected = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload)
    expect(beamWindowFn(windowFn)).toEqual({ urn, payload: expected.toString('base64') })
  })

  it('prints calendar windows as ours, with zone and edition of the rules', () => {
    const { urn, payload } = beamWindowFn(calendarDays({ zone: 'Europe/Berlin' }))
    expect(urn).toBe('tidemark:window_fn:v1')
    expect(text(payload)).toMatch(/^calendar\(1 days from 1970-01-01, zone=Europe\/Berlin, rules=\w+\)$/)
  })

  it('prints modes, timestamp combiners, lateness and empty panes', () => {
    const graph = buildGraph((root) => ({
      out: orders(root).pipe(
        windowInto(sessions(minutes(1)), {
          allowedLateness: minutes(2),
          accumulationMode: 'accumulating',
          timestampCombiner: 'latest',
          onTime: 'if-non-empty',
          closing: 'always',
          trigger: afterWatermark({ late: afterCount(1) }),
        }),
        groupByKey('Lists'),
      ),
    }))
    const [above, below] = graph.collections.slice(-2).map(({ windowing }) => beamWindowing(windowing, 'node'))
    expect(above).toMatchObject({
      mergeStatus: 'NEEDS_MERGE',
      accumulationMode: 'ACCUMULATING',
      outputTime: 'LATEST_IN_PANE',
      allowedLateness: '120000',
      onTimeBehavior: 'FIRE_IF_NONEMPTY',
      closingBehavior: 'EMIT_ALWAYS',
    })
    expect(below).toMatchObject({ mergeStatus: 'ALREADY_MERGED' })
  })
})

describe('what Beam cannot do', () => {
  const late = { trigger: afterWatermark({ late: afterCount(1) }), allowedLateness: minutes(1) } as const
  const push = {
    mode: 'push',
    bounded: false,
    unit: 'element',
    description: 'clicks',
    overflow: 'fail',
    limit: 1,
  } as const
  const merging = customWindows({ name: 'visits', assign: (t) => [{ start: t, end: t + 1 }], merge: () => [] })

  it.each<readonly [string, (root: Root) => PCollection<unknown>, string]>([
    [
      'retracting panes',
      (root) =>
        orders(root).pipe(
          windowInto(fixedWindows(minutes(1)), { ...late, accumulationMode: 'retracting' }),
          groupByKey('Lists'),
        ),
      '"Lists" retracts',
    ],
    [
      'push sources',
      (root) =>
        root.pipe(
          read<Order>(
            'Clicks',
            { ...push, connect: () => () => {} },
            {
              timestamp: ([, , at]) => at,
            },
          ),
        ),
      '"Clicks" reads a push source',
    ],
    [
      'merging windows of the user',
      (root) => orders(root).pipe(windowInto(merging), groupByKey('Lists')),
      '"Lists" merges visits',
    ],
    [
      'a global combine over nothing',
      (root) => root.pipe(create('Few', [1]), combineGlobally('Count', count())),
      '"Count" combines globally in the global window',
    ],
    [
      'a lateness of a step of its own',
      (root) => orders(root).pipe(perMinute, statefulParDo('Carts', { state: {}, process() {}, lateness: minutes(1) })),
      '"Carts" waits for a lateness of its own',
    ],
  ])('is refused by name: %s', (_what, out, said) => {
    expect(() => print((root) => ({ out: out(root) }))).toThrow(
      expect.objectContaining({ code: 'BEAM_UNSUPPORTED', message: expect.stringContaining(said) }),
    )
  })

  it('is not refused where it does not matter: one retracting pane takes nothing back', () => {
    const pipeline = print((root) => ({
      out: orders(root).pipe(
        windowInto(fixedWindows(minutes(1)), {
          trigger: never(),
          allowedLateness: minutes(1),
          accumulationMode: 'retracting',
        }),
        groupByKey('Lists'),
      ),
    }))
    expect(brokenReferences(pipeline)).toEqual([])
  })
})
