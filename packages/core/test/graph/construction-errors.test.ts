/**
 * What is refused when a graph is built: each with its code, and what is wrong, why it matters and what to do.
 */
import { describe, expect, it } from 'vitest'
import { buildGraph } from '../../src/graph/build-graph.ts'
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  coGroupByKey,
  combineGlobally,
  combinePerKey,
  create,
  eventTimeTimer,
  filter,
  fixedWindows,
  flatten,
  groupByKey,
  hours,
  map,
  milliseconds,
  minutes,
  never,
  parDo,
  PipelineError,
  repeatedly,
  seconds,
  sessions,
  slidingWindows,
  statefulParDo,
  tagged,
  valueState,
  windowInto,
  withKeys,
  type KV,
  type PCollection,
  type Root,
  type WindowFn,
  type WindowingOptions,
} from '../../src/index.ts'
import { orders, type Order } from '../described-source.ts'
import { largest } from './largest.ts'

const perMinute = fixedWindows(minutes(1))
const byRegion = withKeys((order: Order) => order.region)
const keyed = (root: Root): PCollection<KV<'eu' | 'us', Order>> => orders(root).pipe(byRegion)
const windowed = (root: Root, options: WindowingOptions, windows: WindowFn = perMinute) =>
  orders(root).pipe(windowInto(windows, options), byRegion)
const late = { allowedLateness: hours(1), accumulationMode: 'accumulating' } as const

function errorOf(out: (root: Root) => PCollection<unknown>): PipelineError {
  try {
    buildGraph((root) => ({ out: out(root) }))
  } catch (error) {
    if (error instanceof PipelineError) return error
    throw error
  }
  throw new Error('the graph was built')
}

const sumOfPanes = (options: WindowingOptions) => (root: Root) =>
  windowed(root, options).pipe(
    groupByKey('Group'),
    withKeys(([region]) => region),
    groupByKey('Again'),
  )

const keepsState = { state: { last: valueState<number>() }, *process() {} }

