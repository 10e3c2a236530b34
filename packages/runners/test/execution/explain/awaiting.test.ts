/**
 * explain of what waits for something else than the end of a window: side inputs, partners, calls. Steps are played by hand, so that
 * each moment is as the test says.
 */
import {
  asMap,
  asOfJoin,
  combinePerKey,
  fixedWindows,
  hours,
  intervalJoin,
  map,
  mapAsync,
  minutes,
  read,
  windowInto,
  withKeys,
  type KV,
  type LedgerEntry,
  type PCollection,
  type Root,
  type Timestamp,
} from '@tidemark/core'
import { buildGraph, type Outputs, type PipelineGraph } from '@tidemark/core/graph'
import { memorySource } from '@tidemark/io/memory'
import { count } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { explain } from '../../../src/execution/explain/explain.ts'
import type { Explanation } from '../../../src/execution/explain/explanation.ts'
import { formatExplanation } from '../../../src/execution/explain/format-explanation.ts'
import type { Holder, Inspection } from '../../../src/execution/explain/inspection.ts'

const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`)
const window = (from: string, to: string): { start: number; end: number } => ({ start: at(from), end: at(to) })
const minute = window('10:00:00', '10:01:00')
const hour = window('10:00:00', '11:00:00')

type Order = KV<string, { readonly at: number }>

const source = (name: string) => (root: Root) =>
  root.pipe(read(name, memorySource<Order>([]), { timestamp: ([, { at: time }]) => time }))

/** Orders with rates of the hour beside them, payments to pair them with, and a look-up. */
function graphOf(more: (pairs: PCollection<KV<string, unknown>>) => Outputs = () => ({})): PipelineGraph {
  return buildGraph((root) => {
    const orders = source('Orders')(root).pipe(windowInto(fixedWindows(minutes(1))))
    const rates = source('Prices')(root).pipe(windowInto(fixedWindows(hours(1))), asMap('Rates'))
    const rated = orders.pipe(map(([region], side) => [region, side.rates.size] as const, { side: { rates } }))
    const pairs = intervalJoin(
      'Pairs',
      { left: orders, right: source('Payments')(root) },
      { before: minutes(0), after: minutes(5), type: 'full', lateness: minutes(1) },
    )
    return {
      counts: rated.pipe(combinePerKey('PerMinute', count())),
      known: orders.pipe(mapAsync('Lookup', (order) => Promise.resolve(order))),
      pairs,
      ...more(pairs),
    }
  })
}

/** How a step stands; `inspection` answers every question, or is the answer. */
interface Stands {
  readonly inputWatermark?: Timestamp
  readonly inspection?: Inspection | (() => Inspection | undefined)
  readonly holders?: readonly Holder[]
}

interface Moment {
  /** Watermarks of the sources. */
  readonly sources?: Readonly<Record<string, Timestamp>>
  readonly steps: Readonly<Record<string, Stands>>
  readonly ledger?: readonly LedgerEntry[]
}

const STATE = ['statefulParDo', 'combinePerKey', 'groupByKey', 'mapAsync', 'intervalJoin', 'asOfJoin']

function explained({ sources = {}, steps, ledger = [] }: Moment, graph: PipelineGraph = graphOf()) {
  const stepAt = (path: string): (typeof graph.steps)[number] => graph.steps.find((step) => step.path === path)!
  const timed = graph.steps
    .filter(({ path, payload }) => steps[path] !== undefined || STATE.includes(payload.primitive))
    .map((step) => {
      const { inspection, holders = [], inputWatermark = at('10:02:00') } = steps[step.path] ?? {}
      const inspect = typeof inspection === 'function' ? inspection : () => inspection
      return { log: { step }, operator: { inputWatermark, holders: () => holders, inspect } }
    })
  const inputs = Object.entries(sources).map(([path, watermark]) => {
    const open = [{ id: 'a', watermark, idle: false }]
    return { step: stepAt(path), watermark, splits: { state: () => ({ open, complete: 0 }) } }
  })
  const outputs = graph.collections.map(() => ({ watermark: at('10:00:00') }))
  const logs = graph.steps.map((step) => ({ step, reasons: new Map() }))
  const engine = {
    graph,
    plan: { inputs, outputs, timed, logs },
    processingTime: 0,
    ledger,
    settledOf: () => undefined,
  }
  return (key: unknown, of = minute, step?: string): Explanation => explain(engine, key, of, step)
}

/** A time of the day in place of a time stamp, so that lines stay short. */
const short = (text: string): string => text.replaceAll('2026-03-01T', '').replaceAll('.000Z', '')

const gate: Inspection = {
  kind: 'gate',
  window: minute,
  waiting: 2,
  awaited: [{ view: 'Rates', window: hour, readyAfter: at('10:59:59.999'), watermark: at('10:20:00') }],
  hold: at('10:00:10'),
}
const pairs: Inspection = {
  kind: 'join',
  window: minute,
  left: 3,
  right: 1,
  waiting: 2,
  answeredAfter: at('10:05:30'),
  clocks: { left: at('10:06:00'), right: at('10:01:30') },
  hold: at('10:00:30'),
}
const sources = { Orders: at('09:59:00'), Prices: at('10:20:00'), Payments: at('10:02:30') }

describe('explain of a step with side inputs', () => {
  // Mutation: packages/runners/src/execution/explain/because.ts: `(steps === undefined || steps.has(other.step))` → `true`
  it('says which view is not ready, how far it has to come, and who keeps it back', () => {
    const explanation = explained({ sources, steps: { Map: { inspection: gate } } })('eu', minute, 'Map')
    // The orders are further behind, but it is the prices that the view waits for.
    expect(short(formatExplanation(explanation))).toBe(`\
