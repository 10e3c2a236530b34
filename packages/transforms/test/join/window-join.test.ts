/**
 * windowJoin: each with each of its key and window, in windows of any kind, late, and with what is taken back.
 */
import {
  afterCount,
  afterWatermark,
  fixedWindows,
  intervalJoin,
  map,
  milliseconds,
  never,
  PipelineError,
  sessions,
  slidingWindows,
  windowInto,
  type JoinType,
  type KV,
  type PCollection,
  type Root,
  type WindowFn,
  type WindowingOptions,
} from '@tidemark/core'
import { evaluate, playScript, testStream, type Script } from '@tidemark/runners/testing'
import { windowJoin, type WindowJoinOptions } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface Fact {
  readonly key: string
  readonly value: number
  readonly at: number
}

const timestamp = ({ at }: Fact): number => at
const L = testStream<Fact>('L', { timestamp })
const R = testStream<Fact>('R', { timestamp })
const TYPES: readonly JoinType[] = ['inner', 'left', 'right', 'full']

const of = (at: number, value: number, key = 'k'): Fact => ({ key, value, at })

type Sides = { readonly left: PCollection<KV<string, number>>; readonly right: PCollection<KV<string, number>> }

function sides(root: Root, windows: WindowFn, options: WindowingOptions = {}): Sides {
  const side = (stream: typeof L) =>
    root.pipe(
      stream,
      map(({ key, value }) => [key, value] as const),
      windowInto(windows, options),
    )
  return { left: side(L), right: side(R) }
}

function joined(windows: WindowFn, type: JoinType, options: WindowingOptions = {}) {
  return (root: Root) => ({ out: windowJoin('Join', sides(root, windows, options), { type }) })
}

/** What a script comes to: `[start,end) k l+r`, with a count above one. */
function settled(pipeline: ReturnType<typeof joined>, script: Script): readonly string[] {
  return playScript(pipeline, script).settled.out.entries.map(({ window, value, count }) => {
    const [key, { left, right }] = value as KV<string, { left: number | null; right: number | null }>
    return `[${window.start},${window.end}) ${key} ${left ?? '-'}+${right ?? '-'}${count > 1 ? ` x${count}` : ''}`
  })
}

const perTen = fixedWindows(milliseconds(10))
const end = [L.complete(), R.complete()]

