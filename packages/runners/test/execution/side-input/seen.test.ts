/**
 * What functions see of their side inputs: each form, the keys of maps, and what is wrong with a window where it is read.
 */
import {
  asIterable,
  asMap,
  asMultimap,
  asSingleton,
  map,
  windowInto,
  withTimestamps,
  type KV,
  type Root,
  type SideInput,
} from '@tidemark/core'
import { evaluate } from '@tidemark/runners/testing'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'
import { perTen, side, type Numbers } from './side-numbers.ts'

/** What a map over `In` sees of a view, by the engine and by the evaluator, which must agree. */
function seen<T>(
  view: (side: Numbers) => SideInput<T>,
  look: (value: T) => unknown,
  ...elements: readonly (readonly [number, string, number])[]
): readonly unknown[] {
  const pipeline = (root: Root) => {
    const values = view(side(root))
    const main = numbers(root).pipe(windowInto(perTen))
    return {
      out: main.pipe(
        map(([key], { values: value }) => [key, look(value)], { side: { values } }),
        withTimestamps(() => 100),
      ),
    }
  }
  const main = [[1, 'm', 0]] as const
  const scripted = new Scripted(pipeline).offerTo('In', ...main)
  if (elements.length > 0) scripted.offerTo('Side', ...elements)
  const { out } = evaluate(pipeline, { In: main, Side: elements }).outputs
  scripted.complete()
  expect(scripted.engine.settled('out')).toEqual(out)
  return out.entries.map(({ value }) => (value as readonly unknown[])[1])
}

describe('a view is seen', () => {
  it('as the list of its elements by timestamp, then bytes, whichever came first', () => {
    const list = (numbersOf: Numbers) => numbersOf.pipe(asIterable('View'))
    expect(seen(list, (all) => all, [5, 'b', 2], [5, 'a', 3], [3, 'z', 1])).toEqual([
      [
        ['z', 1],
        ['a', 3],
        ['b', 2],
      ],
    ])
    expect(seen(list, (all) => all)).toEqual([[]])
  })

  // Mutation: packages/runners/src/execution/side-input/side-value.ts: `Object.freeze([...elements])` → `[...elements]`
  // Mutation: packages/runners/src/execution/side-input/side-value.ts: `map.forEach((values) => Object.freeze(values))` → ``
  it('as lists that cannot be changed, as all elements see the same one', () => {
    const run = new Scripted((root) => {
      const [list, byKey] = [side(root).pipe(asIterable('List')), side(root).pipe(asMultimap('ByKey'))]
      const look = map(
        (_: unknown, seenOf: { list: readonly unknown[]; byKey: ReadonlyMap<string, readonly unknown[]> }) => [
          Object.isFrozen(seenOf.list),
          Object.isFrozen(seenOf.byKey.get('s')),
        ],
        { side: { list, byKey } },
      )
      return { out: numbers(root).pipe(windowInto(perTen), look) }
    })
    run.offerTo('In', [1, 'a', 1]).offerTo('Side', [1, 's', 1]).complete()
    expect(run.outputs['out']!.map(({ value }) => value)).toEqual([[true, true]])
  })

  it('as its one element, or what stands for none', () => {
    const one = (numbersOf: Numbers) =>
      numbersOf.pipe(
        map(([, value]) => value),
        asSingleton('View', { default: null }),
      )
    expect(seen(one, (value) => value, [5, 'a', 7])).toEqual([7])
    expect(seen(one, (value) => value)).toEqual([null])
  })

  it('as a map, which can be asked, counted and gone through', () => {
    const byKey = (numbersOf: Numbers) => numbersOf.pipe(asMap('View'))
    const look = (values: ReadonlyMap<string, number>): unknown => {
      const visited: unknown[] = []
      values.forEach((value, key, own) => visited.push([key, value, own === values]))
      return {
        size: values.size,
        get: [values.get('a') ?? 'none', values.get('c') ?? 'none'],
        has: [values.has('a'), values.has('c')],
        all: [[...values], [...values.keys()], [...values.values()], [...values.entries()]],
        visited,
      }
    }
    expect(seen(byKey, look, [5, 'b', 2], [3, 'a', 1])).toEqual([
      {
        size: 2,
        get: [1, 'none'],
        has: [true, false],
        all: [
          [
            ['a', 1],
            ['b', 2],
          ],
          ['a', 'b'],
          [1, 2],
          [
            ['a', 1],
            ['b', 2],
          ],
        ],
        visited: [
          ['a', 1, true],
          ['b', 2, true],
        ],
      },
    ])
  })

  it('as a map of lists', () => {
    const byKey = (numbersOf: Numbers) => numbersOf.pipe(asMultimap('View'))
    const look = (values: ReadonlyMap<string, readonly number[]>): unknown => [[...values], values.get('c') ?? 'none']
    expect(seen(byKey, look, [5, 'a', 2], [3, 'a', 3], [4, 'b', 1])).toEqual([
      [
        [
          ['a', [3, 2]],
          ['b', [1]],
        ],
        'none',
      ],
    ])
  })

  // Mutation: packages/runners/src/execution/side-input/side-map.ts: `canonicalKey(key) as K` → `key`
  it('by keys that are equal when their bytes are: records, lists, null, 0 and -0', () => {
    const structured = (numbersOf: Numbers) =>
      numbersOf.pipe(
        map(([key, value]): KV<unknown, number> => {
          if (key === 'record') return [{ b: [value], a: 1 }, value]
          return key === 'null' ? [null, value] : [-0, value]
        }),
        asMap('View'),
      )
    const look = (values: ReadonlyMap<unknown, number>): unknown => [
      values.get({ a: 1, b: [7] }),
      values.get(null),
      values.get(0),
      values.has({ a: 1 }),
      [...values.keys()].some((key) => Object.is(key, -0)),
    ]
    expect(seen(structured, look, [1, 'record', 7], [2, 'null', 8], [3, 'zero', 9])).toEqual([[7, 8, 9, false, false]])
  })

  it('has nothing for undefined and NaN, as an element may lack the field that is asked for; what can be no key is an error', () => {
    const byKey = (numbersOf: Numbers) => numbersOf.pipe(asMap<unknown, number>('View'))
    const look = (values: ReadonlyMap<unknown, number>): unknown => [
      values.get(undefined) ?? 'none',
      values.has(NaN),
      code(() => values.get(new Date(0))),
    ]
    expect(seen(byKey, look, [1, 'a', 7])).toEqual([['none', false, 'CLASS_INSTANCE']])
  })
})

