/**
 * What intervalJoin makes of its inputs and options when the graph is built, and what it refuses.
 */
import { describe, expect, it } from 'vitest'
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  groupByKey,
  hours,
  intervalJoin,
  map,
  milliseconds,
  minutes,
  PipelineError,
  seconds,
  windowInto,
  withKeys,
  type IntervalJoinOptions,
  type JoinInputs,
  type JoinType,
  type KV,
  type PCollection,
  type Root,
  type WindowingOptions,
} from '../../src/index.ts'
import { buildGraph, type Collection, type IntervalJoinPayload, type Step } from '../../src/graph/index.ts'
import { orders, type Order } from '../described-source.ts'
import { largest } from '../graph/largest.ts'

type Side = PCollection<KV<string, Order>>
type Options = IntervalJoinOptions<string, unknown, unknown, JoinType>

const keyed = (root: Root, name: string, windowing?: WindowingOptions): Side => {
  const elements = orders(root, name).pipe(withKeys(({ region }): string => region))
  return windowing === undefined ? elements : elements.pipe(windowInto(fixedWindows(minutes(1)), windowing))
}
const late = (
  allowedLateness: ReturnType<typeof hours>,
  accumulationMode: 'accumulating' | 'discarding' | 'retracting',
) => ({ allowedLateness, accumulationMode, trigger: afterWatermark({ late: afterCount(1) }) }) as const
const sums = (root: Root, name: string, windowing: WindowingOptions): PCollection<KV<string, unknown>> =>
  keyed(root, name, windowing).pipe(
    map(([region, { amount }]) => [region, amount] as const),
    combinePerKey(`${name}Sum`, largest as never),
  )

const NEAR: Options = { before: minutes(0), after: hours(1) }

