/**
 * J3, J4, J10, J11 and J14 for joins: partners that never come, joins without a bound, keys that are none, late elements, functions that
 * throw.
 */
import {
  afterCount,
  afterWatermark,
  asOfJoin,
  boundedOutOfOrderness,
  create,
  fixedWindows,
  intervalJoin,
  map,
  milliseconds,
  read,
  windowInto,
  type Coder,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { memorySource } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { windowJoin } from '@tidemark/transforms'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { asOf, faultOf, interval, joins, perWindow } from './joins-of-two.ts'
import { offered, shown, TwoSources, type Element, type Keyed, type OfTwo } from './two-sources.ts'

describe('J3: a partner that never comes', () => {
  const orders: readonly Element[] = [
    [1, 'a', 1],
    [12, 'b', 2],
  ]
  const timestamp = ([at]: Element): number => at
  const keyed = map(([, key, value]: Element) => [key, value] as KV<string, number>)
  const sides = (root: Root, left: PCollection<Element>): { readonly left: Keyed; readonly right: Keyed } => ({
    left: left.pipe(keyed),
    right: root.pipe(create<Element>('Nothing', []), keyed),
  })
  const alone = ['a: 1+- @1', 'b: 2+- @12']
  const joinsOfNothing: readonly (readonly [name: string, of: OfTwo, expected: readonly string[]])[] = [
    ['an interval join', interval({ type: 'left' }), alone],
    ['an inner interval join', interval({ type: 'inner' }), []],
    ['an as-of join', asOf(), alone],
    ['an as-of join that restates', asOf('restate'), alone],
    ['a window join', perWindow, ['a: 1+- @9', 'b: 2+- @19']],
  ]

  // Mutation: packages/runners/src/execution/join/interval-elements.ts: `if (isOuter) {` → `if (!isOuter) {`
  it('J3: leaves no element waiting: an empty dimension or right side is null, in history', async () => {
    for (const [name, of, expected] of joinsOfNothing) {
      const { outputs, ledgerCounts } = await batchRunner({ progress: 'never' }).run((root) => {
        const { left, right } = sides(root, root.pipe(read('Orders', memorySource(orders), { timestamp })))
        return { out: of(left, right) }
      })
      expect([name, outputs.out.map(shown)]).toEqual([name, expected])
      expect([name, ledgerCounts.size]).toEqual([name, 0])
    }
  })

  it('J3: leaves no element waiting live', async () => {
    const watermark = boundedOutOfOrderness(milliseconds(0))
    for (const [name, of, expected] of joinsOfNothing) {
      const job = streamingRunner({ autoStart: false, maxFuture: 'off' }).run((root) => {
        const { left, right } = sides(root, root.pipe(fromObservable('Orders', from(orders), { timestamp, watermark })))
        return { out: of(left, right) }
      })
      const seen: string[] = []
      job.outputs.out.subscribe((value) => seen.push(shown(value)))
      job.start()
      await job.done
      expect([name, seen]).toEqual([name, expected])
      expect([name, job.ledgerCounts.size]).toEqual([name, 0])
    }
  })

  it('J3: of one key only: the others are joined, and that one comes out alone when its time has passed', () => {
    const run = new TwoSources(interval({ before: 0, after: 5 }))
    run.left([1, 'a', 1], [1, 'b', 2]).right([3, 'a', 7])
    expect(run.take()).toEqual(['a: 1+7 @3'])
    run.to(30, 6)
    expect(run.take()).toEqual([])
    run.to(30, 7)
    expect(run.take()).toEqual(['b: 2+- @1'])
    expect(run.end()).toEqual([])
  })
})

describe('J4: a join without a bound', () => {
  const inputs = (root: Root) => ({ left: offered(root, 'L'), right: offered(root, 'R') })
  const refused = (build: (root: Root) => PCollection<unknown>) =>
    faultOf(() => buildGraph((root) => ({ out: build(root) })))

  // Mutation: packages/core/src/primitives/interval-join.ts: `if (bound !== undefined) return toMillis(bound)` → `return bound === undefined ? 0 : toMillis(bound)`
  it('J4: of time does not compile, and is refused with the bound that lacks', () => {
    const some = milliseconds(5)
    // @ts-expect-error -- after lacks
    const without = refused((root) => intervalJoin('Join', inputs(root), { before: some }))
    expect(without.code).toBe('JOIN_WITHOUT_BOUND')
    expect(without.message).toContain('no bound "after"')
    // @ts-expect-error -- before lacks
    expect(refused((root) => intervalJoin('Join', inputs(root), { after: some })).message).toContain(
      'no bound "before"',
    )
    // @ts-expect-error -- both lack
    expect(refused((root) => intervalJoin('Join', inputs(root))).code).toBe('BAD_OPTION')
  })

  it('J4: of windows over unbounded collections in the global window would keep all and emit nothing: NEVER_FIRES', () => {
    const { code, message } = refused((root) => windowJoin('Join', inputs(root)))
    expect(code).toBe('NEVER_FIRES')
    expect(message).toContain('"Join/CoGroup/GroupByKey"')
  })

  it('J4: whose bounds leave no time is refused, as nothing would ever meet', () => {
    const bounds = { before: milliseconds(-5), after: milliseconds(4) }
    expect(refused((root) => intervalJoin('Join', inputs(root), bounds)).code).toBe('EMPTY_INTERVAL')
    // One instant is time enough.
    const run = new TwoSources(interval({ before: -5, after: 5, type: 'inner' }))
    run.left([10, 'a', 1]).right([14, 'a', 7], [15, 'a', 8], [16, 'a', 9])
    expect(run.end()).toEqual(['a: 1+8 @15'])
  })
})

describe('J10: keys that are null, or none', () => {
  it('J10: null matches null, 0 matches -0, and nothing else does', () => {
    for (const [name, of] of joins) {
      const run = new TwoSources(of)
      run.right([1, null, 7], [1, 0, 8], [1, '', 9], [1, 'null', 9]).left([1, null, 1], [1, -0, 2], [1, false, 3])
      const matched = run.end().filter((text) => !text.includes('-+') && !text.includes('+-'))
      expect([name, matched.map((text) => text.slice(0, text.indexOf(' @'))).toSorted()]).toEqual([
        name,
        ['0: 2+8', 'null: 1+7'],
      ])
    }
  })

  const none: readonly (readonly [name: string, key: unknown, code: string])[] = [
    ['undefined', undefined, 'VALUE_UNDEFINED'],
    ['NaN', Number.NaN, 'KEY_NAN'],
    ['half a surrogate pair', '\ud800', 'LONE_SURROGATE'],
    ['a Date', new Date(0), 'CLASS_INSTANCE'],
  ]

  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `if (typeof own === 'string') encodeKey(own)` → `;`
  // Mutation: packages/runners/src/execution/join/interval-records.ts: `if (typeof own === 'string') encodeKey(own)` → `;`
  it('J10: what is no key is refused on either side, also where it would not be kept, and the step is named', () => {
    for (const [name, of] of joins) {
      for (const [what, key, code] of none) {
        const faults = [
          faultOf(() => new TwoSources(of).left([1, key, 1]).end()),
          faultOf(() => new TwoSources(of).right([1, key, 1]).end()),
          faultOf(() => {
            const run = new TwoSources(of)
            run.input('R').complete('0')
            run.left([1, key, 1]).end()
          }),
        ]
        for (const fault of faults) {
          expect([name, what, fault.code]).toEqual([name, what, code])
          expect(fault.message).toMatch(/Step "Join(\/CoGroup\/GroupByKey)?"/)
        }
      }
    }
  })
})

describe('J11: late elements of a join', () => {
  // Mutation: packages/runners/src/execution/join/interval-join.ts: `if (timestamp < times[input]!) {` → `if (timestamp <= times[input]!) {`
  it('J11: by time are taken up to the lateness of their side, and then are in the ledger, with the words for it', () => {
    const run = new TwoSources(interval({ before: 5, after: 5, lateness: 10, type: 'inner' }))
    run.to(20).left([10, 'a', 1], [9, 'a', 2]).right([10, 'a', 7], [9, 'a', 8])
    expect(run.end()).toEqual(['a: 1+7 @10'])
    expect(run.entries()).toEqual(['too-late a=2', 'too-late a=8'])
    expect(run.ledger[0]?.detail).toBe(
      'the left side takes elements until its watermark has passed their timestamp by its lateness, 10 ms, and its clock had come to 1970-01-01T00:00:00.010Z',
    )
    expect(run.ledger[1]?.detail).toMatch(/^the right side /)
    expect(run.ledger[0]?.watermark).toBe(20)
  })

  it('J11: rows of a dimension answer what waits, or are in the ledger: wait', () => {
    const run = new TwoSources(asOf('wait', 10))
    run.left([8, 'a', 1]).to(15)
    expect(run.take()).toEqual([])
    run.right([6, 'a', 7], [4, 'a', 6])
    expect(run.entries()).toEqual(['too-late a=6'])
    expect(run.to(18).take()).toEqual([])
    expect(run.to(19).take()).toEqual(['a: 1+7 @8'])
    run.right([8, 'a', 8])
    expect(run.end()).toEqual([])
    expect(run.entries()).toEqual(['too-late a=6', 'too-late a=8'])
  })

  it('J11: rows of a dimension correct what they would have answered: restate', () => {
    const run = new TwoSources(asOf('restate', 10))
    run.left([8, 'a', 1], [8, 'b', 2]).to(9)
    expect(run.take()).toEqual(['a: 1+- @8', 'b: 2+- @8'])
    run.right([6, 'a', 7])
    expect(run.take()).toEqual(['-a: 1+- @8', 'a: 1+7 @8'])
    // Later than the element, or earlier than the row that answers it: nothing changes.
    run.right([9, 'a', 9], [5, 'a', 5])
    expect(run.take()).toEqual([])
    run.to(19).right([8, 'a', 8])
    expect(run.end()).toEqual([])
    expect(run.entries()).toEqual(['too-late a=8'])
  })

  it('J11: rows of a dimension leave answers as they are and are noted: freeze', () => {
    const run = new TwoSources(asOf('freeze', 10))
    run.left([8, 'a', 1]).to(9).right([6, 'a', 7]).left([9, 'a', 2]).to(10)
    expect(run.end()).toEqual(['a: 1+- @8', 'a: 2+7 @9'])
    expect(run.entries()).toEqual(['frozen a=7'])
    expect(run.ledger[0]?.detail).toBe(
      'an element at 1970-01-01T00:00:00.008Z had been answered without this row, and its answer stands',
    )
  })

  it('J11: of windows come in a further pane, or are in the ledger when theirs has expired', () => {
    const windows = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
      trigger: afterWatermark({ late: afterCount(1) }),
      allowedLateness: milliseconds(10),
      accumulationMode: 'retracting',
    })
    const run = new TwoSources((left, right) =>
      windowJoin('Join', { left: left.pipe(windows), right: right.pipe(windows) }, { type: 'left' }),
    )
    run.left([1, 'a', 1]).to(10)
    expect(run.take()).toEqual(['a: 1+- @9'])
    run.right([2, 'a', 7])
    expect(run.take()).toEqual(['-a: 1+- @9', 'a: 1+7 @9'])
    run.to(20).right([3, 'a', 8])
    expect(run.end()).toEqual([])
    expect(run.ledger.map(({ reason, step }) => [reason, step])).toEqual([['expired', 'Join/CoGroup/GroupByKey']])
  })
})