describe('a window join', () => {
  it.each<[JoinType, readonly string[]]>([
    ['inner', ['[0,10) k 1+4', '[0,10) k 1+5', '[0,10) k 2+4', '[0,10) k 2+5']],
    ['left', ['[0,10) k 1+4', '[0,10) k 1+5', '[0,10) k 2+4', '[0,10) k 2+5', '[10,20) k 3+-']],
    ['right', ['[0,10) j -+6', '[0,10) k 1+4', '[0,10) k 1+5', '[0,10) k 2+4', '[0,10) k 2+5']],
    ['full', ['[0,10) j -+6', '[0,10) k 1+4', '[0,10) k 1+5', '[0,10) k 2+4', '[0,10) k 2+5', '[10,20) k 3+-']],
  ])('pairs each with each of its key and window, and lets out alone what its type says (%s)', (type, expected) => {
    const script = [
      L.addElements(of(9, 1), of(0, 2), of(10, 3)),
      R.addElements(of(5, 4), of(8, 5), of(9, 6, 'j')),
      ...end,
    ]
    expect(settled(joined(perTen, type), script)).toEqual(expected)
  })

  it('gives the pairs of a window together, left ones by time and bytes, each with the right ones in theirs', () => {
    const script = [L.addElements(of(3, 2), of(1, 9), of(3, 1)), R.addElements(of(7, 5), of(2, 6)), ...end]
    const { outputs } = playScript(joined(perTen, 'inner'), script)
    expect(outputs.out.map(({ element: { value, timestamp: time } }) => [value[1], time])).toEqual(
      [
        [9, 6],
        [9, 5],
        [1, 6],
        [1, 5],
        [2, 6],
        [2, 5],
      ].map(([left, right]) => [{ left, right }, 9]),
    )
  })

  it('lets an element of several windows meet others in each of them', () => {
    const overlapping = slidingWindows(milliseconds(10), milliseconds(5))
    expect(settled(joined(overlapping, 'full'), [L.addElements(of(7, 1)), R.addElements(of(11, 2)), ...end])).toEqual([
      '[0,10) k 1+-',
      '[5,15) k 1+2',
      '[10,20) k -+2',
    ])
  })

  it('joins sessions of both sides together, when a late element bridges them too', () => {
    const late = {
      allowedLateness: milliseconds(100),
      accumulationMode: 'retracting',
      trigger: afterWatermark({ late: afterCount(1) }),
    } as const
    const bySession = joined(sessions(milliseconds(5)), 'full', late)
    const apart = [L.addElements(of(0, 1)), R.addElements(of(8, 2)), L.advanceWatermarkTo(30), R.advanceWatermarkTo(30)]
    expect(settled(bySession, apart)).toEqual(['[0,5) k 1+-', '[8,13) k -+2'])
    expect(settled(bySession, [...apart, R.addElements(of(4, 3))])).toEqual(['[0,13) k 1+2', '[0,13) k 1+3'])
  })

  it.each(['accumulating', 'retracting'] as const)(
    'brings late pairs in another pane, and takes back what is no longer true (%s)',
    (mode) => {
      const late = {
        allowedLateness: milliseconds(10),
        accumulationMode: mode,
        trigger: afterWatermark({ late: afterCount(1) }),
      } as const
      const script = [
        L.addElements(of(1, 1)),
        L.advanceWatermarkTo(12),
        R.advanceWatermarkTo(12),
        R.addElements(of(2, 2)),
      ]
      expect(settled(joined(perTen, 'left', late), script.slice(0, 3))).toEqual(['[0,10) k 1+-'])
      expect(settled(joined(perTen, 'left', late), script)).toEqual(['[0,10) k 1+2'])
      const signs = playScript(joined(perTen, 'left', late), script).outputs.out.map(({ element }) => [
        element.sign,
        element.value[1],
      ])
      const alone = { left: 1, right: null }
      const pair = { left: 1, right: 2 }
      expect(signs).toEqual(
        mode === 'retracting'
          ? [
              [1, alone],
              [-1, alone],
              [1, pair],
            ]
          : [
              [1, alone],
              [1, pair],
            ],
      )
    },
  )

  const fact = fc.record({ key: fc.constantFrom('j', 'k'), value: fc.nat(2), at: fc.integer({ min: 0, max: 40 }) })
  const arrivals = fc.array(fc.tuple(fc.boolean(), fact, fc.integer({ min: 0, max: 40 })), { maxLength: 16 })

  it.each([
    ['fixed windows', perTen],
    ['overlapping windows', slidingWindows(milliseconds(10), milliseconds(5))],
    ['sessions', sessions(milliseconds(4))],
  ] as const)('settles on what comparing each with each gives, for any arrival (%s)', (_, windows) => {
    fc.assert(
      fc.property(
        arrivals,
        fc.constantFrom(...TYPES),
        fc.constantFrom('accumulating', 'retracting'),
        (list, type, accumulationMode) => {
          const pipeline = joined(windows, type, {
            allowedLateness: milliseconds(100),
            accumulationMode,
            trigger: afterWatermark({ early: afterCount(2), late: afterCount(1) }),
          })
          const latest = [0, 0]
          const script = list.flatMap(([isLeft, element, watermark]) => {
            const stream = isLeft ? L : R
            latest[isLeft ? 0 : 1] = Math.max(latest[isLeft ? 0 : 1]!, watermark)
            return [stream.addElements(element), stream.advanceWatermarkTo(latest[isLeft ? 0 : 1]!)]
          })
          const live = playScript(pipeline, [...script, ...end])
          const input = {
            L: list.flatMap(([isLeft, element]) => (isLeft ? [element] : [])),
            R: list.flatMap(([isLeft, element]) => (isLeft ? [] : [element])),
          }
          expect(live.settled.out.entries).toEqual(evaluate(pipeline, input).outputs.out.entries)
        },
      ),
      { numRuns: 150, seed: 1 },
    )
  })

  it('settles on what two loops over all elements give', () => {
    const facts = fc.array(fact, { maxLength: 10 })
    fc.assert(
      fc.property(facts, facts, fc.constantFrom(...TYPES), (left, right, type) => {
        const script = [L.addElements(...left), R.addElements(...right), ...end]
        expect(settled(joined(perTen, type), script)).toEqual(byNestedLoops(left, right, type))
      }),
      { numRuns: 100, seed: 1 },
    )
  })
})

