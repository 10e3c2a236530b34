/**
 * State cells of every kind, with and without a coder, empty and full: each element finds what the one before it has left.
 */
import {
  bagState,
  combiningState,
  jsonCoder,
  map,
  mapState,
  read,
  setState,
  statefulParDo,
  valueState,
  type StateSpec,
} from '@tidemark/core'
import { count, mean, top } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { described } from '../scripted.ts'
import { resumed, type Run } from './resumed.ts'

// What a handle can do, of any kind; the tests call what their kind has.
type AnyCell = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>
type Act = (cell: AnyCell) => unknown

const acts: Act[] = []

/** Runs acts on one cell of one key, the engine made anew before each, and returns what they returned. */
function through(spec: StateSpec, ...given: readonly Act[]): readonly unknown[] {
  acts.splice(0, acts.length, ...given)
  const results: unknown[] = []
  const run = resumed(
    (root) => ({
      out: root.pipe(
        read('In', described<number>(true), { timestamp: () => 0 }),
        map((place) => ['key', place] as const),
        statefulParDo('Step', {
          state: { cell: spec },
          order: 'arrival',
          process({ value, state }) {
            return [acts[value]!(state.cell as AnyCell) ?? null]
          },
        }),
      ),
    }),
    (run: Run) => {
      for (const place of given.keys()) run.offer(place)
    },
  )
  results.push(...run.heard.map(({ value }) => value))
  return results
}

const date = jsonCoder<{ day: number }>()

describe('a value cell', () => {
  // Mutation: packages/runners/src/execution/stateful/cell-data.ts: `      return [cell as StateData]` → `      return cell as StateData`
  it('comes back with plain data, also null, and empty when it was', () => {
    const write =
      (value: unknown): Act =>
      (cell) =>
        cell['write']!(value)
    const get: Act = (cell) => [cell['read']!()]
    const clear: Act = (cell) => cell['clear']!()
    const empty: Act = (cell) => cell['read']!() === undefined
    const out = through(valueState(), empty, write(null), get, empty, write([-0, 1n, NaN]), get, clear, empty)
    expect(out).toStrictEqual([true, null, [null], false, null, [[-0, 1n, NaN]], null, true])
  })

  it('comes back with the bytes of its coder', () => {
    const out = through(
      valueState({ coder: date }),
      (cell) => cell['write']!({ day: 3 }),
      (cell) => cell['read']!(),
    )
    expect(out).toEqual([null, { day: 3 }])
  })
})

describe('a bag', () => {
  // Mutation: packages/runners/src/execution/stateful/cell-data.ts: `textOfBytes(bytes as Uint8Array)), sorted: false } satisfies Bag` → `textOfBytes(bytes as Uint8Array)), sorted: true } satisfies Bag`
  it('comes back with its values, equal ones as often as they were put in, and is put in order when it is read', () => {
    const add =
      (value: unknown): Act =>
      (cell) =>
        cell['add']!(value)
    const get: Act = (cell) => cell['read']!()
    expect(through(bagState(), add('b'), add(null), add('a'), add('b'), get)).toEqual([
      null,
      null,
      null,
      null,
      [null, 'a', 'b', 'b'],
    ])
    expect(through(bagState({ coder: date }), add({ day: 2 }), add({ day: 1 }), get).at(-1)).toEqual([
      { day: 1 },
      { day: 2 },
    ])
    expect(through(bagState(), get, add(1), (cell) => cell['clear']!(), get)).toEqual([[], null, null, []])
  })
})

describe('a set', () => {
  // Mutation: packages/runners/src/execution/stateful/collection-cells.ts: `set.texts.add(text)` → `set.texts = new Set([text])`
  it('comes back with its values, each once', () => {
    const add =
      (value: unknown): Act =>
      (cell) =>
        cell['add']!(value)
    const get: Act = (cell) => cell['read']!()
    expect(through(setState(), add('b'), add('a'), add('b'), get, (cell) => cell['has']!('a'))).toEqual([
      true,
      true,
      false,
      ['a', 'b'],
      true,
    ])
    expect(through(setState({ coder: date }), add({ day: 2 }), add({ day: 2 }), get)).toEqual([
      true,
      false,
      [{ day: 2 }],
    ])
    expect(through(setState(), add(1), (cell) => cell['remove']!(1), get)).toEqual([true, null, []])
  })
})

describe('a map', () => {
  const put =
    (key: unknown, value: unknown): Act =>
    (cell) =>
      cell['put']!(key, value)
  const get =
    (key: unknown): Act =>
    (cell) =>
      cell['get']!(key)
  const all: Act = (cell) => cell['entries']!()

  // Mutation: packages/runners/src/execution/stateful/cell-data.ts: `[keyText(key), { key, stored }]` → `[String(key), { key, stored }]`
  it('comes back with its entries, found by their keys and in the order of their keys', () => {
    const key = { b: [1], a: 'x' }
    const out = through(
      mapState(),
      put('z', null),
      put(key, 1),
      put(-0, 2),
      get({ a: 'x', b: [1] }),
      get(0),
      get('z'),
      all,
    )
    expect(out.slice(3)).toStrictEqual([1, 2, null, [[0, 2], ['z', null], [{ a: 'x', b: [1] }, 1]]]) // prettier-ignore
    expect(through(mapState(), put(1, 1), put(1, 2), (cell) => cell['remove']!(1), all).at(-1)).toEqual([])
  })

  it('comes back with the bytes of its coder', () => {
    const out = through(mapState({ coder: date }), put('a', { day: 1 }), put('b', { day: 2 }), get('a'), all)
    expect(out.slice(2)).toEqual([{ day: 1 }, [['a', { day: 1 }], ['b', { day: 2 }]]]) // prettier-ignore
  })
})

describe('a combining cell', () => {
  const add =
    (value: unknown): Act =>
    (cell) =>
      cell['add']!(value)
  const get: Act = (cell) => [cell['isEmpty']!(), cell['read']!()]

  // Mutation: packages/runners/src/execution/stateful/cell-data.ts: `? items[0] :` → `? 0 :`
  it('comes back with its accumulator, plain or by its coder, and empty when it was', () => {
    expect(through(combiningState(count()), get, add('x'), add('y'), get)).toEqual([[true, 0], null, null, [false, 2]])
    expect(through(combiningState(mean()), add(1), add(2), get).at(-1)).toEqual([false, 1.5])
    expect(through(combiningState(top<number>(2)), add(1), add(3), add(2), get).at(-1)).toEqual([false, [3, 2]])
    expect(through(combiningState(count()), add('x'), (cell) => cell['clear']!(), get).at(-1)).toEqual([true, 0])
  })
})
