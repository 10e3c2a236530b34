/**
 * coGroupByKey in the engine: the lists of three inputs, of missing keys and null keys, and of inputs that are taken back.
 */
import {
  afterCount,
  afterWatermark,
  coGroupByKey,
  combinePerKey,
  fixedWindows,
  map,
  milliseconds,
  read,
  sessions,
  windowInto,
  type KV,
  type PCollection,
  type Root,
  type WindowFn,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../src/testing/evaluator/evaluate.ts'
import { described, numbers, Scripted, type Element } from '../scripted.ts'

const perTen = fixedWindows(milliseconds(10))
const NAMES = ['A', 'B', 'C'] as const

const retracting = (windows: WindowFn, lateness = 100) =>
  windowInto<KV<string, number>>(windows, {
    trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
    allowedLateness: milliseconds(lateness),
    accumulationMode: 'retracting',
  })

describe('coGroupByKey of three inputs', () => {
  it('lists the values of each by time and bytes, and gives an empty list where an input has none', () => {
    const run = new Scripted((root) => {
      const [a, b, c] = NAMES.map((name) => numbers(root, {}, name).pipe(windowInto(perTen)))
      return { out: coGroupByKey('Join', { a: a!, b: b!, c: c! }) }
    })
    run.offerTo('C', [9, 'k', 7], [3, 'k', 9], [3, 'k', 8], [12, 'k', 1])
    run.offerTo('A', [5, 'k', 1], [2, 'j', 3])
    expect(run.complete().settled()).toEqual([
      '[0,10) j={"a":[3],"b":[],"c":[]}',
      '[0,10) k={"a":[1],"b":[],"c":[8,9,7]}',
      '[10,20) k={"a":[],"b":[],"c":[1]}',
    ])
  })

  it('knows null as a key, and as a value', () => {
    const run = new Scripted((root) => {
      const side = (name: string) =>
        root.pipe(
          read(name, described<readonly [number, unknown, unknown]>(false), { timestamp: ([at]) => at }),
          map(([, key, value]) => [key, value] as const),
          windowInto(perTen),
        )
      return { out: coGroupByKey('Join', { a: side('A'), b: side('B') }) }
    })
    run.offerTo('A', [1, null, 1], [1, 'null', 2]).offerTo('B', [2, null, null])
    expect(run.complete().settled()).toEqual(['[0,10) [null,{"a":[1],"b":[null]}]', '[0,10) null={"a":[2],"b":[]}'])
  })
})

describe('coGroupByKey of changes', () => {
  const build =
    (changed: readonly string[], windows: WindowFn) =>
    (root: Root): Record<'out', PCollection<unknown>> => {
      const [a, b, c] = NAMES.map((name) => {
        const elements = numbers(root, {}, name).pipe(retracting(windows))
        return changed.includes(name)
          ? elements.pipe(combinePerKey(`Sum${name}`, sum()), retracting(windows))
          : elements
      })
      return { out: coGroupByKey('Join', { a: a!, b: b!, c: c! }) }
    }

  it('has nothing of what was taken back', () => {
    const run = new Scripted(build(['A', 'C'], perTen))
    run.offerTo('A', [1, 'k', 1]).offerTo('B', [2, 'k', 5]).offerTo('A', [3, 'k', 2])
    run.offerTo('C', [4, 'j', 4]).offerTo('C', [4, 'j', -4])
    expect(run.complete().settled()).toEqual(['[0,10) j={"a":[],"b":[],"c":[0]}', '[0,10) k={"a":[3],"b":[5],"c":[]}'])
  })

  const element = fc.tuple(
    fc.constantFrom(...NAMES),
    fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom('j', 'k'), fc.integer({ min: 0, max: 2 })),
  )

  it.each([
    ['fixed windows', perTen],
    ['sessions', sessions(milliseconds(4))],
  ] as const)('settles on what the evaluator does, whichever inputs are changes (%s)', (_, windows) => {
    fc.assert(
      fc.property(
        fc.subarray([...NAMES]),
        fc.array(fc.tuple(element, fc.option(fc.integer({ min: 0, max: 40 }))), { maxLength: 14 }),
        (changed, arrivals) => {
          const pipeline = build(changed, windows)
          const run = new Scripted(pipeline)
          const all: Record<string, Element[]> = { A: [], B: [], C: [] }
          for (const [[name, row], watermark] of arrivals) {
            all[name]!.push(row)
            run.offerTo(name, row)
            if (watermark !== null) run.watermark(watermark, name)
          }
          run.complete()
          if (run.ledger.length > 0) return
          expect(run.engine.settled('out').entries).toEqual(evaluate(buildGraph(pipeline), all).outputs['out']!.entries)
        },
      ),
      { numRuns: 200, seed: 1 },
    )
  })
})
