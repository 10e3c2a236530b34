/**
 * What asOfJoin makes of its inputs and options when the graph is built, and what it refuses.
 */
import { describe, expect, it } from 'vitest'
import {
  afterCount,
  afterWatermark,
  asOfJoin,
  combinePerKey,
  days,
  fixedWindows,
  groupByKey,
  hours,
  map,
  minutes,
  PipelineError,
  seconds,
  windowInto,
  withKeys,
  type AsOfJoinOptions,
  type JoinInputs,
  type KV,
  type PCollection,
  type Root,
  type WindowingOptions,
} from '../../src/index.ts'
import { buildGraph, describeGraph, type AsOfJoinPayload, type Collection, type Step } from '../../src/graph/index.ts'
import { orders, type Order } from '../described-source.ts'
import { largest } from '../graph/largest.ts'

type Side = PCollection<KV<string, unknown>>
type Options = AsOfJoinOptions<string, unknown, unknown, 'inner' | 'left'>

const keyed = (root: Root, name: string, windowing?: WindowingOptions): PCollection<KV<string, Order>> => {
  const elements = orders(root, name).pipe(withKeys(({ region }): string => region))
  return windowing === undefined ? elements : elements.pipe(windowInto(fixedWindows(minutes(1)), windowing))
}
const late = (
  allowedLateness: ReturnType<typeof hours>,
  accumulationMode: 'accumulating' | 'discarding' | 'retracting',
) => ({ allowedLateness, accumulationMode, trigger: afterWatermark({ late: afterCount(1) }) }) as const
const sums = (root: Root, name: string, windowing: WindowingOptions): Side =>
  keyed(root, name, windowing).pipe(
    map(([region, { amount }]) => [region, amount] as const),
    combinePerKey(`${name}Sum`, largest as never),
  )

const plain = (name: string) => (root: Root) => keyed(root, name)
const changing = (name: string) => (root: Root) => sums(root, name, late(hours(1), 'retracting'))

function built(
  options: Options = {},
  left: (root: Root) => Side = plain('L'),
  right: (root: Root) => Side = plain('R'),
): { readonly step: Step; readonly payload: AsOfJoinPayload; readonly output: Collection } {
  const graph = buildGraph((root) => ({ out: asOfJoin('AsOf', { left: left(root), right: right(root) }, options) }))
  const step = graph.steps.at(-1)!
  return { step, payload: step.payload as AsOfJoinPayload, output: graph.collections[step.outputs[0]!]! }
}

function errorOf(out: (root: Root) => PCollection<unknown>): PipelineError {
  try {
    buildGraph((root) => ({ out: out(root) }))
  } catch (error) {
    if (error instanceof PipelineError) return error
    throw error
  }
  throw new Error('the graph was built')
}

const withOptions = (options: unknown, left = plain('L') as (root: Root) => Side, right = plain('R') as typeof left) =>
  errorOf((root) => asOfJoin('AsOf', { left: left(root), right: right(root) }, options as Options))
const withInputs = (inputs: (root: Root) => unknown): PipelineError =>
  errorOf((root) => asOfJoin('AsOf', inputs(root) as JoinInputs<string, unknown, unknown>))

describe('asOfJoin', () => {
  it('by default waits, gives elements without a row too, of any age, and takes nothing late', () => {
    const { payload, output, step } = built()
    expect(payload).toMatchObject({
      type: 'left',
      lateRows: 'wait',
      maxAge: Infinity,
      knownAt: undefined,
      lateness: { left: 0, right: 0 },
    })
    expect([output.panes, output.bounded, step.drift.safe]).toEqual(['elements', false, true])
  })

  it('leaves the left side its windows, and takes late what either windowing takes', () => {
    const left = (root: Root): Side => keyed(root, 'L', late(minutes(5), 'accumulating'))
    const right = (root: Root): Side => keyed(root, 'R', late(hours(2), 'accumulating'))
    const { payload, output } = built({}, left, right)
    expect(payload.lateness).toEqual({ left: 300_000, right: 7_200_000 })
    expect(output.windowing.windowFn.description).toBe(fixedWindows(minutes(1)).description)
    expect(built({ lateness: seconds(7) }, left, right).payload.lateness).toEqual({ left: 7000, right: 7000 })
  })

  it('is late below by as much as its elements are, and by as much as late rows when it restates', () => {
    const left = (root: Root): Side => keyed(root, 'L', late(minutes(5), 'accumulating'))
    const right = (root: Root): Side => keyed(root, 'R', late(hours(2), 'accumulating'))
    const lateness = (options: Options) => built(options, left, right).output.windowing.allowedLateness
    expect(lateness({})).toBe(300_000)
    expect(lateness({ lateRows: 'freeze' })).toBe(300_000)
    expect(lateness({ lateRows: 'restate' })).toBe(7_200_000)
    expect(lateness({ lateness: hours(1) })).toBe(3_600_000)
  })

  it('gives changes where a side is changes, or answers are restated, and groupings below go on with changes', () => {
    const cases = [
      built({}, changing('L')),
      built({}, plain('L'), changing('R')),
      built({ lateRows: 'restate' }),
      built({ lateRows: 'freeze', knownAt: () => 0 }, changing('L'), changing('R')),
    ]
    for (const { output, step } of cases) {
      expect([output.panes, output.windowing.accumulationMode, step.drift.safe]).toEqual([
        'changes',
        'retracting',
        true,
      ])
    }
    expect(() =>
      buildGraph((root) => ({
        out: asOfJoin(
          'AsOf',
          { left: keyed(root, 'L'), right: keyed(root, 'R') },
          { lateRows: 'restate', lateness: hours(1) },
        ).pipe(windowInto(fixedWindows(minutes(1))), groupByKey('Below')),
      })),
    ).not.toThrow()
  })

  it('drifts where it freezes what has come by then, and not where it goes by what was known', () => {
    const reasons = (options: Options) => built(options).step.drift.reasons
    expect(reasons({ lateRows: 'freeze' })).toEqual([{ step: 'AsOf', reason: 'freezes-without-known-at' }])
    expect(reasons({ lateRows: 'freeze', knownAt: () => 0 })).toEqual([])
  })

  it('drifts where timestamps of panes do, and where several panes are accepted', () => {
    const earliest = { ...late(hours(1), 'retracting'), timestampCombiner: 'earliest' } as const
    const panes = { ...late(hours(1), 'accumulating'), mayDrift: true } as const
    const reasons = (windowing: WindowingOptions) =>
      built({}, plain('L'), (root) => sums(root, 'R', windowing)).step.drift.reasons.map(({ reason }) => reason)
    expect([reasons(earliest), reasons(panes)]).toEqual([['pane-timestamps'], ['several-panes']])
  })

  it('is another step to a snapshot when it answers otherwise, or waits longer', () => {
    const facts = (options: Options) => {
      const graph = buildGraph((root) => ({
        out: asOfJoin('AsOf', { left: keyed(root, 'L'), right: keyed(root, 'R') }, options),
      }))
      return JSON.stringify(describeGraph(graph))
    }
    const all = [
      {},
      { type: 'inner' },
      { lateRows: 'restate' },
      { lateRows: 'freeze' },
      { maxAge: days(1) },
      { lateness: minutes(1) },
    ] as const
    expect(new Set(all.map(facts)).size).toBe(all.length)
  })
})

