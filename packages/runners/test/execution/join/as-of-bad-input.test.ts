/**
 * Bad input of as-of joins: keys, coders and functions that cannot be used, rows taken back that never came, a dimension that never comes.
 */
import { asOfJoin, map, type AsOfJoinOptions, type Coder, type KV, type Root } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'
import { AsOfRun, shownAnswer } from './as-of-run.ts'

type Options = AsOfJoinOptions<unknown, unknown, unknown, 'left'>

/** Joins what the scripts offer, with its key and value made by functions. */
function made(
  options: Options,
  key: (text: string) => unknown,
  value: (number: number) => unknown = (number) => number,
) {
  const side = (root: Root, name: string) =>
    numbers(root, {}, name).pipe(map(([text, number]): KV<unknown, unknown> => [key(text), value(number)]))
  return new Scripted(
    (root) => ({
      out: asOfJoin('AsOf', { left: side(root, 'Left'), right: side(root, 'Rows') }, options),
    }),
    { settled: false },
  )
}

function thrownBy(call: () => void): { readonly code: string; readonly message: string; readonly step: string } {
  try {
    call()
  } catch (error) {
    return error as { readonly code: string; readonly message: string; readonly step: string }
  }
  throw new Error('nothing was thrown')
}

describe('keys', () => {
  it('may be null, or records: a key like any other', () => {
    const run = made({}, (text) => (text === 'none' ? null : { text }))
    run
      .offerTo('Rows', [1, 'none', 1], [1, 'a', 2])
      .offerTo('Left', [2, 'none', 5], [2, 'a', 6], [2, 'b', 7])
      .complete()
    expect(run.outputs['out']!.map(shownAnswer)).toEqual(['null 5=1 @2', '{"text":"a"} 6=2 @2', '{"text":"b"} 7=- @2'])
  })

  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `if (typeof own === 'string') encodeKey(own)` → ``
  it('without canonical bytes fail by name, of a row, of an element that waits, and of one that finds no row', () => {
    const surrogate = () => made({}, () => '\ud800')
    const calls: readonly ((run: Scripted) => void)[] = [
      (run) => run.offerTo('Rows', [1, 'a', 1]),
      (run) => run.offerTo('Left', [1, 'a', 1]),
      (run) => {
        run.input('Rows').complete('0')
        run.offerTo('Left', [1, 'a', 1])
      },
    ]
    for (const call of calls) {
      const error = thrownBy(() => call(surrogate()))
      expect([error.code, error.step]).toEqual(['LONE_SURROGATE', 'AsOf'])
    }
    const nan = thrownBy(() => made({}, () => NaN).offerTo('Left', [1, 'a', 1]))
    expect([nan.code, nan.step]).toEqual(['KEY_NAN', 'AsOf'])
  })
})

describe('functions of rows', () => {
  const failing = () => {
    throw new RangeError('no such field')
  }

  it('that throw fail the run by name: orderBy when rows have to be told apart', () => {
    const run = made({ orderBy: failing }, (text) => text)
    run.offerTo('Rows', [1, 'a', 1]).offerTo('Left', [2, 'a', 5])
    run.offerTo('Rows', [1, 'a', 2])
    const error = thrownBy(() => run.complete())
    expect(error).toMatchObject({ name: 'UserCodeError', step: 'AsOf' })
    expect(error.message).toContain('orderBy of step "AsOf" threw: no such field.')
  })

  it('knownAt that throws, or gives no timestamp', () => {
    const thrown = thrownBy(() =>
      made({ lateRows: 'freeze', knownAt: failing }, (text) => text).offerTo('Rows', [1, 'a', 1]),
    )
    expect(thrown.message).toContain('knownAt of step "AsOf" threw: no such field.')
    for (const wrong of [NaN, 1.5, undefined, '2026-01-01']) {
      const run = made({ lateRows: 'freeze', knownAt: () => wrong as number }, (text) => text)
      const error = thrownBy(() => run.offerTo('Rows', [7, 'a', 1]))
      expect([error.code, error.step]).toEqual(['BAD_TIMESTAMP', 'AsOf'])
      expect(error.message).toContain(`gave ${String(wrong)} for a row at 1970-01-01T00:00:00.007Z`)
    }
  })

  it('a coder of rows that throws is named', () => {
    const rightCoder = { id: 'none', encode: failing, decode: failing } as Coder<unknown>
    const run = made({ rightCoder }, (text) => text).offerTo('Rows', [1, 'a', 1], [1, 'a', 2])
    const error = thrownBy(() => run.complete())
    expect(error).toMatchObject({ name: 'UserCodeError', step: 'AsOf' })
    expect(error.message).toContain('The right coder of step "AsOf" threw: no such field.')
  })

  it('rows without canonical bytes fail by name when they have to be told apart', () => {
    const run = made(
      {},
      (text) => text,
      () => () => 5,
    ).offerTo('Rows', [1, 'a', 1], [1, 'a', 2])
    const error = thrownBy(() => run.complete())
    expect([error.code, error.step]).toEqual(['VALUE_FUNCTION', 'AsOf'])
  })

  it('coders say what is the same, and what a snapshot holds', () => {
    // Rows are the same when they are equal but for the last digit.
    const rightCoder: Coder<number> = {
      id: 'tens',
      encode: (row) => Uint8Array.of(Math.floor(row / 10)),
      decode: ([tens]) => tens! * 10,
    }
    const run = made({ rightCoder: rightCoder as Coder<unknown> }, (text) => text)
    run.offerTo('Rows', [1, 'a', 17], [1, 'a', 12], [1, 'a', 25]).offerTo('Left', [2, 'a', 5]).complete()
    expect(run.outputs['out']!.map(shownAnswer)).toEqual(['"a" 5=25 @2'])
    expect(run.ledger.map(({ reason, element }) => [reason, element])).toEqual([['same-instant', ['a', 17]]])
  })
})

describe('a dimension', () => {
  it('that never comes lets nothing out, loses nothing, and answers at its end', () => {
    const run = new AsOfRun().left([1, 5], [2, 6], [3, 7]).leftTo(1_000_000)
    expect([run.answers(), run.kept, run.outputWatermark]).toEqual([[], 3, 1])
    expect(run.endRows().answers()).toEqual(['5=- @1', '6=- @2', '7=- @3'])
  })

  it('that stays behind is named when one asks', () => {
    const run = new AsOfRun({}, {}).left([10, 5]).leftTo(1_000_000).rowsTo(3)
    const { because } = run.engine.explain('k', { start: -8.64e15, end: 8.64e15 - 86_399_999 }, 'AsOf')
    expect(because).toContain('the clock of right is 1970-01-01T00:00:00.003Z and has to pass 1970-01-01T00:00:00.010Z')
  })
})
