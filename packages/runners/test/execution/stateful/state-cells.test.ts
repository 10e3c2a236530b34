/**
 * State cells: what they keep, in what order they are read, and that nobody outside holds what is in them.
 */
import { describe, expect, it } from 'vitest'
import {
  bagState,
  combiningState,
  jsonCoder,
  mapState,
  setState,
  valueState,
  type CombineFn,
  type StateSpecs,
  type ValueState,
} from '@tidemark/core'
import { StepUnderTest, thrownBy, type Call } from './step-under-test.ts'

/** Any cell, as the acts of this test use it. */
interface Cell {
  read(): unknown
  write(value: unknown): void
  add(value: unknown): unknown
  has(value: unknown): boolean
  get(key: unknown): unknown
  put(key: unknown, value: unknown): void
  entries(): readonly unknown[]
  remove(value: unknown): void
  isEmpty(): boolean
  clear(): void
}

type Act = (state: { readonly cell: Cell; readonly plain: Cell }) => unknown

/** Runs acts on the state of one key, in order, and returns what they return. */
function run(specs: StateSpecs, ...acts: readonly Act[]): readonly unknown[] {
  const results: unknown[] = []
  const step = new StepUnderTest<string, Act>({
    order: 'arrival',
    state: specs,
    process({ value, state }: { readonly value: Act; readonly state: Parameters<Act>[0] }) {
      results.push(value(state))
    },
  })
  for (const act of acts) step.feed({ at: 1, key: 'a', value: act })
  return results
}

describe('a value cell', () => {
  it('is undefined until written and after it was cleared', () => {
    const read: Act = ({ cell }) => cell.read()
    expect(
      run(
        { cell: valueState() },
        read,
        ({ cell }) => cell.write(0),
        read,
        ({ cell }) => cell.write(null),
        read,
        ({ cell }) => cell.clear(),
        read,
      ).filter((_, index) => index % 2 === 0),
    ).toEqual([undefined, 0, null, undefined])
  })

  it('does not change with an object that was written or read', () => {
    const written = { list: [1], deep: { bytes: Uint8Array.of(1) } }
    const [, , after] = run(
      { cell: valueState() },
      ({ cell }) => {
        cell.write(written)
        written.list.push(2)
        written.deep.bytes[0] = 9
      },
      ({ cell }) => (cell.read() as typeof written).list.push(3),
      ({ cell }) => cell.read(),
    )
    expect(after).toEqual({ list: [1], deep: { bytes: Uint8Array.of(1) } })
  })

  it('reads records with fields in order, as after a restart', () => {
    const [, read] = run(
      { cell: valueState() },
      ({ cell }) => cell.write({ b: 1, a: { d: 2, c: 3 } }),
      ({ cell }) => cell.read(),
    )
    expect(JSON.stringify(read)).toBe('{"a":{"c":3,"d":2},"b":1}')
  })

  it.each([
    ['CLASS_INSTANCE', new Date(0)],
    ['VALUE_UNDEFINED', [undefined]],
    ['VALUE_FUNCTION', { f: () => 0 }],
    ['VALUE_UNDEFINED', undefined],
  ])('refuses what has no canonical bytes when it is written: %s', (code, value) => {
    expect(thrownBy(() => run({ cell: valueState() }, ({ cell }) => cell.write(value))).code).toBe(code)
  })

  it('refuses a value that contains itself', () => {
    const knot: unknown[] = []
    knot.push([[knot]])
    expect(thrownBy(() => run({ cell: valueState() }, ({ cell }) => cell.write(knot))).code).toBe('CYCLE')
  })

  it('keeps anything that its coder encodes', () => {
    const coder = {
      id: 'date:1',
      encode: (date: Date) => Uint8Array.of(date.getUTCDate()),
      decode: (bytes: Uint8Array) => new Date(Date.UTC(2026, 0, bytes[0])),
    }
    const [, read] = run(
      { cell: valueState<Date>({ coder }) },
      ({ cell }) => cell.write(new Date(Date.UTC(2026, 0, 7))),
      ({ cell }) => cell.read(),
    )
    expect(read).toEqual(new Date(Date.UTC(2026, 0, 7)))
  })
})

describe('a bag', () => {
  it('keeps duplicates and is read in canonical order, whenever things were added', () => {
    const read: Act = ({ cell }) => cell.read()
    const results = run(
      { cell: bagState() },
      read,
      ({ cell }) => [10, -1, 'b', 2, 10, null, [1]].forEach((value) => cell.add(value)),
      read,
      ({ cell }) => [3, 'a'].forEach((value) => cell.add(value)),
      read,
      ({ cell }) => cell.clear(),
      read,
    )
    expect(results.filter((_, index) => index % 2 === 0)).toEqual([
      [],
      [null, -1, 2, 10, 10, 'b', [1]],
      [null, -1, 2, 3, 10, 10, 'a', 'b', [1]],
      [],
    ])
  })

  it('gives objects of one’s own at every reading', () => {
    const [, , read] = run(
      { cell: bagState() },
      ({ cell }) => cell.add({ n: 1 }),
      ({ cell }) => {
        ;(cell.read() as { n: number }[])[0]!.n = 2
      },
      ({ cell }) => cell.read(),
    )
    expect(read).toEqual([{ n: 1 }])
  })
})