describe('a grouping refuses', () => {
  it('an unbounded collection in the global window under the default trigger (NEVER_FIRES)', () => {
    // mutation: requireGroupable without the check of input.bounded
    const error = errorOf((root) => keyed(root).pipe(groupByKey('Group')))
    expect(error).toMatchObject({ name: 'IncompatibleWindowingError', code: 'NEVER_FIRES', step: 'Group' })
    expect(error.message).toBe(
      '"Group" groups an unbounded collection in the global window with the default trigger. The global window never ends, ' +
        'so nothing would ever be emitted. Apply windowInto(fixedWindows(…)) before it, or a trigger such as repeatedly(afterCount(100)).',
    )
    for (const step of [combineGlobally('Group', largest) as never, combinePerKey('Group', largest) as never]) {
      expect(errorOf((root) => keyed(root).pipe(step)).code).toBe('NEVER_FIRES')
    }
    expect(errorOf((root) => coGroupByKey('Join', { a: keyed(root) }))).toMatchObject({
      code: 'NEVER_FIRES',
      step: 'Join/GroupByKey',
    })
  })

  it.each([
    ['of a bounded collection', (root: Root) => root.pipe(create('Few', [['a', 1]] as const), groupByKey('Group'))],
    ['with windows', (root: Root) => windowed(root, {}).pipe(groupByKey('Group'))],
  ])('not so one %s', (_, out) => {
    expect(() => buildGraph((root) => ({ out: out(root) }))).not.toThrow()
  })

  it('a trigger that may finish while its window takes elements (UNSAFE_TRIGGER)', () => {
    const error = errorOf((root) => windowed(root, { ...late, trigger: afterCount(2) }).pipe(groupByKey('Group')))
    expect(error).toMatchObject({ name: 'IncompatibleWindowingError', code: 'UNSAFE_TRIGGER', step: 'Group' })
    expect(error.message).toBe(
      'The trigger of "Group", afterCount(2), may finish while its window still takes elements (allowed lateness 3600000 ms); ' +
        'the elements after that would be lost. Wrap it in repeatedly(…), or accept the loss with mayLoseData: true.',
    )
    const end = errorOf((root) => windowed(root, { ...late, trigger: afterWatermark() }).pipe(groupByKey('Group')))
    expect(end.message).toContain(
      'Give afterWatermark a late trigger, such as afterCount(1), or accept the loss with mayLoseData: true.',
    )
    expect(
      errorOf((root) =>
        windowed(root, { ...late, allowedLateness: minutes(0), trigger: afterCount(2) }).pipe(groupByKey('Group')),
      ).code,
    ).toBe('UNSAFE_TRIGGER')
  })

  it.each([
    ['that ends with a window without lateness', { ...late, allowedLateness: minutes(0), trigger: afterWatermark() }],
    ['that goes on after the end of the window', { ...late, trigger: afterWatermark({ late: afterCount(1) }) }],
    ['that repeats', { ...late, trigger: repeatedly(afterCount(2)) }],
    ['whose loss is accepted', { ...late, trigger: afterCount(2), mayLoseData: true }],
  ] as const)('no trigger %s', (_, options) => {
    expect(() => buildGraph((root) => ({ out: windowed(root, options).pipe(groupByKey('Group')) }))).not.toThrow()
  })

  it.each(['accumulating', 'discarding'] as const)(
    'several %s panes of one key and window (SEVERAL_PANES)',
    (accumulationMode) => {
      const error = errorOf(sumOfPanes({ ...late, accumulationMode }))
      expect(error).toMatchObject({ name: 'IncompatibleWindowingError', code: 'SEVERAL_PANES', step: 'Again' })
      expect(error.message).toBe(
        `"Again" is fed by ${accumulationMode} panes: a key and window may come several times, and each pane would count as one more ` +
          "element, differently live than in batch. Use accumulationMode: 'retracting' upstream (changes are netted), or a single pane " +
          'with trigger: never(); or accept it with mayDrift: true.',
      )
      expect(
        errorOf((root) =>
          windowed(root, { ...late, accumulationMode }).pipe(groupByKey('G'), statefulParDo('State', keepsState)),
        ),
      ).toMatchObject({
        code: 'SEVERAL_PANES',
        step: 'State',
      })
    },
  )

  it.each([
    ['changes', { ...late, accumulationMode: 'retracting' }],
    ['one pane at expiry', { ...late, trigger: never() }],
    ['one pane without lateness', {}],
    ['several panes where that is accepted', { ...late, mayDrift: true }],
  ] as const)('but not %s', (_, options) => {
    expect(() => buildGraph((root) => ({ out: sumOfPanes(options)(root) }))).not.toThrow()
  })

  it('to give several discarding panes of what may be taken back (DISCARDING_CHANGES)', () => {
    const error = errorOf((root) =>
      windowed(root, { ...late, accumulationMode: 'retracting' }).pipe(
        groupByKey('Group'),
        windowInto(fixedWindows(hours(1)), { ...late, accumulationMode: 'discarding' }),
        withKeys(() => 1),
        groupByKey('Again'),
      ),
    )
    expect(error).toMatchObject({ name: 'IncompatibleWindowingError', code: 'DISCARDING_CHANGES', step: 'Again' })
    expect(error.message).toContain("Use accumulationMode: 'retracting' or 'accumulating'.")
  })
})

describe('windowInto refuses', () => {
  it('a trigger without an allowed lateness (LATENESS_UNSPECIFIED)', () => {
    const error = errorOf((root) => orders(root).pipe(windowInto(perMinute, { trigger: afterCount(1) } as never)))
    expect(error).toMatchObject({
      name: 'IncompatibleWindowingError',
      code: 'LATENESS_UNSPECIFIED',
      step: 'WindowInto',
    })
    expect(error.message).toBe(
      '"WindowInto" sets a trigger but no allowedLateness. Without it nobody can say how long a window takes late elements before they ' +
        'are dropped. Give allowedLateness, for instance minutes(0) or hours(1).',
    )
  })

  it('an allowed lateness without an accumulation mode (ACCUMULATION_UNSPECIFIED)', () => {
    const error = errorOf((root) =>
      orders(root).apply('PerMinute', windowInto(perMinute, { allowedLateness: hours(1) } as never)),
    )
    expect(error).toMatchObject({
      name: 'IncompatibleWindowingError',
      code: 'ACCUMULATION_UNSPECIFIED',
      step: 'PerMinute',
    })
    expect(error.message).toBe(
      '"PerMinute" allows several panes of one window but no accumulationMode. Whoever reads the second pane must know whether it replaces ' +
        "the first ('accumulating'), adds to it ('discarding') or changes it ('retracting'). Give one of them.",
    )
  })

  it('an allowed lateness below zero, or one finer than a millisecond (BAD_DURATION)', () => {
    const error = errorOf((root) => windowed(root, { ...late, allowedLateness: milliseconds(-1) }))
    expect(error).toMatchObject({ code: 'BAD_DURATION' })
    expect(error.message).toContain('The allowedLateness of "WindowInto" is -1 ms.')
    expect(errorOf((root) => windowed(root, { ...late, allowedLateness: seconds(1).plusNanos(1) })).code).toBe(
      'BAD_DURATION',
    )
  })
})

