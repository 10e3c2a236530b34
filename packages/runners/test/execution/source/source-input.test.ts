/**
 * Where elements enter: their timestamps, the watermark before each, the skew guard, and what a source rejects.
 */
import {
  boundedOutOfOrderness,
  create,
  MIN_TIMESTAMP,
  milliseconds,
  read,
  type PCollection,
  type ReadOptions,
  type Root,
} from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { described, Scripted } from '../scripted.ts'

interface Reading {
  readonly at: unknown
  readonly taken?: unknown
}

const readings =
  (options: Partial<ReadOptions<Reading>> = {}) =>
  (root: Root): { readonly out: PCollection<Reading> } => ({
    out: root.pipe(read('In', described<Reading>(false), { timestamp: ({ at }) => at as number, ...options })),
  })

describe('an element', () => {
  it('enters the global window at the timestamp that its source gives', () => {
    const run = new Scripted(readings()).offer({ at: 5 }, { at: -5 })
    expect(run.take()).toEqual(['all {"at":5} @5', 'all {"at":-5} @-5'])
    expect(run.outputs['out']).toEqual([])
  })

  it.each([
    ['undefined', undefined],
    ['1.5', 1.5],
    ['NaN', Number.NaN],
    ['2026-03-01', '2026-03-01'],
  ])('without a timestamp is a dead letter: timestamp() gave %s', (text, at) => {
    const run = new Scripted(readings()).offer({ at: 1 }, { at }, { at: 2 })
    expect(run.take()).toHaveLength(2)
    expect(run.ledger).toEqual([
      {
        reason: 'dead-letter',
        step: 'In',
        element: { at },
        timestamp: undefined,
        window: undefined,
        watermark: MIN_TIMESTAMP,
        position: { split: '0', offset: 1, unit: 'line' },
        detail: `BAD_TIMESTAMP: timestamp() gave ${text}, which is not a whole number of milliseconds since the epoch`,
      },
    ])
    run.complete()
  })

  it('whose timestamp() throws is a dead letter with what was thrown', () => {
    const fail = () => {
      throw new TypeError('no such field')
    }
    const run = new Scripted(readings({ timestamp: fail })).offer({ at: 1 }).complete()
    expect(run.ledger.map(({ detail }) => detail)).toEqual(['BAD_TIMESTAMP: timestamp() threw: no such field'])
  })

  it('of create() has its timestamp checked as well', () => {
    const run = new Scripted((root) => ({ out: root.pipe(create('In', [1, 2], { timestamp: (n) => n / 2 })) }))
      .offer(1, 2)
      .complete()
    expect(run.take()).toEqual(['all 2 @1'])
    expect(run.ledger).toMatchObject([{ element: 1, position: { unit: 'element', offset: 0 } }])
  })
})

describe('a record that the source rejects', () => {
  it('stands in the ledger with its raw text, place and code, and counts as taken in', () => {
    const run = new Scripted(readings())
    run.input().offer('0', {
      elements: [{ at: 1 }],
      offsets: [8],
      rejected: [{ offset: 7, raw: '{"at":', code: 'BAD_JSON', detail: 'ends too early' }],
      position: null,
      bytes: 0,
      done: false,
    })
    expect(run.ledger).toMatchObject([
      {
        reason: 'dead-letter',
        step: 'In',
        element: '{"at":',
        position: { split: '0', offset: 7, unit: 'line' },
        detail: 'BAD_JSON: ends too early',
      },
    ])
    expect(run.complete().engine.counters()).toMatchObject([{ step: 'In', in: 2, withOutput: 1, ledger: 1, out: 1 }])
  })
})