describe('a set', () => {
  it('tells new from known values by canonical bytes', () => {
    expect(
      run(
        { cell: setState() },
        ({ cell }) => [cell.add({ a: 1, b: 2 }), cell.add({ b: 2, a: 1 }), cell.add(1), cell.add('1')],
        ({ cell }) => [cell.has({ b: 2, a: 1 }), cell.has(2), cell.has('1')],
        ({ cell }) => cell.read(),
        ({ cell }) => [cell.remove(1), cell.remove(7), cell.add(0)],
        ({ cell }) => cell.read(),
      ),
    ).toEqual([
      [true, false, true, true],
      [true, false, true],
      [1, '1', { a: 1, b: 2 }],
      [undefined, undefined, true],
      [0, '1', { a: 1, b: 2 }],
    ])
  })
})

describe('a map', () => {
  it('finds values by the bytes of keys and lists entries in the order of keys', () => {
    expect(
      run(
        { cell: mapState() },
        ({ cell }) => {
          cell.put('b', 1)
          cell.put(10, 2)
          cell.put({ y: 1, x: 2 }, 3)
          cell.put(-0, 4)
          return [cell.get({ x: 2, y: 1 }), cell.get(0), cell.get('c')]
        },
        ({ cell }) => cell.entries(),
        ({ cell }) => {
          cell.put('a', 5)
          cell.put('b', 6)
          cell.remove(10)
          return cell.entries()
        },
        ({ cell }) => [cell.clear(), cell.entries()],
      ),
    ).toEqual([
      [3, 4, undefined],
      [
        [0, 4],
        [10, 2],
        ['b', 1],
        [{ x: 2, y: 1 }, 3],
      ],
      [
        [0, 4],
        ['a', 5],
        ['b', 6],
        [{ x: 2, y: 1 }, 3],
      ],
      [undefined, []],
    ])
  })

  it('does not change with an object that was put or got', () => {
    const [, , read] = run(
      { cell: mapState<string, number[]>({ coder: jsonCoder<number[]>() }), plain: mapState<string, number[]>() },
      ({ cell, plain }) => {
        const list = [1]
        cell.put('k', list)
        plain.put('k', list)
        list.push(2)
      },
      ({ cell, plain }) => [cell, plain].map((map) => (map.get('k') as number[]).push(3)),
      ({ cell, plain }) => [cell.get('k'), plain.get('k')],
    )
    expect(read).toEqual([[1], [1]])
  })
})

describe('a combining cell', () => {
  const total: CombineFn<number, { sum: number }, number> = {
    name: 'total',
    orderFree: true,
    createAccumulator: () => ({ sum: 0 }),
    addInput: (accumulator, input) => {
      accumulator.sum += input
      return accumulator
    },
    mergeAccumulators: (a, b) => ({ sum: a.sum + b.sum }),
    extractOutput: ({ sum }) => sum,
  }

  it('gives the output over all inputs, and that of an empty accumulator when there is none', () => {
    expect(
      run(
        { cell: combiningState(total) },
        ({ cell }) => [cell.isEmpty(), cell.read()],
        ({ cell }) => [cell.add(2), cell.add(3), cell.isEmpty(), cell.read()],
        ({ cell }) => [cell.clear(), cell.isEmpty(), cell.read()],
      ),
    ).toEqual([
      [true, 0],
      [undefined, undefined, false, 5],
      [undefined, true, 0],
    ])
  })
})

describe('the handles', () => {
  it('are refused outside of the call they were handed to', () => {
    let kept: ValueState<number> | undefined
    const step = new StepUnderTest({
      order: 'arrival',
      state: { cell: valueState<number>() },
      process({ state }: Call) {
        kept = state.cell
      },
    })
    step.feed({ at: 1, key: 'a', value: 1 })
    expect(thrownBy(() => kept?.read()).code).toBe('STATE_OUTSIDE_CALL')
    expect(thrownBy(() => kept?.write(1)).code).toBe('STATE_OUTSIDE_CALL')
  })

  it('work in a generator, which is asked for everything within the call', () => {
    const step = new StepUnderTest({
      order: 'arrival',
      state: { cell: valueState<number>() },
      *process({ value, state }: Call) {
        yield 'first'
        state.cell.write((state.cell.read() ?? 0) + value)
        yield `then ${state.cell.read()}`
      },
    })
    step.feed({ at: 1, key: 'a', value: 1 }, { at: 2, key: 'b', value: 5 }, { at: 3, key: 'a', value: 1 })
    expect(step.take()).toEqual(['first@1', 'then 1@1', 'first@2', 'then 5@2', 'first@3', 'then 2@3'])
  })
})
