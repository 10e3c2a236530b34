/**
 * Drift-safety: each reason arises exactly where it should, and everything below inherits it with the step that it came from.
 */
import { describe, expect, it } from 'vitest'
import { buildGraph } from '../../src/graph/build-graph.ts'
import type { DriftReason } from '../../src/model/graph-builder.ts'
import {
  afterCount,
  afterWatermark,
  coGroupByKey,
  combineGlobally,
  combinePerKey,
  eventTimeTimer,
  filter,
  fixedWindows,
  flatten,
  groupByKey,
  hours,
  map,
  minutes,
  never,
  parDo,
  processingTimeTimer,
  repeatedly,
  reshuffle,
  sessions,
  statefulParDo,
  valueState,
  windowInto,
  withKeys,
  withTimestamps,
  type KV,
  type PCollection,
  type Root,
  type WindowingOptions,
} from '../../src/index.ts'
import { orders, type Order } from '../described-source.ts'
import { largest, largestOnce } from './largest.ts'

const late = { allowedLateness: hours(1), accumulationMode: 'accumulating' } as const
const discarding = { ...late, accumulationMode: 'discarding' } as const
const retracting = { ...late, accumulationMode: 'retracting' } as const

type Keyed = PCollection<KV<string, number>>

const amounts =
  (options: WindowingOptions) =>
  (root: Root): Keyed =>
    orders(root).pipe(
      windowInto(fixedWindows(minutes(1)), options),
      map((order: Order) => [order.region as string, order.amount] as const),
    )
const group = groupByKey<string, number>('Group')
const max = combinePerKey<string, number, number, number>('Max', largest)
const maxOnce = combinePerKey<string, number, number, number>('Max', largestOnce)
const state = { state: { last: valueState<number>() }, *process(): Generator<number> {} }

/** The reasons of every step that has one, as `step: reason (of the step it came from)`. */
function drift(out: (root: Root) => PCollection<unknown>): readonly string[] {
  return buildGraph((root) => ({ out: out(root) })).steps.flatMap(({ path, drift }) => {
    expect(drift.safe).toBe(drift.reasons.length === 0)
    return drift.reasons.map(({ step, reason }) => `${path}: ${reason}${step === path ? '' : ` of ${step}`}`)
  })
}

describe('a pipeline is drift-safe', () => {
  it.each<[string, (root: Root) => PCollection<unknown>]>([
    ['when nothing is grouped', (root) => amounts(late)(root).pipe(filter(([, n]) => n > 0))],
    [
      'with one pane',
      (root) =>
        amounts({})(root).pipe(
          group,
          map((each) => each),
        ),
    ],
    [
      'with accumulating panes, through stateless steps',
      (root) =>
        amounts(late)(root).pipe(
          group,
          map(([region]) => region),
        ),
    ],
    ['with discarding panes whose outputs merge', (root) => amounts(discarding)(root).pipe(max)],
    [
      'with discarding panes that come once',
      (root) =>
        amounts({ ...discarding, trigger: never() })(root).pipe(
          maxOnce,
          map((each) => each),
        ),
    ],
    [
      'with changes into groupings and state',
      (root) => amounts(retracting)(root).pipe(max, groupByKey('Again'), statefulParDo('State', state)),
    ],
    [
      'with state in event-time order and event-time timers',
      (root) =>
        amounts(late)(root).pipe(
          statefulParDo('State', { ...state, timers: { t: eventTimeTimer() }, onTimer: { t() {} } }),
        ),
    ],
    [
      'with timestamps of panes that nobody groups by',
      (root) =>
        amounts({ ...late, timestampCombiner: 'earliest' })(root).pipe(
          max,
          map((each) => each),
        ),
    ],
  ])('%s', (_, out) => {
    expect(drift(out)).toEqual([])
  })
})

