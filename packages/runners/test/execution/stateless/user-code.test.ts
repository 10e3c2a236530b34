/**
 * Functions that throw: which step the error names, and which elements become dead letters.
 */
import { filter, flatMap, map, parDo, withKeys, withTimestamps, type OnError, type PCollection } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'

type Pairs = PCollection<readonly [string, number]>
const run = (steps: (input: Pairs) => PCollection<unknown>): Scripted =>
  new Scripted((root) => ({ out: steps(numbers(root)) }))

/** Throws for the number 2. */
function fragile([, n]: readonly [string, number]): number {
  if (n === 2) throw new RangeError('two')
  return n
}

const steps: readonly (readonly [string, string, (onError: OnError) => (input: Pairs) => PCollection<unknown>])[] = [
  ['map', 'Map#2', (onError) => (input) => input.pipe(map(fragile, { onError }))],
  ['filter', 'Filter', (onError) => (input) => input.pipe(filter((pair) => fragile(pair) > 0, { onError }))],
  ['flatMap', 'FlatMap', (onError) => (input) => input.pipe(flatMap((pair) => [fragile(pair)], { onError }))],
  ['withKeys', 'WithKeys', (onError) => (input) => input.pipe(withKeys(fragile, { onError }))],
  [
    'withTimestamps',
    'WithTimestamps',
    (onError) => (input) => input.pipe(withTimestamps((pair) => fragile(pair) * 1000, { onError })),
  ],
  [
    'process',
    'ParDo',
    (onError) => (input) =>
      input.pipe(parDo({ onError, process: (pair: readonly [string, number]) => [fragile(pair)] })),
  ],
]

describe.each(steps)('%s that throws', (what, path, make) => {
  it('fails the run, with the step, the time of the element, the cause and the cure', () => {
    const out = run(make('fail'))
    const offer = () => out.offer([1000, 'a', 1], [2000, 'a', 2])
    expect(offer).toThrow(
      expect.objectContaining({ name: 'UserCodeError', code: 'USER_CODE', step: path, cause: new RangeError('two') }),
    )
    expect(offer).toThrow(
      `${what} at step "${path}" threw for an element with timestamp 1970-01-01T00:00:02.000Z: two. ` +
        "The run stops, as its result would lack the element. Mend the function, or give the step onError: 'dead-letter' " +
        'to put such elements into the ledger.',
    )
  })

  it('puts the element alone into the ledger when told to, with its place', () => {
    const out = run(make('dead-letter')).offer([1, 'a', 1], [2, 'a', 2], [3, 'a', 3]).complete()
    expect(out.take()).toHaveLength(2)
    expect(out.ledger).toMatchObject([
      {
        reason: 'dead-letter',
        step: path,
        element: ['a', 2],
        timestamp: 2,
        position: { split: '0', offset: 1, unit: 'line' },
        detail: `${what} threw: two`,
      },
    ])
    expect(out.engine.ledgerCounts).toEqual(new Map([[`${path} dead-letter`, 1]]))
    expect(out.engine.counters().at(-1)).toMatchObject({ in: 3, withOutput: 2, ledger: 1 })
  })
})

describe('an error', () => {
  it('names the step whose function threw, whichever step is before or behind it', () => {
    // mutation: the first stage's path in Failures.stop
    const at = (broken: number) => {
      const step = (index: number) =>
        map(([key, n]: readonly [string, number]) => [key, index === broken ? fragile([key, n]) : n] as const)
      return run((input) =>
        input.pipe(
          step(0),
          filter(() => true),
          step(1),
          flatMap((pair) => [pair, pair]),
          step(2),
        ),
      )
    }
    for (const [broken, path] of ['Map#2', 'Map#3', 'Map#4'].entries()) {
      expect(() => at(broken).offer([1, 'a', 2])).toThrow(expect.objectContaining({ step: path }))
    }
  })

  it('of a step behind is not a dead letter of the one before', () => {
    // mutation: a try around all stages instead of one around each
    const out = run((input) =>
      input.pipe(
        flatMap((pair) => [pair], { onError: 'dead-letter' }),
        map(fragile),
      ),
    )
    expect(() => out.offer([1, 'a', 2])).toThrow(expect.objectContaining({ code: 'USER_CODE', step: 'Map#2' }))
    expect(out.ledger).toEqual([])
  })

  it('of a generator between two values names it, not the step that took the first', () => {
    const out = run((input) =>
      input.pipe(
        flatMap(function* ([, n]) {
          yield n
          throw new Error('after the first')
        }),
        map((n) => n),
      ),
    )
    expect(() => out.offer([1, 'a', 1])).toThrow(expect.objectContaining({ step: 'FlatMap' }))
  })

  it('that is no Error is kept as the cause', () => {
    const out = run((input) =>
      input.pipe(
        map(() => {
          // oxlint-disable-next-line no-throw-literal -- users may
          throw 'text'
        }),
      ),
    )
    expect(() => out.offer([1, 'a', 1])).toThrow(
      expect.objectContaining({ cause: 'text', message: expect.stringContaining('01Z: text. ') }),
    )
  })

  it('names startBundle and finishBundle, which have no element', () => {
    const fail = () => {
      throw new Error('no')
    }
    for (const [name, step] of [
      ['startBundle', parDo({ *process() {}, startBundle: fail })],
      ['finishBundle', parDo({ *process() {}, finishBundle: fail })],
    ] as const) {
      const offer = () => run((input) => input.pipe(step)).offer([1, 'a', 1])
      expect(offer).toThrow(expect.objectContaining({ code: 'USER_CODE', step: 'ParDo' }))
      expect(offer).toThrow(`${name} at step "ParDo" threw`)
      expect(offer).not.toThrow('for an element')
    }
  })
})

describe('a dead letter', () => {
  it('has emitted nothing, even when its function threw after its first value', () => {
    // mutation: BranchingStage without [...results]
    const out = run((input) =>
      input.pipe(
        flatMap(
          function* (pair) {
            yield 0
            yield fragile(pair)
          },
          { onError: 'dead-letter' },
        ),
      ),
    )
    out.offer([1, 'a', 1], [2, 'a', 2]).complete()
    expect(out.take()).toEqual(['all 0 @1', 'all 1 @1'])
    expect(out.entries()).toEqual(['dead-letter a=2 all'])
  })

  it('belongs to the step of its own in a chain of steps that all keep them', () => {
    const out = run((input) =>
      input.pipe(
        map(([, n]) => (n === 1 ? (null as unknown as number) : n)),
        map((n) => fragile(['a', n]), { onError: 'dead-letter' }),
        map((n) => n.toFixed(), { onError: 'dead-letter' }),
      ),
    )
    out.offer([1, 'a', 1], [2, 'a', 2], [3, 'a', 3]).complete()
    expect(out.take()).toEqual(['all "3" @3'])
    expect([...out.engine.ledgerCounts]).toEqual([
      ['Map#3 dead-letter', 1],
      ['Map#4 dead-letter', 1],
    ])
    expect(
      out.engine.counters().map(({ step, in: taken, withOutput, ledger }) => [step, taken, withOutput, ledger]),
    ).toEqual([
      ['In', 3, 3, 0],
      ['Map', 3, 3, 0],
      ['Map#2', 3, 3, 0],
      ['Map#3', 3, 2, 1],
      ['Map#4', 2, 1, 1],
    ])
  })
})
