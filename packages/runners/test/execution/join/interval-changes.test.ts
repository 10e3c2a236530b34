/**
 * An interval join fed by changes: what is taken back takes its pairs back, and what has lost its partners comes out alone. Left elements
 * at `l` meet right ones from `l - 2` to `l + 5`.
 */
import { MAX_TIMESTAMP, type JoinType } from '@tidemark/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChangedJoin, type ChangeRow } from './changed-join.ts'

const near = { before: 2, after: 5 } as const

describe('a change', () => {
  // Mutation: packages/runners/src/execution/join/interval-changes.ts: `this.#meet(input, record, place, sign)` → `this.#meet(input, record, place, 1)`
  it('that takes an element back takes back its pairs, at their time', () => {
    const join = new ChangedJoin(near)
    expect(join.left([10, 1])).toEqual([])
    expect(join.right([11, 2], [14, 3])).toEqual(['1+2 @11', '1+3 @14'])
    expect(join.left([10, 1, -1])).toEqual(['-1+2 @11', '-1+3 @14'])
    expect(join.left([10, 4])).toEqual(['4+2 @11', '4+3 @14'])
    expect(join.right([11, 2, -1])).toEqual(['-4+2 @11'])
  })

  it('finds its element by time and canonical bytes', () => {
    const join = new ChangedJoin(near)
    join.left([10, { a: 1, b: 2 }], [11, { a: 1, b: 2 }], [10, { a: 1 }])
    expect(join.left([10, { b: 2, a: 1 }, -1])).toEqual([])
    expect(join.right([12, 0])).toEqual(['{"a":1}+0 @12', '{"a":1,"b":2}+0 @12'])
  })

  it('before the element it takes back lets nothing out, and both are gone together', () => {
    const join = new ChangedJoin({ ...near, type: 'full' })
    join.right([11, 2])
    expect(join.left([10, 1, -1])).toEqual([])
    expect(join.left([10, 1])).toEqual([])
    expect(join.log.counters).toMatchObject({ in: 3, withoutOutput: 2 })
    expect(join.end()).toEqual(['-+2 @11'])
    expect(join.waiting()).toBe(0)
  })

  it('counts: pairs come out as often as the product of what is there', () => {
    const join = new ChangedJoin(near)
    join.left([10, 1], [10, 1])
    expect(join.right([11, 2], [11, 2], [11, 2])).toEqual(Array.from({ length: 6 }, () => '1+2 @11'))
    expect(join.left([10, 1, -1])).toEqual(Array.from({ length: 3 }, () => '-1+2 @11'))
    expect(join.right([11, 2, -1])).toEqual(['-1+2 @11'])
  })

  it('that is too late is in the ledger, and what it would take back stands', () => {
    const join = new ChangedJoin({ ...near, lateness: 1 })
    join.left([10, 1])
    join.right([11, 2])
    join.to(11)
    expect(join.left([10, 1, -1])).toEqual(['-1+2 @11'])
    expect(join.left([10, 1])).toEqual(['1+2 @11'])
    join.to(12)
    expect(join.left([10, 1, -1])).toEqual([])
    expect(join.ledger.map(({ reason, timestamp }) => [reason, timestamp])).toEqual([['too-late', 10]])
  })

  // Mutation: packages/runners/src/execution/join/interval-changes.ts: `missing < 0; missing++` → `missing < -9; missing++`
  it('that takes back what never comes is in the ledger when nothing can come any more', () => {
    const join = new ChangedJoin({ ...near, type: 'left' })
    join.left([10, 1, -1], [10, 1, -1])
    join.right([11, 2])
    expect([join.to(15), join.waiting()]).toEqual([[], 2])
    expect([join.to(16), join.waiting()]).toEqual([[], 0])
    expect(
      join.ledger.map(({ reason, element, timestamp, window, detail }) => [reason, element, timestamp, window, detail]),
    ).toEqual(
      Array.from({ length: 2 }, () => [
        'too-late',
        ['k', 1],
        10,
        undefined,
        'it takes back an element that has not come in time',
      ]),
    )
  })
})

describe('an element whose partners are taken back', () => {
  // Mutation: packages/runners/src/execution/join/interval-changes.ts: `if (count === 0) matches[at]!--` → `if (count === 9) matches[at]!--`
  it('comes out alone, and holds the output watermark until it is known whether it does', () => {
    const join = new ChangedJoin({ ...near, type: 'left' }, 'elements', 'changes')
    expect(join.left([10, 1])).toEqual([])
    expect(join.right([12, 2])).toEqual(['1+2 @12'])
    expect([join.to(12), join.output.watermark]).toEqual([[], 10])
    expect(join.right([12, 2, -1])).toEqual(['-1+2 @12'])
    expect([join.to(15), join.output.watermark]).toEqual([[], 10])
    expect([join.to(16), join.output.watermark]).toEqual([['1+- @10'], 16])
  })

  it('does not hold it where partners cannot be taken back', () => {
    const join = new ChangedJoin({ ...near, type: 'left' }, 'changes', 'elements')
    join.left([10, 1])
    join.right([12, 2])
    join.to(12)
    expect(join.output.watermark).toBe(12)
  })

  it('does not come out alone while one is left', () => {
    const join = new ChangedJoin({ ...near, type: 'left' })
    join.left([10, 1])
    join.right([12, 2], [12, 2], [13, 3])
    join.right([12, 2, -1], [13, 3, -1])
    expect(join.to(30)).toEqual([])
  })
})