function code(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return (error as { readonly code?: string }).code
  }
}

describe('what is wrong with a window', () => {
  const faults: readonly (readonly [string, (numbersOf: Numbers) => SideInput<unknown>, readonly number[]])[] = [
    ['EMPTY_SINGLETON', (numbersOf) => numbersOf.pipe(asSingleton('View')), []],
    ['SEVERAL_IN_SINGLETON', (numbersOf) => numbersOf.pipe(asSingleton('View')), [1, 2]],
    ['SEVERAL_IN_MAP', (numbersOf) => numbersOf.pipe(asMap('View')), [1, 2]],
  ]
  const pipeline =
    (
      view: (numbersOf: Numbers) => SideInput<unknown>,
      options: { readonly onError?: 'dead-letter'; readonly reads?: false } = {},
    ) =>
    (root: Root) => {
      const values = view(side(root))
      const { onError = 'fail', reads = true } = options
      return {
        out: numbers(root).pipe(
          windowInto(perTen),
          map(([key], seenOf) => (reads ? [key, seenOf.values === undefined] : key), { side: { values }, onError }),
        ),
      }
    }
  const played = (run: Scripted, values: readonly number[]): Scripted => {
    run.offerTo('In', [1, 'x', 0], [2, 'y', 0])
    if (values.length > 0) run.offerTo('Side', ...values.map((value) => [3, 'a', value]))
    return run
  }

  it.each(faults)('fails the run where it is read: %s', (expected, view, values) => {
    const run = played(new Scripted(pipeline(view)), values)
    const error = thrown(() => run.complete())
    expect(error).toMatchObject({ code: expected, step: expect.stringMatching('Map') })
    expect(error.message).toContain('"View"')
    expect(error.message).toContain('[1970-01-01T00:00:00.000Z, 1970-01-01T00:00:00.010Z)')
  })

  it.each(faults)(
    'makes dead letters of the elements that read it, with their places, where the step says so: %s',
    (_, view, values) => {
      const run = played(new Scripted(pipeline(view, { onError: 'dead-letter' })), values).complete()
      expect(run.ledger.map(({ reason, element, position }) => [reason, element, position?.offset])).toEqual([
        ['dead-letter', ['x', 0], 0],
        ['dead-letter', ['y', 0], 1],
      ])
      expect(run.take()).toEqual([])
    },
  )

  it.each(faults)('is nobody’s business where it is not read: %s', (_, view, values) => {
    const run = played(new Scripted(pipeline(view, { reads: false })), values).complete()
    expect(run.ledger).toEqual([])
    expect(run.outputs['out']!.map(({ value }) => value)).toEqual(['x', 'y'])
  })

  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `return { thrown }` → `throw thrown`
  it('is found once, however many elements look', () => {
    const looked: unknown[] = []
    const run = new Scripted((root) => {
      const all = side(root).pipe(asMap('All'))
      const look = map(
        (_: unknown, seenOf: { all: unknown }) => {
          try {
            return seenOf.all
          } catch (error) {
            looked.push(error)
            return undefined
          }
        },
        { side: { all } },
      )
      return { out: numbers(root).pipe(windowInto(perTen), look) }
    })
    run.offerTo('In', [1, 'a', 1], [2, 'b', 1]).offerTo('Side', [1, 's', 1], [2, 's', 2]).complete()
    expect(looked).toHaveLength(2)
    expect(looked[0]).toBe(looked[1])
  })

  it('is told of a key that cannot be one', () => {
    const view = (numbersOf: Numbers) =>
      numbersOf.pipe(
        map(([, value]): KV<unknown, number> => [new Date(0), value]),
        asMultimap('View'),
      )
    const run = played(new Scripted(pipeline(view)), [1])
    expect(thrown(() => run.complete())).toMatchObject({ code: 'CLASS_INSTANCE' })
  })
})

function thrown(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