Map, key "eu", window [10:00:00, 10:01:00): open
  2 elements wait for side input "Rates" of [10:00:00, 11:00:00): its watermark is 10:20:00 and has to pass 10:59:59.999Z, 2399999 ms on. The slowest is split "a" of source "Prices", at 10:20:00.
  watermark in 10:02:00, out 10:00:00
  "Map": 2 waiting for side inputs, holding 10:00:10
    side input "Rates" of [10:00:00, 11:00:00): watermark 10:20:00, ready past 10:59:59.999Z
  source "Orders" 09:59:00
    split "a" 09:59:00
  source "Prices" 10:20:00
    split "a" 10:20:00
  ledger: nothing at this step or above it
  drift-safe: its settled result does not depend on arrival`)
    expect(explanation).toMatchObject({ expiry: undefined, awaits: [{ step: 'Map', kind: 'gate', waiting: 2 }] })
  })

  it('names each view that is awaited', () => {
    const fees = { view: 'Fees', window: minute, readyAfter: at('10:00:59.999'), watermark: at('10:00:00') }
    const inspection = { ...gate, waiting: 1, awaited: [...gate.awaited, fees] }
    expect(short(explained({ steps: { Map: { inspection } } })('eu', minute, 'Map').because)).toBe(
      '1 element waits for side input "Rates" of [10:00:00, 11:00:00): its watermark is 10:20:00 and has to pass 10:59:59.999Z, 2399999 ms on; ' +
        'and for side input "Fees" of [10:00:00, 10:01:00): its watermark is 10:00:00 and has to pass 10:00:59.999Z, 59999 ms on.',
    )
  })

  // Mutation: packages/runners/src/execution/explain/explain.ts: `...above.flatMap((other) => keeperAbove(plan, other, key, meant)),` → ``
  // Mutation: packages/runners/src/execution/explain/because.ts: `const slow = waits.length === 0 ? slowest(facts) : waits.join('')` → `const slow = slowest(facts)`
  it('is the reason for windows further down, whatever their key', () => {
    const group: Inspection = {
      kind: 'group',
      window: minute,
      closed: false,
      pending: 1,
      panes: 0,
      lastTiming: undefined,
      trigger: undefined,
      timer: at('10:00:59.999'),
      hold: Infinity,
    }
    const steps = {
      Map: { inspection: gate, holders: [{ timestamp: at('10:00:10'), owner: 'an element that waits' }] },
      PerMinute: { inspection: group, inputWatermark: at('10:00:10') },
    }
    const explanation = explained({ sources, steps })('eu')
    expect(explanation).toMatchObject({
      step: 'PerMinute',
      awaits: [{ step: 'Map', kind: 'gate' }],
      holds: [{ step: 'Map', timestamp: at('10:00:10') }],
    })
    expect(short(explanation.because)).toBe(
      'It has not fired; 1 element waits. The watermark is 10:00:10 and has to pass 10:00:59.999Z, 49999 ms on. ' +
        'At step "Map" above, 2 elements wait for side input "Rates" of [10:00:00, 11:00:00): its watermark is 10:20:00 and has to pass ' +
        '10:59:59.999Z, 2399999 ms on. The slowest is split "a" of source "Prices", at 10:20:00.',
    )
    // Nothing has come to the grouping yet: it may all be at the gate.
    const expired = explained({ sources, steps: { Map: { inspection: gate } } })('us')
    expect(expired.status).toBe('expired')
    expect(expired.because).toContain('nothing is kept. At step "Map" above, 2 elements wait for side input "Rates"')
    const early = { Map: { inspection: gate }, PerMinute: { inputWatermark: at('10:00:10') } }
    expect(short(explained({ sources, steps: early })('us').because)).toContain(
      'no element of this key and window has come to the step. It takes elements until the watermark, at 10:00:10, passes 10:00:59.999Z. ' +
        'At step "Map" above, 2 elements wait for side input "Rates"',
    )
  })

  it('says of a window of which nothing waits that what came has gone on, and lists what is in the ledger', () => {
    const entry = (element: unknown, of: typeof minute | undefined): LedgerEntry => ({
      reason: 'dead-letter',
      step: 'Map',
      element,
      timestamp: at('10:00:01'),
      window: of,
      watermark: at('10:02:00'),
      position: undefined,
      detail: undefined,
    })
    const ledger = [
      entry(1, minute),
      entry(['us', 2], minute),
      entry(3, hour),
      entry(4, window('10:01:00', '10:02:00')),
    ]
    const explanation = explained({ steps: { Map: {} }, ledger })('eu', minute, 'Map')
    expect(explanation).toMatchObject({ status: 'unseen', expiry: undefined, awaits: [] })
    expect(explanation.ledger.entries.map(({ element }) => element)).toEqual([1, ['us', 2], 3])
    expect(short(explanation.because)).toBe(
      'Nothing of it is kept at the step: no element has come, or what came has gone on. 3 of its elements are in the ledger. The watermark is 10:02:00.',
    )
  })
})

describe('explain of a join', () => {
  // Mutation: packages/runners/src/execution/explain/awaiting.ts: `clocks[side] <= answeredAfter` → `clocks[side] > answeredAfter`
  // Mutation: packages/runners/src/execution/explain/explain.ts: `side === 'left' ? 0 : 1` → `side === 'left' ? 1 : 0`
  it('says whose clock the elements wait for, and who keeps that back', () => {
    const explanation = explained({ sources, steps: { Pairs: { inspection: pairs } } })('eu', minute, 'Pairs')
    expect(short(formatExplanation(explanation))).toBe(`\