describe('an element that has come out alone', () => {
  // Mutation: packages/runners/src/execution/join/interval-changes.ts: `timestamp >= own) break` → `timestamp > MAX) break`
  it('is taken back while its own side still takes changes', () => {
    const join = new ChangedJoin({ ...near, type: 'left' })
    join.left([10, 1], [10, 1], [10, 2])
    expect(join.to(10, 40)).toEqual(['1+- @10', '1+- @10', '2+- @10'])
    join.restore()
    expect(join.left([10, 1, -1])).toEqual(['-1+- @10'])
    expect(join.left([10, 3])).toEqual(['3+- @10'])
    expect(join.left([10, 3, -1], [10, 3])).toEqual(['-3+- @10', '3+- @10'])
    join.to(11, 40)
    expect(join.left([10, 1, -1])).toEqual([])
    expect(join.ledger).toHaveLength(1)
    expect([join.end(), join.waiting()]).toEqual([[], 0])
  })
})

describe('an interval join that is asked', () => {
  // Mutation: packages/runners/src/execution/join/interval-records.ts: `side.open[place] === 0 : side.changes.matches[place] !== 0` → `side.open[place] === 1 : side.changes.matches[place] !== 9`
  it('says what it keeps of a key, what of it waits to be known alone, and what it holds', () => {
    for (const kind of ['elements', 'changes'] as const) {
      const join = new ChangedJoin({ ...near, type: 'left', lateness: 1 }, kind, kind)
      const window = { start: 0, end: 20 }
      expect(join.step.inspect('k', window)).toBeUndefined()
      expect([join.step.nextEventTime(), join.step.nextProcessingTime(), join.step.holders(3)]).toEqual([
        Infinity,
        Infinity,
        [],
      ])
      join.left([12, 1], [10, 2], [20, 3])
      join.right([16, 4])
      join.to(8, 11)
      expect(join.step.inspect('k', window)).toEqual({
        kind: 'join',
        window,
        left: 3,
        right: 1,
        waiting: 2,
        answeredAfter: 15,
        clocks: { left: 7, right: 10 },
        hold: 10,
      })
      expect(join.step.holders(3)).toEqual([{ timestamp: 10, owner: 'an element of "k" that may have no partner' }])
      expect(join.step.nextEventTime()).toBe(16)
      expect(join.to(17)).toEqual(['2+- @10'])
      expect(join.step.inspect('k', window)).toMatchObject({
        waiting: 1,
        answeredAfter: 25,
        hold: kind === 'changes' ? 12 : 20,
      })
    }
  })
})

/** A change of one side. */
interface Change {
  readonly side: 'left' | 'right'
  readonly row: ChangeRow
}

const change: fc.Arbitrary<Change> = fc.record({
  side: fc.constantFrom('left', 'right'),
  row: fc.tuple(
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 0, max: 1 }),
    fc.constantFrom(1 as const, -1 as const),
  ),
})

/** The changes in an order in which nothing is taken back more often than it has come in all. */
const changes = fc.array(change, { maxLength: 14 }).map((list) => {
  const net = new Map<string, number>()
  for (const { side, row } of list) add(net, `${side} ${row[0]} ${String(row[1])}`, row[2]!)
  const missing = [...net].flatMap(([id, count]) => Array.from({ length: Math.max(0, -count) }, () => id))
  const cures = missing.map((id): Change => {
    const [side, at, value] = id.split(' ')
    return { side: side as 'left', row: [Number(at), Number(value), 1] }
  })
  return [...list, ...cures]
})

function add(net: Map<string, number>, id: string, by: number): void {
  const sum = (net.get(id) ?? 0) + by
  if (sum === 0) net.delete(id)
  else net.set(id, sum)
}

/** What remains of signed pairs, by their text. */
function netOf(said: readonly string[]): ReadonlyMap<string, number> {
  const net = new Map<string, number>()
  for (const line of said)
    add(net, line.replace(/^-(?=\S+\+)/, ''), /^-\S+\+/.test(line) && !line.startsWith('-+') ? -1 : 1)
  return new Map([...net].sort(([a], [b]) => (a < b ? -1 : 1)))
}

describe('changes in any order', () => {
  it('come to what remains of them in another, and to what their elements alone come to', () => {
    fc.assert(
      fc.property(
        changes,
        fc.constantFrom<JoinType>('inner', 'left', 'right', 'full'),
        fc.integer(),
        (list, type, seed) => {
          const run = (order: readonly Change[], restores: boolean): ReadonlyMap<string, number> => {
            const join = new ChangedJoin({ ...near, type })
            const said: string[] = []
            for (const { side, row } of order) {
              if (restores) join.restore()
              said.push(...join[side](row))
              // Nothing is taken back that has not come out.
              for (const count of netOf(said).values()) expect(count).toBeGreaterThan(0)
            }
            said.push(...join.end())
            expect([join.waiting(), join.ledger, join.output.watermark]).toEqual([0, [], MAX_TIMESTAMP])
            return netOf(said)
          }
          const turned = list
            .map((each, index) => ({ each, at: (index * 7919 + seed) % 31 }))
            .sort((a, b) => a.at - b.at)
          const net = new Map<string, number>()
          for (const { side, row } of list) add(net, JSON.stringify([side, row[0], row[1]]), row[2]!)
          const remaining = [...net].flatMap(([id, count]) => {
            const [side, at, value] = JSON.parse(id) as readonly ['left' | 'right', number, number]
            return Array.from({ length: count }, (): Change => ({ side, row: [at, value, 1] }))
          })
          const expected = run(remaining, false)
          expect(run(list, false)).toEqual(expected)
          expect(
            run(
              turned.map(({ each }) => each),
              true,
            ),
          ).toEqual(expected)
        },
      ),
      { numRuns: 400, seed: 1 },
    )
  })
})
