/**
 * Every step that calls a function sees side inputs; what else it does is as without them.
 */
import {
  asIterable,
  asMultimap,
  asSingleton,
  create,
  filter,
  flatMap,
  map,
  parDo,
  tagged,
  windowInto,
  withKeys,
  withTimestamps,
  type KV,
  type Root,
  type SideInputs,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { evaluate } from '@tidemark/runners/testing'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'
import { perTen, side } from './side-numbers.ts'

describe('every step that calls a function', () => {
  it('sees its side inputs, and each row of a bundle those of its own window', () => {
    const out = (root: Root) => {
      const limit = side(root).pipe(
        map(([, value]) => value),
        asSingleton('Limit', { default: 5 }),
      )
      const main = numbers(root).pipe(windowInto(perTen))
      const options = { side: { limit } }
      const split = main.pipe(
        parDo({
          outputs: ['low', 'high'],
          side: { limit },
          *process([key, value]: KV<string, number>, context) {
            yield value < context.side.limit ? tagged('low', key) : tagged('high', [key, context.window.start])
          },
        }),
      )
      return {
        map: main.pipe(map(([key, value], seenOf) => [key, value + seenOf.limit], options)),
        filter: main.pipe(filter(([, value], seenOf) => value < seenOf.limit, options)),
        flatMap: main.pipe(
          flatMap(([key, value], seenOf) => Array.from({ length: value - seenOf.limit }, () => key), options),
        ),
        withKeys: main.pipe(withKeys((_, seenOf) => `k${seenOf.limit}`, options)),
        withTimestamps: main.pipe(withTimestamps((_, seenOf) => 20 + seenOf.limit, options)),
        low: split.low,
        high: split.high,
      }
    }
    const main = [
      [1, 'a', 3],
      [11, 'b', 7],
      [2, 'c', 8],
      [12, 'd', 1],
    ] as const
    const limits = [
      [1, 's', 4],
      [11, 's', 6],
    ] as const
    const run = new Scripted(out)
      .offerTo('In', ...main)
      .offerTo('Side', ...limits)
      .complete()
    const { outputs } = evaluate(out, { In: main, Side: limits })
    for (const [name, settled] of Object.entries(outputs))
      expect([name, run.engine.settled(name)]).toEqual([name, settled])
    const values = Object.fromEntries(
      Object.keys(outputs).map((name) => [name, run.outputs[name]!.map(({ value }) => value)]),
    )
    expect(values).toEqual({
      map: [
        ['a', 7],
        ['b', 13],
        ['c', 12],
        ['d', 7],
      ],
      filter: [
        ['a', 3],
        ['d', 1],
      ],
      flatMap: ['b', 'c', 'c', 'c', 'c'],
      withKeys: [
        ['k4', ['a', 3]],
        ['k6', ['b', 7]],
        ['k4', ['c', 8]],
        ['k6', ['d', 1]],
      ],
      withTimestamps: [
        ['a', 3],
        ['b', 7],
        ['c', 8],
        ['d', 1],
      ],
      low: ['a', 'd'],
      high: [
        ['b', 10],
        ['c', 0],
      ],
    })
    expect(run.outputs['withTimestamps']!.map(({ timestamp }) => timestamp)).toEqual([24, 26, 24, 26])
  })

  it('sees one object for all elements of a window, so that what is derived from it can be kept', () => {
    const objects = new Set<unknown>()
    const run = new Scripted((root) => {
      const all = side(root).pipe(asMultimap('All'))
      const note = map(
        (_: unknown, seenOf: { readonly all: unknown }) => {
          objects.add(seenOf)
          objects.add(seenOf.all)
          return Object.keys(seenOf)
        },
        { side: { all } },
      )
      return { out: numbers(root).pipe(windowInto(perTen), note) }
    })
    run
      .offerTo('In', [1, 'a', 1], [2, 'b', 1])
      .offerTo('Side', [1, 's', 1])
      .watermark(20, 'Side')
      .offerTo('In', [3, 'c', 1])
    expect(objects.size).toBe(2)
    expect(run.outputs['out']!.map(({ value }) => value)).toEqual([['all'], ['all'], ['all']])
  })

  it('that throws fails or makes dead letters as without side inputs, and only of that element', () => {
    const build = (onError: 'fail' | 'dead-letter') => (root: Root) => {
      const limit = root.pipe(create('Limit', [2]), asSingleton('TheLimit'))
      return {
        out: numbers(root).pipe(
          map(
            ([key, value], seenOf) => {
              if (value > seenOf.limit) throw new Error(`${value} is too much`)
              return key
            },
            { side: { limit }, onError },
          ),
        ),
      }
    }
    const feed = (run: Scripted): Scripted => {
      const limit = run.input('Limit')
      limit.offer('0', { elements: [2], offsets: [0], rejected: [], position: null, bytes: 0, done: true })
      limit.complete('0')
      return run.offerTo('In', [1, 'a', 1], [2, 'b', 3], [3, 'c', 2])
    }
    const run = feed(new Scripted(build('dead-letter'))).complete()
    expect(run.outputs['out']!.map(({ value }) => value)).toEqual(['a', 'c'])
    expect(run.ledger).toMatchObject([{ reason: 'dead-letter', element: ['b', 3], detail: 'map threw: 3 is too much' }])
    expect(() => feed(new Scripted(build('fail')))).toThrow(expect.objectContaining({ code: 'USER_CODE' }))
  })

  it('keeps what it sees from the steps behind it', () => {
    const views = (root: Root): SideInputs => ({ all: side(root).pipe(asIterable('All')) })
    const graph = buildGraph((root) => ({
      out: numbers(root).pipe(
        windowInto(perTen),
        map(([key], seenOf) => [key, Object.keys(seenOf)], { side: views(root) }),
        map((value, ...more: readonly unknown[]) => [value, more.length]),
      ),
    }))
    expect(evaluate(graph, { In: [[1, 'a', 1]], Side: [] }).outputs['out']!.entries).toHaveLength(1)
  })
})
