/**
 * What coGroupByKey makes of its inputs and options when the graph is built, and what it refuses: by the names of its inputs.
 */
import { describe, expect, it } from 'vitest'
import {
  afterCount,
  coGroupByKey,
  combinePerKey,
  create,
  decodeValue,
  fixedWindows,
  hours,
  map,
  minutes,
  PipelineError,
  repeatedly,
  sessions,
  windowInto,
  withKeys,
  type Coder,
  type KV,
  type PCollection,
  type Root,
  type WindowFn,
  type WindowingOptions,
} from '../../src/index.ts'
import { buildGraph, type GroupByKeyPayload } from '../../src/graph/index.ts'
import { orders, type Order } from '../described-source.ts'
import { largest } from '../graph/largest.ts'

const keyed = (root: Root, name: string): PCollection<KV<string, Order>> =>
  orders(root, name).pipe(withKeys(({ region }): string => region))
const windowed = (
  root: Root,
  name: string,
  windows: WindowFn = fixedWindows(minutes(1)),
  options: WindowingOptions = {},
) => keyed(root, name).pipe(windowInto(windows, options))

function errorOf(inputs: (root: Root) => unknown, options?: unknown): PipelineError {
  try {
    buildGraph((root) => ({
      out: coGroupByKey('Join', inputs(root) as { a: ReturnType<typeof keyed> }, options as never),
    }))
  } catch (error) {
    if (error instanceof PipelineError) return error
    throw error
  }
  throw new Error('the graph was built')
}

describe('coGroupByKey refuses, by the names of its inputs', () => {
  it('inputs that are windowed differently', () => {
    const error = errorOf((root) => ({
      orders: windowed(root, 'A'),
      more: windowed(root, 'B'),
      refunds: windowed(root, 'C', sessions(minutes(1))),
    }))
    expect(error).toMatchObject({ code: 'FLATTEN_INCOMPATIBLE', step: 'Join/GroupByKey' })
    expect(error.message).toMatch(
      /^The inputs "orders" and "refunds" of coGroupByKey\("Join"\) have different windows fixed.* and sessions.*Apply the same windowInto/,
    )
  })

  it('an input that would never come, or comes in several panes, or whose trigger may lose elements', () => {
    const panes = {
      trigger: repeatedly(afterCount(1)),
      allowedLateness: hours(1),
      accumulationMode: 'accumulating',
    } as const
    const never = errorOf((root) => ({
      orders: root.pipe(create('Few', [['a', 1]] as const)),
      refunds: keyed(root, 'B'),
    }))
    expect([never.code, never.message]).toEqual([
      'NEVER_FIRES',
      expect.stringMatching(/^The input "refunds" of coGroupByKey\("Join"\) cannot be grouped\. /),
    ])
    const several = errorOf((root) => ({
      orders: windowed(root, 'A', fixedWindows(minutes(1)), panes).pipe(
        map(([region, { amount }]) => [region, amount] as const),
        combinePerKey('Sum', largest),
      ),
    }))
    expect([several.code, several.message]).toEqual([
      'SEVERAL_PANES',
      expect.stringMatching(/^The input "orders" of coGroupByKey\("Join"\) cannot be grouped\. /),
    ])
    const unsafe = errorOf((root) => ({
      refunds: windowed(root, 'A', fixedWindows(minutes(1)), { ...panes, trigger: afterCount(1) }),
    }))
    expect([unsafe.code, unsafe.message]).toEqual(['UNSAFE_TRIGGER', expect.stringContaining('The input "refunds"')])
  })

  it('what is no collection, and options that it does not know', () => {
    expect(errorOf(() => ({ orders: [] })).message).toContain(
      'The input "orders" of coGroupByKey("Join") is a value of type object',
    )
    expect(errorOf((root) => ({ a: windowed(root, 'A') }), { keycoder: {} }).message).toContain(
      'Did you mean "keyCoder"?',
    )
    expect(errorOf((root) => ({ a: windowed(root, 'A') }), { order: 'some' }).code).toBe('BAD_OPTION')
    expect(errorOf((root) => ({ payments: windowed(root, 'A') }), { valueCoders: { payment: {} } }).message).toBe(
      'valueCoders of coGroupByKey("Join") has no option "payment", so it would have no effect. Did you mean "payments"?',
    )
  })
})

describe('coGroupByKey', () => {
  const payloadOf = (options: object): GroupByKeyPayload =>
    buildGraph((root) => ({
      out: coGroupByKey('Join', { a: windowed(root, 'A'), b: windowed(root, 'B') }, options),
    })).steps.find(({ path }) => path === 'Join/GroupByKey')!.payload as GroupByKeyPayload

  it('passes its options to the grouping inside, and drifts where its order is any', () => {
    const keyCoder: Coder<string> = {
      id: 'key',
      encode: (key) => new TextEncoder().encode(key),
      decode: (bytes) => new TextDecoder().decode(bytes),
    }
    expect(payloadOf({ keyCoder, order: 'any' })).toMatchObject({ keyCoder, order: 'any', valueCoder: undefined })
    const { steps } = buildGraph((root) => ({
      out: coGroupByKey('Join', { a: windowed(root, 'A') }, { order: 'any' }),
    }))
    expect(steps.at(-1)!.drift.reasons).toEqual([{ step: 'Join/GroupByKey', reason: 'order-any' }])
  })

  it('writes the values of each input with the coder of that input, and says which they are', () => {
    const amounts: Coder<Order> = {
      id: 'amounts',
      encode: ({ amount }) => Uint8Array.of(amount),
      decode: ([amount]) => ({ region: 'eu', amount: amount!, at: 0 }),
    }
    const coder = payloadOf({ valueCoders: { b: amounts } }).valueCoder!
    expect(coder.id).toBe('co-grouped(canonical, amounts)')
    const [own, other] = [coder.encode([0, { amount: 7 }]), coder.encode([1, { region: 'us', amount: 7, at: 5 }])]
    expect([decodeValue(own), decodeValue(other)]).toEqual([
      [0, { amount: 7 }],
      [1, Uint8Array.of(7)],
    ])
    expect([coder.decode(own), coder.decode(other)]).toEqual([
      [0, { amount: 7 }],
      [1, { region: 'eu', amount: 7, at: 0 }],
    ])
  })
})