describe('the reason', () => {
  it('arrival-ordered-state arises at state in order of arrival', () => {
    expect(drift((root) => amounts(late)(root).pipe(statefulParDo('State', { ...state, order: 'arrival' })))).toEqual([
      'State: arrival-ordered-state',
    ])
  })

  it('processing-time-timer arises at a step with such a timer', () => {
    const timed = { ...state, timers: { e: eventTimeTimer(), p: processingTimeTimer() }, onTimer: { e() {}, p() {} } }
    expect(drift((root) => amounts(late)(root).pipe(statefulParDo('State', timed)))).toEqual([
      'State: processing-time-timer',
    ])
  })

  it('order-any arises at a group that is not sorted', () => {
    expect(drift((root) => amounts({})(root).pipe(groupByKey('Group', { order: 'any' })))).toEqual(['Group: order-any'])
  })

  it('finish-bundle arises at a parDo that emits what a bundle left over', () => {
    expect(drift((root) => amounts({})(root).pipe(parDo({ *process() {}, finishBundle() {} })))).toEqual([
      'ParDo: finish-bundle',
    ])
    expect(drift((root) => amounts({})(root).pipe(parDo({ *process() {}, startBundle() {} })))).toEqual([])
  })

  it('outputs-do-not-merge arises at discarding panes of lists and of combiners without mergeOutputs', () => {
    expect(drift((root) => amounts(discarding)(root).pipe(group))).toEqual(['Group: outputs-do-not-merge'])
    expect(drift((root) => amounts(discarding)(root).pipe(maxOnce))).toEqual(['Max: outputs-do-not-merge'])
    expect(
      drift((root) =>
        amounts(discarding)(root).pipe(
          map(([, n]) => n),
          combineGlobally('Max', largestOnce),
        ),
      ),
    ).toEqual(['Max: outputs-do-not-merge'])
  })

  it.each<[string, (input: Keyed) => PCollection<unknown>, string]>([
    ['map', (input) => input.pipe(map((each) => each)), 'Map#2'],
    ['filter', (input) => input.pipe(filter(() => true)), 'Filter'],
    ['withTimestamps', (input) => input.pipe(withTimestamps(() => 0)), 'WithTimestamps'],
    ['parDo', (input) => input.pipe(parDo({ *process() {} })), 'ParDo'],
    ['windowInto', (input) => input.pipe(windowInto(fixedWindows(hours(1)))), 'WindowInto#2'],
    ['reshuffle', (input) => input.pipe(reshuffle()), 'Reshuffle'],
    ['flatten', (input) => flatten([input]), 'Flatten'],
  ])('discarding-through-stateless-step arises at %s over several discarding panes', (_, apply, path) => {
    // mutation: statelessDrift always empty
    expect(drift((root) => apply(amounts(discarding)(root).pipe(max)))).toEqual([
      `${path}: discarding-through-stateless-step`,
    ])
  })

  it('several-panes arises where each pane counts as an element, by leave of mayDrift', () => {
    const panes = (root: Root) => amounts({ ...late, mayDrift: true })(root).pipe(max)
    expect(drift((root) => panes(root).pipe(group))).toEqual(['Group: several-panes'])
    expect(drift((root) => panes(root).pipe(combinePerKey('Again', largest)))).toEqual(['Again: several-panes'])
    expect(drift((root) => panes(root).pipe(statefulParDo('State', state)))).toEqual(['State: several-panes'])
    expect(drift((root) => coGroupByKey('Join', { a: panes(root) }))).toEqual([
      'Join/GroupByKey: several-panes',
      'Join/Map#2: several-panes of Join/GroupByKey',
    ])
  })

  it('reads-pane arises at a parDo that says so, below a grouping of several panes', () => {
    const look = parDo({ readsPane: true, *process() {} })
    expect(drift((root) => amounts(late)(root).pipe(max, look))).toEqual(['ParDo: reads-pane'])
    expect(drift((root) => amounts(retracting)(root).pipe(max, look))).toEqual(['ParDo: reads-pane'])
    expect(drift((root) => amounts({})(root).pipe(max, look))).toEqual([])
    expect(drift((root) => amounts(late)(root).pipe(look))).toEqual([])
  })

  it('does not arise where changes are grouped into sessions: what is taken back leaves those of the rest', () => {
    const again = (root: Root) =>
      amounts(retracting)(root).pipe(max, windowInto(sessions(minutes(1))), groupByKey('Again'))
    expect(drift(again)).toEqual([])
  })

  it('pane-timestamps arises where the timestamps of panes decide on order or windows', () => {
    // mutation: timestampDrift for 'elements' as well
    const changes = (root: Root) => amounts({ ...retracting, timestampCombiner: 'latest' })(root).pipe(max)
    expect(drift((root) => changes(root).pipe(group))).toEqual(['Group: pane-timestamps'])
    expect(drift((root) => changes(root).pipe(statefulParDo('State', state)))).toEqual(['State: pane-timestamps'])
    expect(drift((root) => changes(root).pipe(windowInto(fixedWindows(hours(1)))))).toEqual([
      'WindowInto#2: pane-timestamps',
    ])
    expect(drift((root) => changes(root).pipe(combinePerKey('Again', largest)))).toEqual([])
    expect(drift((root) => amounts({ ...retracting, timestampCombiner: 'latest' })(root).pipe(group))).toEqual([])
  })
})

describe('a reason', () => {
  const trigger = repeatedly(afterWatermark({ early: afterCount(1), late: afterCount(1) }))

  it('is inherited by every step below, once, with the step that it came from', () => {
    const out = (root: Root) => {
      const groups = amounts({ ...discarding, trigger })(root).pipe(group)
      const left = groups.pipe(map(([region]) => region))
      const right = groups.pipe(
        filter(() => true),
        withKeys(() => 'k'),
        map(([key]) => key),
      )
      return flatten([left, right])
    }
    expect(drift(out)).toEqual([
      'Group: outputs-do-not-merge',
      'Map#2: outputs-do-not-merge of Group',
      'Map#2: discarding-through-stateless-step',
      'Filter: outputs-do-not-merge of Group',
      'Filter: discarding-through-stateless-step',
      'WithKeys: outputs-do-not-merge of Group',
      'WithKeys: discarding-through-stateless-step of Filter',
      'WithKeys: discarding-through-stateless-step',
      'Map#3: outputs-do-not-merge of Group',
      'Map#3: discarding-through-stateless-step of Filter',
      'Map#3: discarding-through-stateless-step of WithKeys',
      'Map#3: discarding-through-stateless-step',
      'Flatten: outputs-do-not-merge of Group',
      'Flatten: discarding-through-stateless-step of Map#2',
      'Flatten: discarding-through-stateless-step of Filter',
      'Flatten: discarding-through-stateless-step of WithKeys',
      'Flatten: discarding-through-stateless-step of Map#3',
      'Flatten: discarding-through-stateless-step',
    ])
  })

  it('does not reach a step beside the one it arises at', () => {
    const graph = buildGraph((root) => {
      const input = amounts(late)(root)
      return { safe: input.pipe(max), unsafe: input.pipe(statefulParDo('State', { ...state, order: 'arrival' })) }
    })
    const reasons = (path: string): readonly DriftReason[] =>
      graph.steps.find((step) => step.path === path)!.drift.reasons.map(({ reason }) => reason)
    expect([reasons('Max'), reasons('State')]).toEqual([[], ['arrival-ordered-state']])
  })
})