describe('flatten refuses', () => {
  const join = (
    left: (root: Root) => PCollection<KV<unknown, unknown>>,
    right: (root: Root) => PCollection<KV<unknown, unknown>>,
  ) => errorOf((root) => flatten([left(root), right(root)]))
  const more = (root: Root) => orders(root, 'More')

  it('windows that differ, the state of merging among them (FLATTEN_INCOMPATIBLE)', () => {
    const error = join(
      (root) => windowed(root, {}),
      (root) => more(root).pipe(windowInto(fixedWindows(hours(1))), byRegion),
    )
    expect(error).toMatchObject({ name: 'IncompatibleWindowingError', code: 'FLATTEN_INCOMPATIBLE', step: 'Flatten' })
    expect(error.message).toBe(
      'The inputs of "Flatten" have different windows fixed(size=PT1M) and fixed(size=PT1H). ' +
        'A grouping below could not say which to use. Apply the same windowInto(…) to every input first.',
    )
    const perSession = windowInto<Order>(sessions(minutes(1)))
    const merged = join(
      (root) => orders(root).pipe(perSession, byRegion),
      (root) => more(root).pipe(perSession, byRegion, groupByKey('Group')),
    )
    expect(merged.message).toContain(
      'different windows sessions(gap=PT1M) and sessions(gap=PT1M) merged by a grouping.',
    )
    expect(
      join(
        (root) => orders(root).pipe(perSession, byRegion),
        (root) => more(root).pipe(windowInto(sessions(minutes(2))), byRegion),
      ).code,
    ).toBe('FLATTEN_INCOMPATIBLE')
  })

  it('timestamp combiners that differ, and accumulation modes where several panes may come (FLATTEN_INCOMPATIBLE)', () => {
    // mutation: flatten without the check of accumulation modes
    const grouped = (options: WindowingOptions) => (root: Root) =>
      orders(root, options.accumulationMode ?? 'One')
        .pipe(windowInto(perMinute, options), byRegion)
        .apply(`Group${options.accumulationMode}`, groupByKey('G'))
    const modes = join(grouped({ ...late, accumulationMode: 'retracting' }), grouped(late))
    expect(modes.message).toContain('different accumulation modes retracting and accumulating.')
    expect(
      join(
        (root) => windowed(root, {}),
        (root) => more(root).pipe(windowInto(perMinute, { timestampCombiner: 'earliest' }), byRegion),
      ).message,
    ).toContain('different timestamp combiners end-of-window and earliest.')
    const once = { ...late, allowedLateness: minutes(0) }
    expect(() =>
      buildGraph((root) => ({
        out: flatten<unknown>([grouped({ ...once, accumulationMode: 'retracting' })(root), grouped(once)(root)]),
      })),
    ).not.toThrow()
  })

  it('triggers that differ (FLATTEN_INCOMPATIBLE)', () => {
    const error = join(
      (root) => windowed(root, late),
      (root) => more(root).pipe(windowInto(perMinute, { ...late, trigger: never() }), byRegion),
    )
    expect(error).toMatchObject({ code: 'FLATTEN_INCOMPATIBLE' })
    expect(error.message).toContain('different triggers defaultTrigger() and never().')
  })

  it('changes with panes that replace one another, whatever a windowInto has called them since (FLATTEN_INCOMPATIBLE)', () => {
    const called = (accumulationMode: 'accumulating' | 'retracting', renamed: WindowingOptions) => (root: Root) =>
      orders(root, accumulationMode)
        .pipe(windowInto(perMinute, { ...late, accumulationMode }), byRegion)
        .apply(`Group${accumulationMode}`, groupByKey('G'))
        .pipe(windowInto(perMinute, renamed))
    const retracting = { ...late, accumulationMode: 'retracting' } as const
    const error = join(called('accumulating', retracting), called('retracting', retracting))
    expect(error).toMatchObject({ code: 'FLATTEN_INCOMPATIBLE', step: 'Flatten' })
    expect(error.message).toContain(
      'different panes, some of them changes and some replacing or adding to one another.',
    )
  })

  it('to join nothing, and so does coGroupByKey (NO_INPUT)', () => {
    expect(errorOf(() => flatten([]))).toMatchObject({
      code: 'NO_INPUT',
      message: 'flatten([]) has no input, so its windows are unknown. Give at least one collection.',
    })
    expect(errorOf(() => coGroupByKey('Join', {}))).toMatchObject({
      code: 'NO_INPUT',
      message: 'coGroupByKey("Join", {}) has no input. Give a record of keyed collections.',
    })
  })
})