/** Pairs of windows of ten, as {@link settled} shows them. */
function byNestedLoops(left: readonly Fact[], right: readonly Fact[], type: JoinType): readonly string[] {
  const place = ({ at }: Fact): number => Math.floor(at / 10)
  const meet = (a: Fact, b: Fact): boolean => a.key === b.key && place(a) === place(b)
  const shown = (fact: Fact, pair: string): string =>
    `[${place(fact) * 10},${place(fact) * 10 + 10}) ${fact.key} ${pair}`
  const rows = left.flatMap((a) => right.filter((b) => meet(a, b)).map((b) => shown(a, `${a.value}+${b.value}`)))
  if (type === 'left' || type === 'full')
    rows.push(...left.filter((a) => !right.some((b) => meet(a, b))).map((a) => shown(a, `${a.value}+-`)))
  if (type === 'right' || type === 'full')
    rows.push(...right.filter((b) => !left.some((a) => meet(a, b))).map((b) => shown(b, `-+${b.value}`)))
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(row, (counts.get(row) ?? 0) + 1)
  const startOf = (row: string): number => Number(row.slice(1, row.indexOf(',')))
  return [...counts]
    .toSorted(([a], [b]) => startOf(a) - startOf(b) || (orderOf(a) < orderOf(b) ? -1 : 1))
    .map(([row, count]) => (count > 1 ? `${row} x${count}` : row))
}

// Canonical bytes put null before numbers.
function orderOf(row: string): string {
  return row.slice(row.indexOf(')')).replaceAll('-', ' ')
}

describe('a window join refuses', () => {
  const errorOf = (build: (root: Root) => PCollection<unknown>): PipelineError => {
    try {
      playScript((root) => ({ out: build(root) }), end)
    } catch (error) {
      if (error instanceof PipelineError) return error
      throw error
    }
    throw new Error('it was built')
  }

  // Mutation: packages/transforms/src/join/window-join.ts: `windowing.accumulationMode !== 'discarding'` → `windowing.accumulationMode === 'discarding'`
  it('discarding panes where there may be several (DISCARDING_JOIN), and not where there is one', () => {
    const discarding = { allowedLateness: milliseconds(5), accumulationMode: 'discarding' } as const
    const error = errorOf((root) => windowJoin('Join', sides(root, perTen, discarding)))
    expect([error.code, error.message]).toEqual([
      'DISCARDING_JOIN',
      'windowJoin("Join") joins discarding panes: an element would only meet those that came since the pane before, and come out alone though ' +
        "it has partners. Use accumulationMode: 'accumulating' or 'retracting', a single pane with trigger: never(), or accept it with mayDrift: true.",
    ])
    const once = { ...discarding, trigger: never() } as const
    expect(settled(joined(perTen, 'inner', once), [L.addElements(of(1, 1)), R.addElements(of(2, 2)), ...end])).toEqual([
      '[0,10) k 1+2',
    ])
  })

  it('sides that are windowed differently, and what is no side', () => {
    const other = (root: Root) => {
      const { left, right } = sides(root, perTen)
      const inSessions = right.pipe(windowInto(sessions(milliseconds(5))))
      return windowJoin('Join', { left, right: inSessions })
    }
    expect(errorOf(other)).toMatchObject({
      code: 'FLATTEN_INCOMPATIBLE',
      message: expect.stringContaining('The inputs "left" and "right"') as string,
    })
    const { left } = {} as Sides
    expect(errorOf((root) => windowJoin('Join', { left, right: sides(root, perTen).right })).message).toContain(
      'The input "left" of windowJoin("Join") is undefined and no collection',
    )
    const misspelt = { left: 1, rigth: 2 } as unknown as Sides
    expect(errorOf(() => windowJoin('Join', misspelt)).message).toContain('Did you mean "right"?')
    const options = { typ: 'left' } as WindowJoinOptions<string, number, number, 'left'>
    expect(errorOf((root) => windowJoin('Join', sides(root, perTen), options)).message).toContain(
      'Did you mean "type"?',
    )
    expect(errorOf((root) => windowJoin('Join', sides(root, perTen), { type: 'outer' as 'left' })).code).toBe(
      'BAD_OPTION',
    )
  })
})

describe('joins one after the other', () => {
  it('go on with what each other lets out', () => {
    const script = [L.addElements(of(1, 1), of(12, 2)), R.addElements(of(2, 3), of(13, 4)), ...end]
    const { settled: results } = playScript((root) => {
      const inputs = sides(root, perTen)
      const near = intervalJoin('Near', inputs, { before: milliseconds(0), after: milliseconds(5) })
      const pairs = near.pipe(
        map(([key, { left, right }]) => [key, left * 10 + right] as const),
        windowInto(perTen),
      )
      return { out: windowJoin('Again', { left: pairs, right: inputs.right }, { type: 'inner' }) }
    }, script)
    expect(results.out.entries.map(({ value }) => value)).toEqual([
      ['k', { left: 13, right: 3 }],
      ['k', { left: 24, right: 4 }],
    ])
  })
})