function built(
  left: (root: Root) => PCollection<KV<string, unknown>>,
  right: (root: Root) => PCollection<KV<string, unknown>>,
  options: Options = NEAR,
): { readonly step: Step; readonly payload: IntervalJoinPayload; readonly output: Collection } {
  const graph = buildGraph((root) => ({ out: intervalJoin('Join', { left: left(root), right: right(root) }, options) }))
  const step = graph.steps.at(-1)!
  return { step, payload: step.payload as IntervalJoinPayload, output: graph.collections[step.outputs[0]!]! }
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

const withOptions = (options: unknown): PipelineError =>
  errorOf((root) => intervalJoin('Join', { left: keyed(root, 'L'), right: keyed(root, 'R') }, options as Options))
const withInputs = (inputs: (root: Root) => unknown): PipelineError =>
  errorOf((root) => intervalJoin('Join', inputs(root) as JoinInputs<string, Order, Order>, NEAR))

describe('intervalJoin', () => {
  it('gives elements in the global window, unbounded when a side is', () => {
    const { payload, output, step } = built(
      (root) => keyed(root, 'L'),
      (root) => keyed(root, 'R'),
    )
    expect(payload).toMatchObject({ before: 0, after: 3_600_000, type: 'inner', lateness: { left: 0, right: 0 } })
    expect(output).toMatchObject({ bounded: false, panes: 'elements' })
    expect([output.windowing.windowFn.kind, output.windowing.allowedLateness, step.drift.safe]).toEqual([
      'global',
      0,
      true,
    ])
  })

  it('waits for late elements of each side as its windowing says, or for all as it is told', () => {
    const left = (root: Root) => keyed(root, 'L', late(hours(2), 'accumulating'))
    const right = (root: Root) => keyed(root, 'R', late(minutes(5), 'accumulating'))
    expect(built(left, right).payload.lateness).toEqual({ left: 7_200_000, right: 300_000 })
    expect(built(left, right).output.windowing.allowedLateness).toBe(7_200_000)
    const told = built(left, right, { ...NEAR, lateness: seconds(7) })
    expect([told.payload.lateness, told.output.windowing.allowedLateness]).toEqual([{ left: 7000, right: 7000 }, 7000])
  })

  it('gives changes where a side is changes, and groupings below go on with changes', () => {
    const changes = (root: Root) => sums(root, 'L', late(hours(1), 'retracting'))
    for (const { output, step } of [
      built(changes, (root) => keyed(root, 'R')),
      built((root) => keyed(root, 'R'), changes),
    ]) {
      expect([output.panes, output.windowing.accumulationMode, step.drift.safe]).toEqual([
        'changes',
        'retracting',
        true,
      ])
    }
    expect(() =>
      buildGraph((root) => ({
        out: intervalJoin('Join', { left: changes(root), right: keyed(root, 'R') }, NEAR).pipe(
          windowInto(fixedWindows(minutes(1))),
          groupByKey('Below'),
        ),
      })),
    ).not.toThrow()
  })

  it('leaves groupings below the accumulation mode of both sides, where it is the same', () => {
    const mode = (left: 'accumulating' | 'discarding', right: 'accumulating' | 'discarding') =>
      built(
        (root) => keyed(root, 'L', late(hours(1), left)),
        (root) => keyed(root, 'R', late(hours(1), right)),
      ).output.windowing.accumulationMode
    expect([
      mode('accumulating', 'accumulating'),
      mode('discarding', 'discarding'),
      mode('accumulating', 'discarding'),
    ]).toEqual(['accumulating', 'discarding', 'accumulating'])
  })

  it('drifts where timestamps of panes do, and where several panes are accepted', () => {
    const earliest = { ...late(hours(1), 'retracting'), timestampCombiner: 'earliest' } as const
    const panes = { ...late(hours(1), 'accumulating'), mayDrift: true } as const
    const reasons = (windowing: WindowingOptions) =>
      built(
        (root) => keyed(root, 'L'),
        (root) => sums(root, 'R', windowing),
      ).step.drift.reasons.map(({ reason }) => reason)
    expect([reasons(earliest), reasons(panes)]).toEqual([['pane-timestamps'], ['several-panes']])
  })
})

describe('intervalJoin refuses', () => {
  it('no bound, as elements would be kept for ever (JOIN_WITHOUT_BOUND)', () => {
    const error = withOptions({ before: minutes(1) })
    expect(error.code).toBe('JOIN_WITHOUT_BOUND')
    expect(error.message).toBe(
      'intervalJoin("Join") has no bound "after", so an element would have to be kept for ever: any other might still meet it. ' +
        'Give before and after, such as { before: minutes(0), after: hours(1) }.',
    )
    expect(withOptions({ after: minutes(1) }).message).toContain('no bound "before"')
    expect(withOptions({}).code).toBe('JOIN_WITHOUT_BOUND')
  })

  it('an interval in which nothing lies (EMPTY_INTERVAL)', () => {
    const error = withOptions({ before: minutes(-5), after: milliseconds(299_999) })
    expect(error.code).toBe('EMPTY_INTERVAL')
    expect(error.message).toContain('looks from -300000 ms before an element to 299999 ms after it')
    expect(() =>
      built(
        (root) => keyed(root, 'L'),
        (root) => keyed(root, 'R'),
        { before: minutes(-5), after: minutes(5) },
      ),
    ).not.toThrow()
  })

  it('the same collection on both sides, unless it goes two ways (SAME_INPUT_TWICE)', () => {
    const twice = withInputs((root) => {
      const side = keyed(root, 'L')
      return { left: side, right: side }
    })
    expect([twice.code, twice.message]).toEqual([
      'SAME_INPUT_TWICE',
      'Both inputs of intervalJoin("Join") are the same collection, so each element would meet itself. If that is meant, pass one of them ' +
        'through map((element) => element) first.',
    ])
    expect(() =>
      buildGraph((root) => {
        const side = keyed(root, 'L')
        return { out: intervalJoin('Join', { left: side, right: side.pipe(map((element) => element)) }, NEAR) }
      }),
    ).not.toThrow()
  })

  it.each(['left', 'right'] as const)(
    'several panes of a key and window, and says on which side (SEVERAL_PANES, %s)',
    (side) => {
      for (const mode of ['accumulating', 'discarding'] as const) {
        const panes = (root: Root) => sums(root, 'P', late(hours(1), mode))
        const error = withInputs((root) => ({ left: keyed(root, 'L'), right: keyed(root, 'R'), [side]: panes(root) }))
        expect(error).toMatchObject({ name: 'IncompatibleWindowingError', code: 'SEVERAL_PANES', step: 'Join' })
        expect(error.message).toContain(
          `The input "${side}" of intervalJoin("Join") cannot be joined. "Join" is fed by ${mode} panes`,
        )
      }
    },
  )

  it('inputs that are no collections of its pipeline, or are called otherwise', () => {
    expect(withInputs((root) => ({ left: keyed(root, 'L') }))).toMatchObject({
      code: 'NOT_A_COLLECTION',
      message: expect.stringContaining('The input "right" of intervalJoin("Join") is undefined') as string,
    })
    expect(withInputs((root) => ({ left: keyed(root, 'L'), rigth: keyed(root, 'R') })).message).toContain(
      'Did you mean "right"?',
    )
    let foreign: Side | undefined
    buildGraph((root) => ({ out: (foreign = keyed(root, 'F')) }))
    expect(withInputs((root) => ({ left: keyed(root, 'L'), right: foreign })).code).toBe('FOREIGN_COLLECTION')
  })

  it.each<[string, unknown, string, string]>([
    [
      'an option it does not know',
      { ...NEAR, lateness: minutes(1), typ: 'left' },
      'BAD_OPTION',
      'Did you mean "type"?',
    ],
    ['a type there is not', { ...NEAR, type: 'outer' }, 'BAD_OPTION', 'Use one of "inner", "left", "right", "full".'],
    ['a bare number for a bound', { before: 0, after: 60 }, 'BAD_DURATION', 'is 0 and no Duration'],
    [
      'a lateness below zero',
      { ...NEAR, lateness: minutes(-1) },
      'BAD_DURATION',
      'The lateness of intervalJoin("Join") is -60000 ms',
    ],
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
    expect(withOptions({ ...NEAR, keyCoder: json }).code).toBe('NONDETERMINISTIC_KEY')
    expect(
      errorOf((root) => intervalJoin(undefined as never, { left: keyed(root, 'L'), right: keyed(root, 'R') }, NEAR))
        .code,
    ).toBe('BAD_STEP_NAME')
  })
})