describe('statefulParDo refuses', () => {
  it('windows that merge (STATE_IN_MERGING_WINDOWS), until a grouping has merged them', () => {
    const perSession = windowInto<Order>(sessions(minutes(1)))
    const error = errorOf((root) => orders(root).pipe(perSession, byRegion, statefulParDo('State', keepsState)))
    expect(error).toMatchObject({ name: 'IncompatibleWindowingError', code: 'STATE_IN_MERGING_WINDOWS', step: 'State' })
    expect(error.message).toBe(
      '"State" keeps state in sessions(gap=PT1M), whose windows merge. State of two windows cannot be joined without knowing what it means. ' +
        'Group first (combinePerKey, groupByKey), or use windows that do not merge.',
    )
    expect(() =>
      buildGraph((root) => ({
        out: orders(root).pipe(perSession, byRegion, groupByKey('Group'), statefulParDo('State', keepsState)),
      })),
    ).not.toThrow()
  })

  it('changes in order of arrival (CHANGES_IN_ARRIVAL_ORDER)', () => {
    const changes = (root: Root) =>
      windowed(root, { ...late, accumulationMode: 'retracting' }).pipe(groupByKey('Group'))
    const error = errorOf((root) => changes(root).pipe(statefulParDo('State', { ...keepsState, order: 'arrival' })))
    expect(error).toMatchObject({ name: 'IncompatibleWindowingError', code: 'CHANGES_IN_ARRIVAL_ORDER', step: 'State' })
    expect(error.message).toBe(
      '"State" runs in order of arrival but is fed by changes: what it has done for an element that is taken back cannot be undone. ' +
        "Leave out order: 'arrival', so that changes are netted while elements wait.",
    )
    expect(() => buildGraph((root) => ({ out: changes(root).pipe(statefulParDo('State', keepsState)) }))).not.toThrow()
  })

  it('a timer that nobody handles, before it is applied (TIMER_WITHOUT_HANDLER)', () => {
    const make = () => statefulParDo('State', { ...keepsState, timers: { idle: eventTimeTimer() } })
    expect(make).toThrow(expect.objectContaining({ code: 'TIMER_WITHOUT_HANDLER' }))
    expect(make).toThrow(
      'statefulParDo("State") declares the timer "idle" but no onTimer.idle: when it fires, nobody could say what to do. ' +
        'Add onTimer: { idle(context) { … } }.',
    )
  })
})

describe('other primitives refuse', () => {
  it('two outputs of one name (DUPLICATE_OUTPUT)', () => {
    const make = () =>
      parDo({
        outputs: ['a', 'b', 'a'],
        *process() {
          yield tagged('a', 1)
        },
      })
    expect(make).toThrow(expect.objectContaining({ code: 'DUPLICATE_OUTPUT' }))
    expect(make).toThrow('parDo has outputs [a, b, a]: a name stands twice. Give each output a name of its own.')
  })

  it('an async function, whose promises would travel on as elements (ASYNC_PROCESS)', () => {
    for (const [label, make] of [
      ['Map', () => map(async (order: Order) => Promise.resolve(order))],
      ['Filter', () => filter((async () => Promise.resolve(true)) as never)],
      ['parDo', () => parDo({ process: (async () => Promise.resolve([1])) as never })],
    ] as const) {
      expect(make).toThrow(expect.objectContaining({ code: 'ASYNC_PROCESS' }))
      expect(make).toThrow(`${label} was given an async function.`)
    }
  })

  it('windows of no length (BAD_DURATION)', () => {
    for (const make of [
      () => fixedWindows(minutes(0)),
      () => sessions(minutes(0)),
      () => slidingWindows(minutes(0), minutes(1)),
      () => slidingWindows(minutes(1), minutes(0)),
    ]) {
      expect(make).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
    }
  })

  it('no processing-time delay that is finer than a millisecond (BAD_DURATION)', () => {
    expect(() => afterProcessingTime(seconds(1).plusNanos(1))).toThrow(
      expect.objectContaining({ code: 'BAD_DURATION' }),
    )
  })
})