describe('the watermark', () => {
  it('stays at the beginning without a strategy, until the source is complete', () => {
    const run = new Scripted(readings()).offer({ at: 1_000_000 })
    expect(run.engine.outputWatermark('out')).toBe(MIN_TIMESTAMP)
  })

  it('is the latest timestamp less the bound, and never moves back', () => {
    const run = new Scripted(readings({ watermark: boundedOutOfOrderness(milliseconds(5)) })).offer(
      { at: 20 },
      { at: 30 },
      { at: 10 },
    )
    expect([run.input().watermark, run.engine.outputWatermark('out')]).toEqual([25, 25])
    run.offer({ at: 28 })
    expect(run.input().watermark).toBe(25)
  })

  it('may be further on than elements say, when it is set', () => {
    const run = new Scripted(readings({ watermark: boundedOutOfOrderness(milliseconds(5)) }))
      .watermark(50)
      .offer({ at: 20 })
    expect(run.input().watermark).toBe(50)
  })

  it('follows what a bounded source has promised about its order, within partitions too', () => {
    const order = { disorder: milliseconds(3) }
    expect(new Scripted(readings({ eventTimeOrder: order })).offer({ at: 20 }).input().watermark).toBe(17)
    expect(
      new Scripted(readings({ eventTimeOrder: { ...order, partition: () => 0 } })).offer({ at: 20 }).input().watermark,
    ).toBe(17)
  })

  it('takes no estimate in history, which can wait, but what a bounded source has promised', () => {
    const estimate = { watermark: boundedOutOfOrderness(milliseconds(5)) }
    expect(new Scripted(readings(estimate), { mode: 'history' }).offer({ at: 20 }).input().watermark).toBe(
      MIN_TIMESTAMP,
    )
    const promise = { ...estimate, eventTimeOrder: { disorder: milliseconds(3) } }
    expect(new Scripted(readings(promise), { mode: 'history' }).offer({ at: 20 }).input().watermark).toBe(17)
    expect(new Scripted(readings(promise)).offer({ at: 20 }).input().watermark).toBe(15)
  })

  it('is moved by no element that is ahead of the skew guard', () => {
    const run = new Scripted(
      readings({ watermark: boundedOutOfOrderness(milliseconds(0)), maxFuture: milliseconds(10) }),
      { now: 100 },
    )
    run.offer({ at: 105 }, { at: 99_999 })
    expect(run.input().watermark).toBe(105)
  })
})

describe('the skew guard', () => {
  const future = (run: Scripted): readonly unknown[] =>
    run.ledger.map(({ reason, element }) => [reason, (element as Reading).at])

  it('compares with the arrival that the source states', () => {
    const run = new Scripted(readings({ arrival: ({ taken }) => taken as number, maxFuture: milliseconds(10) }))
    run.offer({ at: 60, taken: 50 }, { at: 61, taken: 50 }).complete()
    expect(future(run)).toEqual([['future', 61]])
    expect(run.ledger[0]).toMatchObject({
      timestamp: 61,
      detail: '1970-01-01T00:00:00.061Z is more than 10 ms ahead of 1970-01-01T00:00:00.050Z, when it came in',
    })
  })

  it('allows ten minutes where a source states arrivals and no limit', () => {
    const run = new Scripted(readings({ arrival: ({ taken }) => taken as number })).offer(
      { at: 600_000, taken: 0 },
      { at: 600_001, taken: 0 },
    )
    expect(future(run)).toEqual([['future', 600_001]])
  })

  it('compares with a live clock where no arrival is stated, as it moves', () => {
    const run = new Scripted(readings({ maxFuture: milliseconds(10) }), { now: 100 }).offer({ at: 110 }, { at: 111 })
    run.tick(101).offer({ at: 111 })
    expect(future(run)).toEqual([['future', 111]])
  })

  it('takes the limit of the run where the source has none', () => {
    const run = new Scripted(readings(), { now: 100, maxFuture: 10 }).offer({ at: 110 }, { at: 111 })
    expect(future(run)).toEqual([['future', 111]])
  })

  it('stands aside in history, where the clock stands still', () => {
    const run = new Scripted(readings({ maxFuture: milliseconds(10) }), { mode: 'history' }).offer({ at: 99_999 })
    expect(future(run)).toEqual([])
  })

  it.each([
    [
      'gives no timestamp',
      () => Number.NaN,
      'arrival() gave NaN, which is not a whole number of milliseconds since the epoch',
    ],
    [
      'throws',
      () => {
        throw new Error('no arrival')
      },
      'arrival() threw: no arrival',
    ],
  ])('makes a dead letter of an element whose arrival() %s', (_, arrival, detail) => {
    const run = new Scripted(readings({ arrival })).offer({ at: 5 }).complete()
    expect(run.ledger).toMatchObject([
      { reason: 'dead-letter', element: { at: 5 }, detail: `BAD_TIMESTAMP: ${detail}` },
    ])
    expect(run.take()).toEqual([])
  })
})

describe('an element that the job could not take', () => {
  it('stands in the ledger as overflow with its timestamp, if it has one, and moves no watermark', () => {
    const run = new Scripted(readings({ watermark: boundedOutOfOrderness(milliseconds(0)) }))
    run.input().overflow('0', { at: 7 }, 3, 3)
    run.input().overflow('0', { at: 'x' }, 4, 3)
    expect(run.ledger).toMatchObject([
      {
        reason: 'overflow',
        timestamp: 7,
        position: { split: '0', offset: 3, unit: 'line' },
        detail: '3 elements waited, and there was no room for more',
      },
      { reason: 'overflow', timestamp: undefined },
    ])
    expect([run.take(), run.input().watermark]).toEqual([[], MIN_TIMESTAMP])
    run.complete()
  })
})
