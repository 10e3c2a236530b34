/**
 * What primitives put into the graph: descriptions as frozen data, lengths as milliseconds, functions ready to be called.
 */
import { describe, expect, it } from 'vitest'
import { buildGraph } from '../../src/graph/build-graph.ts'
import type { Primitive, Step } from '../../src/graph/pipeline-graph.ts'
import {
  boundedOutOfOrderness,
  canonicalCoder,
  coGroupByKey,
  combineGlobally,
  combinePerKey,
  create,
  eventTimeTimer,
  filter,
  flatMap,
  groupByKey,
  map,
  MIN_TIMESTAMP,
  minutes,
  monotonousTimestamps,
  parDo,
  read,
  reshuffle,
  seconds,
  statefulParDo,
  tagged,
  valueState,
  withKeys,
  withTimestamps,
  write,
  type KV,
  type PCollection,
  type Root,
  type Sink,
} from '../../src/index.ts'
import { largest } from '../graph/largest.ts'
import { orders, orderSource } from '../described-source.ts'

const pairs = (root: Root): PCollection<KV<string, number>> => root.pipe(create('Pairs', [['a', 1] as const]))

function lastOf(out: (root: Root) => PCollection<unknown>): Step {
  return buildGraph((root) => ({ out: out(root) })).steps.at(-1)!
}

function payloadOf(out: (root: Root) => PCollection<unknown>): Primitive {
  return lastOf(out).payload
}

describe('read', () => {
  it('turns lengths into milliseconds, once', () => {
    const source = orderSource(true)
    const partition = () => 0
    const payload = payloadOf((root) =>
      root.pipe(
        read('Orders', source, {
          timestamp: (order) => order.at,
          watermark: boundedOutOfOrderness(seconds(5)),
          eventTimeOrder: { disorder: minutes(1), partition },
          arrival: (order) => order.at + 1,
          maxFuture: minutes(10),
          idleAfter: seconds(30),
        }),
      ),
    )
    expect(payload).toMatchObject({
      primitive: 'read',
      source,
      watermark: { kind: 'bounded-out-of-orderness', bound: 5_000 },
      eventTimeOrder: { disorder: 60_000, partition },
      maxFuture: 600_000,
      idleAfter: 30_000,
    })
  })

  it('keeps a length of zero apart from none', () => {
    const of = (options: object) =>
      payloadOf((root) => root.pipe(read('Orders', orderSource(true), { timestamp: () => 0, ...options })))
    expect(of({ maxFuture: seconds(0), idleAfter: seconds(0) })).toMatchObject({ maxFuture: 0, idleAfter: 0 })
    expect(of({})).toMatchObject({
      maxFuture: undefined,
      timestampRange: undefined,
      idleAfter: undefined,
      watermark: undefined,
      eventTimeOrder: undefined,
    })
  })

  it('knows watermarks behind the latest timestamp only, never ahead of it', () => {
    expect(monotonousTimestamps()).toEqual(boundedOutOfOrderness(seconds(0)))
    expect(() => boundedOutOfOrderness(seconds(-1))).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
  })
})

describe('create', () => {
  it('puts elements at the beginning of time unless told otherwise', () => {
    const payload = payloadOf((root) => root.pipe(create('Few', [7])))
    expect(payload.primitive === 'create' && payload.timestamp(7)).toBe(MIN_TIMESTAMP)
    const timed = payloadOf((root) => root.pipe(create('Few', [7], { timestamp: (n) => n * 2 })))
    expect(timed.primitive === 'create' && timed.timestamp(7)).toBe(14)
  })
})

describe('a stateless step', () => {
  it.each([
    ['map', map(String)],
    ['filter', filter(Boolean)],
    ['flat-map', flatMap((each: unknown) => [each])],
    ['with-keys', withKeys(String)],
    ['with-timestamps', withTimestamps(() => 0)],
    ['reshuffle', reshuffle()],
  ])('says its form, %s, and fails on errors unless told otherwise', (form, transform) => {
    expect(payloadOf((root) => orders(root).pipe(transform as never))).toMatchObject({
      primitive: 'stateless',
      form,
      onError: 'fail',
    })
  })

  it('may put elements for which it throws into the ledger', () => {
    expect(payloadOf((root) => orders(root).pipe(map(String, { onError: 'dead-letter' })))).toMatchObject({
      onError: 'dead-letter',
    })
    expect(payloadOf((root) => orders(root).pipe(parDo({ *process() {}, onError: 'dead-letter' })))).toMatchObject({
      onError: 'dead-letter',
    })
  })
})