Pairs, key "eu", window [10:00:00, 10:01:00): open
  2 elements wait for a partner, or to be known to have none: the clock of right is 10:01:30 and has to pass 10:05:30, 240 s on; it keeps 3 elements of left and 1 of right. The slowest is split "a" of source "Payments", at 10:02:30.
  watermark in 10:02:00, out 10:00:00
  "Pairs": 2 waiting for a partner, the first until past 10:05:30, holding 10:00:30
    left: 3 kept, clock 10:06:00; right: 1 kept, clock 10:01:30
  source "Orders" 09:59:00
    split "a" 09:59:00
  source "Payments" 10:02:30
    split "a" 10:02:30
  "Pairs" waits 60000 ms for late elements
  ledger: nothing at this step or above it
  drift-safe: its settled result does not depend on arrival`)
  })

  // Mutation: packages/runners/src/execution/explain/awaiting.ts: `.filter((side) => side !== type)` → ``
  // Mutation: packages/runners/src/execution/explain/awaiting.ts: `payload.lateRows !== 'wait' && payload.knownAt === undefined` → `false`
  it('waits for the clock of the side whose silence answers its elements, and for late elements of that side', () => {
    const said = (join: (inputs: { left: PCollection<Order>; right: PCollection<Order> }) => PCollection<unknown>) => {
      const graph = buildGraph((root) => {
        const [left, right] = [source('Orders')(root), source('Payments')(root)]
        const late = { allowedLateness: minutes(1), accumulationMode: 'accumulating' } as const
        return { joined: join({ left, right: right.pipe(windowInto(fixedWindows(minutes(1)), late)) }) }
      })
      const inspection = { ...pairs, clocks: { left: at('10:05:30'), right: at('10:05:30') } }
      const { awaits, waits } = explained({ steps: { Pairs: { inspection } } }, graph)('eu', minute, 'Pairs')
      const passed = { ...pairs, clocks: { left: Infinity, right: at('10:05:31') } }
      const { because } = explained({ steps: { Pairs: { inspection: passed } } }, graph)('eu', minute, 'Pairs')
      expect(short(because)).toContain('both clocks have passed 10:05:30')
      const partners = awaits.flatMap((one) => (one.kind === 'join' ? one.partners : []))
      return [...partners, ...waits.map((one) => one.milliseconds)]
    }
    const interval = { before: minutes(0), after: minutes(5) }
    expect(said((inputs) => intervalJoin('Pairs', inputs, { ...interval, type: 'inner' }))).toEqual([])
    expect(said((inputs) => intervalJoin('Pairs', inputs, { ...interval, type: 'left' }))).toEqual(['right', 60_000])
    expect(said((inputs) => intervalJoin('Pairs', inputs, { ...interval, type: 'right' }))).toEqual(['left'])
    expect(said((inputs) => intervalJoin('Pairs', inputs, { ...interval, type: 'full' }))).toEqual([
      'left',
      'right',
      60_000,
    ])
    expect(said((inputs) => asOfJoin('Pairs', inputs))).toEqual(['right', 60_000])
    expect(said((inputs) => asOfJoin('Pairs', inputs, { lateRows: 'restate' }))).toEqual(['right'])
    expect(said((inputs) => asOfJoin('Pairs', inputs, { lateRows: 'freeze' }))).toEqual(['right'])
    expect(said((inputs) => asOfJoin('Pairs', inputs, { lateRows: 'freeze', knownAt: (row) => row.at }))).toEqual([
      'right',
      60_000,
    ])
  })

  it('says of elements that wait for nobody that they are kept for those to come', () => {
    const kept: Inspection = { ...pairs, waiting: 0, answeredAfter: undefined, left: 1, hold: Infinity }
    const explanation = explained({ steps: { Pairs: { inspection: kept } } })('eu', minute, 'Pairs')
    expect(explanation.because).toBe('No element waits; it keeps 1 element of left and 1 of right for those to come.')
    expect(short(formatExplanation(explanation))).toContain('\n  "Pairs": 0 waiting for a partner\n    left: 1 kept,')
  })

  it('is not asked for the key of a step below, which may be of another kind', () => {
    const graph = graphOf((joined) => ({
      again: joined.pipe(
        withKeys(() => 7),
        windowInto(fixedWindows(minutes(1))),
        combinePerKey('PerSeven', count()),
      ),
    }))
    const inspection = (): never => {
      throw new Error('asked for a key that is none of its own')
    }
    const hold = { timestamp: at('10:00:30'), owner: 'an element of "eu" at 10:00:30 that waits for right' }
    const steps = { Pairs: { inspection, holders: [hold] }, PerSeven: { inputWatermark: at('10:00:30') } }
    const explanation = explained({ sources, steps }, graph)(7, minute, 'PerSeven')
    expect(explanation).toMatchObject({ awaits: [], holds: [{ step: 'Pairs', ...hold }] })
    expect(explanation.waits).toEqual([{ step: 'Pairs', milliseconds: 60_000 }])
  })
})

describe('explain of a step that calls', () => {
  const inspection: Inspection = {
    kind: 'async',
    window: minute,
    pending: 3,
    oldest: at('10:00:05'),
    hold: at('10:00:05'),
  }

  it('counts what is pending', () => {
    const explanation = explained({ sources, steps: { Lookup: { inspection } } })('eu', minute, 'Lookup')
    expect(short(explanation.because)).toBe('3 elements wait for calls that are pending, the earliest at 10:00:05.')
    expect(short(formatExplanation(explanation))).toContain(
      '\n  "Lookup": 3 waiting for calls, the earliest at 10:00:05, holding 10:00:05\n',
    )
  })

  // Mutation: packages/runners/src/execution/explain/explain.ts: `'parDo', 'mapAsync']` → `'parDo']`
  it('keeps windows further down waiting, whatever their key', () => {
    const graph = buildGraph((root) => ({
      counts: source('Orders')(root).pipe(
        mapAsync('Lookup', (order) => order),
        windowInto(fixedWindows(minutes(1))),
        withKeys(() => 7),
        combinePerKey('PerSeven', count()),
      ),
    }))
    const steps = { Lookup: { inspection }, PerSeven: { inputWatermark: at('10:00:05') } }
    expect(short(explained({ steps }, graph)(7).because)).toContain(
      ' At step "Lookup" above, 3 elements wait for calls that are pending, the earliest at 10:00:05.',
    )
  })
})

describe('without a path', () => {
  // Mutation: packages/runners/src/execution/explain/explained-step.ts: `waiting.filter(({ id }) => !views.has(id))` → `waiting`
  it('the step is meant that alone keeps windows, views aside', () => {
    expect(explained({ steps: { Map: {} } })('eu').step).toBe('PerMinute')
  })

  it('a step that alone lets elements wait is meant where none keeps windows', () => {
    const graph = buildGraph((root) => ({ known: source('Orders')(root).pipe(mapAsync('Lookup', (order) => order)) }))
    expect(explained({ steps: {} }, graph)('eu').step).toBe('Lookup')
    const none = buildGraph((root) => ({ all: source('Orders')(root) }))
    expect(() => explained({ steps: {} }, none)('eu')).toThrow(
      expect.objectContaining({ code: 'AMBIGUOUS_STEP', message: expect.stringContaining('there is none') }),
    )
  })
})