describe('asOfJoin refuses', () => {
  it('knownAt without freeze, as it would have no effect (BAD_OPTION)', () => {
    for (const lateRows of [undefined, 'wait', 'restate'] as const) {
      const error = withOptions({ ...(lateRows !== undefined && { lateRows }), knownAt: () => 0 })
      expect(error).toMatchObject({ code: 'BAD_OPTION', step: 'AsOf' })
      expect(error.message).toContain(`has knownAt but lateRows: '${lateRows ?? 'wait'}'`)
      expect(error.message).toContain("Use lateRows: 'freeze', or leave out knownAt.")
    }
  })

  it('changes into answers that freeze by arrival, on either side (CHANGES_INTO_FREEZE)', () => {
    for (const [left, right] of [
      [changing('L'), plain('R')],
      [plain('L'), changing('R')],
    ] as const) {
      const error = withOptions({ lateRows: 'freeze' }, left, right)
      expect(error).toMatchObject({ name: 'IncompatibleWindowingError', code: 'CHANGES_INTO_FREEZE', step: 'AsOf' })
      expect(error.message).toContain("Give knownAt, or use lateRows: 'wait' or 'restate'.")
    }
  })

  it.each(['left', 'right'] as const)('several panes of a key and window on the %s (SEVERAL_PANES)', (side) => {
    for (const mode of ['accumulating', 'discarding'] as const) {
      const panes = (root: Root) => sums(root, 'P', late(hours(1), mode))
      const error = withInputs((root) => ({ left: keyed(root, 'L'), right: keyed(root, 'R'), [side]: panes(root) }))
      expect(error).toMatchObject({ code: 'SEVERAL_PANES', step: 'AsOf' })
      expect(error.message).toContain(`The input "${side}" of asOfJoin("AsOf")`)
    }
  })

  it('inputs that are no two collections', () => {
    expect(withInputs((root) => ({ left: keyed(root, 'L') })).code).toBe('NOT_A_COLLECTION')
    expect(withInputs((root) => ({ left: keyed(root, 'L'), dimension: keyed(root, 'R') })).code).toBe('BAD_OPTION')
    const twice = withInputs((root) => {
      const side = keyed(root, 'L')
      return { left: side, right: side }
    })
    expect(twice.code).toBe('SAME_INPUT_TWICE')
  })

  it.each<[string, unknown, string, string]>([
    ['an option it does not know', { lateRow: 'wait' }, 'BAD_OPTION', 'Did you mean "lateRows"?'],
    ['a type there is not', { type: 'full' }, 'BAD_OPTION', 'Use one of "inner", "left".'],
    ['a policy there is not', { lateRows: 'retsate' }, 'BAD_OPTION', 'Did you mean "restate"?'],
    ['an orderBy that is no function', { orderBy: 'at' }, 'BAD_OPTION', 'orderBy of asOfJoin("AsOf") is "at"'],
    ['a knownAt that is no function', { lateRows: 'freeze', knownAt: 5 }, 'BAD_OPTION', 'knownAt of asOfJoin("AsOf")'],
    ['an age below zero', { maxAge: minutes(-1) }, 'BAD_DURATION', 'The maxAge of asOfJoin("AsOf") is -60000 ms'],
    ['a bare number for the lateness', { lateness: 5 }, 'BAD_DURATION', 'is 5 and no Duration'],
  ])('%s', (_, options, code, message) => {
    const error = withOptions(options)
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)])
  })

  it('a key coder that tells equal keys apart, and to go without a name', () => {
    const json = {
      id: 'json',
      encode: (key: unknown) => new TextEncoder().encode(JSON.stringify(key)),
      decode: (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as string,
    }
    expect(withOptions({ keyCoder: json }).code).toBe('NONDETERMINISTIC_KEY')
    expect(
      errorOf((root) => asOfJoin(undefined as never, { left: keyed(root, 'L'), right: keyed(root, 'R') })).code,
    ).toBe('BAD_STEP_NAME')
  })
})