describe('parDo', () => {
  it('has a collection for each of its outputs, in their order', () => {
    const graph = buildGraph((root) => {
      const { good, bad } = orders(root).pipe(
        parDo({
          outputs: ['good', 'bad'],
          *process() {
            yield tagged('good', 1)
            yield tagged('bad', 'x')
          },
        }),
      )
      return { bad, good }
    })
    const step = graph.steps.at(-1)!
    expect(step.payload).toMatchObject({ primitive: 'parDo', outputs: ['good', 'bad'] })
    expect([graph.outputs['good'], graph.outputs['bad']]).toEqual(step.outputs)
  })

  it('has one collection without a name when it names none', () => {
    const step = lastOf((root) => orders(root).pipe(parDo({ *process() {} })))
    expect([step.outputs.length, step.payload]).toEqual([1, expect.objectContaining({ outputs: [] })])
  })
})

describe('statefulParDo', () => {
  it('fills in what is left out, and binds its functions to their object', () => {
    const fn = {
      state: { last: valueState<number>() },
      greeting: 'hello',
      *process() {
        yield this.greeting
      },
    }
    const payload = payloadOf((root) => pairs(root).pipe(statefulParDo('State', fn)))
    expect(payload).toMatchObject({
      primitive: 'statefulParDo',
      timers: {},
      onTimer: {},
      order: 'event-time',
      lateness: undefined,
      onError: 'fail',
    })
    expect(payload.primitive === 'statefulParDo' && [...(payload.process({} as never) as Iterable<unknown>)]).toEqual([
      'hello',
    ])
  })

  it('takes a lateness of its own in milliseconds, zero as well', () => {
    const of = (lateness: number) =>
      payloadOf((root) =>
        pairs(root).pipe(statefulParDo('State', { state: {}, *process() {}, lateness: seconds(lateness) })),
      )
    expect([of(2), of(0)]).toMatchObject([{ lateness: 2_000 }, { lateness: 0 }])
  })

  it('keeps its timers and their handlers under their names', () => {
    const timers = { idle: eventTimeTimer() }
    const idle = () => undefined
    expect(
      payloadOf((root) =>
        pairs(root).pipe(statefulParDo('State', { state: {}, timers, process() {}, onTimer: { idle } })),
      ),
    ).toMatchObject({
      timers,
      onTimer: { idle },
    })
  })
})

describe('a grouping', () => {
  it('says how keys and values become bytes, and in which order values come', () => {
    const keyCoder = canonicalCoder<string>()
    expect(payloadOf((root) => pairs(root).pipe(groupByKey('Group', { keyCoder })))).toEqual({
      primitive: 'groupByKey',
      order: 'canonical',
      keyCoder,
      valueCoder: undefined,
    })
    expect(payloadOf((root) => pairs(root).pipe(groupByKey('Group', { order: 'any' })))).toMatchObject({ order: 'any' })
  })

  it('combines by key, or all elements of a window', () => {
    const numbers = (root: Root) => pairs(root).pipe(map(([, n]) => n))
    expect(payloadOf((root) => pairs(root).pipe(combinePerKey('Max', largest)))).toMatchObject({
      keyed: true,
      combineFn: largest,
    })
    expect(payloadOf((root) => numbers(root).pipe(combineGlobally('Max', largest)))).toMatchObject({
      keyed: false,
      combineFn: largest,
    })
  })
})

describe('coGroupByKey', () => {
  it('tags values with their input and lists them under its name, for inputs without any value too', () => {
    const graph = buildGraph((root) => ({
      out: coGroupByKey('Join', { left: pairs(root), right: root.pipe(create('More', [['b', 'x'] as const])) }),
    }))
    const call = (path: string, element: unknown): unknown => {
      const { payload } = graph.steps.find((step) => step.path === path)!
      return payload.primitive === 'stateless' && payload.fn(element as never, {} as never)
    }
    expect([call('Join/Map', ['a', 1]), call('Join/Map#2', ['b', 'x'])]).toEqual([
      ['a', [0, 1]],
      ['b', [1, 'x']],
    ])
    expect(
      call('Join/Map#3', [
        'b',
        [
          [1, 'x'],
          [0, 7],
          [1, 'y'],
        ],
      ]),
    ).toEqual(['b', { left: [7], right: ['x', 'y'] }])
    expect(call('Join/Map#3', ['a', [[0, 1]]])).toEqual(['a', { left: [1], right: [] }])
  })
})

describe('write', () => {
  it('is a step without outputs', () => {
    const sink: Sink<unknown> = { description: 'nowhere', open: () => ({ write() {}, commit() {}, abort() {} }) }
    const graph = buildGraph((root) => {
      const input = pairs(root)
      expect(input.pipe(write('Out', sink))).toBeUndefined()
      return { input }
    })
    expect(graph.steps.at(-1)).toMatchObject({
      path: 'Out',
      named: true,
      outputs: [],
      payload: { primitive: 'write', sink },
    })
  })
})