describe('J14: a function of a join that throws', () => {
  const failing: Coder<number> = {
    description: 'fails',
    encode: () => {
      throw new Error('no bytes')
    },
    decode: () => 0,
  } as unknown as Coder<number>
  const thrown = (of: OfTwo) =>
    faultOf(() => new TwoSources(of).right([1, 'a', 7], [1, 'a', 8]).left([2, 'a', 1], [2, 'a', 2]).end())
  const throwing = (): never => {
    throw new Error('no order')
  }

  it('J14: is named with its step, and the run fails', () => {
    expect(
      [
        thrown((left, right) => asOfJoin('Join', { left, right }, { orderBy: throwing })),
        thrown((left, right) => asOfJoin('Join', { left, right }, { lateRows: 'freeze', knownAt: throwing })),
        thrown((left, right) => asOfJoin('Join', { left, right }, { rightCoder: failing })),
        thrown((left, right) => asOfJoin('Join', { left, right }, { keyCoder: failing as unknown as Coder<string> })),
        thrown((left, right) =>
          intervalJoin(
            'Join',
            { left, right },
            { before: milliseconds(0), after: milliseconds(0), keyCoder: failing as unknown as Coder<string> },
          ),
        ),
      ].map(({ code, step, message }) => [
        code,
        step,
        message.slice(0, message.indexOf(' threw')),
        /no (order|bytes)/.test(message),
      ]),
    ).toEqual([
      ['USER_CODE', 'Join', 'orderBy of step "Join"', true],
      ['USER_CODE', 'Join', 'knownAt of step "Join"', true],
      ['USER_CODE', 'Join', 'The right coder of step "Join"', true],
      ['USER_CODE', 'Join', 'The key coder of step "Join"', true],
      ['USER_CODE', 'Join', 'The key coder of step "Join"', true],
    ])
  })

  // Mutation: packages/runners/src/execution/join/as-of-order.ts: `if (isTimestamp(known)) return known` → `if (isTimestamp(known) || true) return known`
  it('J14: or gives what is no time, is named with what it gave', () => {
    for (const known of [Number.NaN, 1.5, 9e15, undefined, '1']) {
      const fault = thrown((left, right) =>
        asOfJoin('Join', { left, right }, { lateRows: 'freeze', knownAt: () => known as number }),
      )
      expect(fault).toMatchObject({ code: 'BAD_TIMESTAMP', step: 'Join' })
      expect(fault.message).toContain(`knownAt of step "Join" gave ${String(known)}`)
    }
  })
})
