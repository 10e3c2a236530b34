/**
 * J1, J3, J10 to J12 and J19 for side inputs: views that can never be read, that never come, late elements, keys that are none, views that are
 * not what they were said to be, and views read in every way.
 */
import {
  afterAny,
  afterCount,
  afterEach,
  afterWatermark,
  asIterable,
  asMap,
  asMultimap,
  asSingleton,
  boundedOutOfOrderness,
  create,
  defaultTrigger,
  fixedWindows,
  globalWindow,
  map,
  milliseconds,
  never,
  orFinally,
  read,
  repeatedly,
  windowInto,
  type KV,
  type PCollection,
  type PTransform,
  type Root,
  type SideInput,
  type StatelessOptions,
  type Trigger,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { memorySource } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { fromObservable } from '@tidemark/runners/streaming'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { faultOf } from './joins-of-two.ts'
import { offered, TwoSources, type Element, type Keyed, type OfTwo } from './two-sources.ts'
import { virtualJob } from './virtual-job.ts'

/** Windows of so many milliseconds. */
const windows = (size: number, lateness = 0): PTransform<Keyed, Keyed> =>
  lateness === 0
    ? windowInto(fixedWindows(milliseconds(size)))
    : windowInto(fixedWindows(milliseconds(size)), {
        allowedLateness: milliseconds(lateness),
        accumulationMode: 'retracting',
      })

/** Each element of L, and what it sees of R by `look`; windows of 10 ms on both sides. */
const seeing =
  <V>(
    view: PTransform<Keyed, SideInput<V>>,
    look: (value: V, element: KV<string, number>) => unknown,
    options: Pick<StatelessOptions, 'onError'> = {},
    [ofMain, ofView]: readonly [main: PTransform<Keyed, Keyed>, view: PTransform<Keyed, Keyed>] = [
      windows(10),
      windows(10),
    ],
  ): OfTwo =>
  (left, right) => {
    const side = { seen: right.pipe(ofView, view) }
    return left.pipe(
      ofMain,
      map((element: KV<string, number>, { seen }: { readonly seen: V }) => [element[1], look(seen, element)], {
        ...options,
        side,
      }) as PTransform<Keyed, PCollection<unknown>>,
    )
  }

describe('J1: a view that can never be read', () => {
  const refusal = (trigger: Trigger, ready: 'final' | 'first-pane') =>
    faultOf(() =>
      buildGraph((root) => {
        const all = windowInto<KV<string, number>>(globalWindow(), {
          trigger,
          allowedLateness: milliseconds(0),
          accumulationMode: 'accumulating',
          mayLoseData: true,
        })
        const view = offered(root, 'R').pipe(all, asIterable('View', { ready }))
        return { out: offered(root, 'L').pipe(map((element, { seen }) => [element, seen], { side: { seen: view } })) }
      }),
    )

  const counts = repeatedly(afterCount(1))

  // Mutation: packages/core/src/primitives/side-input.ts: `if (input.bounded || windowFn.kind !== 'global'` → `if (windowFn.kind === 'global'`
  it('J1: as its unbounded collection never ends, is refused, whatever its trigger: SIDE_INPUT_NEVER_READY', () => {
    for (const trigger of [defaultTrigger(), never(), counts, afterWatermark({ early: afterCount(1) })]) {
      const { code, step, message } = refusal(trigger, 'final')
      expect([code, step]).toEqual(['SIDE_INPUT_NEVER_READY', 'View'])
      expect(message).toContain('never final')
    }
  })

  // Mutation: packages/core/src/primitives/side-input.ts: `(ready === 'first-pane' && mayFireEarly(trigger))` → `ready === 'first-pane'`
  // Mutation: packages/core/src/trigger/trigger-safety.ts: `return mayFireEarly(trigger.of[0]!)` → `return trigger.of.some(mayFireEarly)`
  it('J1: as its trigger gives it no pane before the end of time, is refused', () => {
    const atTheEnd: readonly Trigger[] = [
      defaultTrigger(),
      never(),
      afterWatermark({}),
      afterWatermark({ late: afterCount(1) }),
      afterWatermark({ early: never() }),
      repeatedly(afterWatermark({})),
      afterEach(afterWatermark({}), counts),
      afterAny(never(), afterWatermark({})),
      orFinally(never(), afterWatermark({})),
    ]
    for (const trigger of atTheEnd) expect(refusal(trigger, 'first-pane').code).toBe('SIDE_INPUT_NEVER_READY')
    const before: readonly Trigger[] = [
      counts,
      afterWatermark({ early: afterCount(1) }),
      afterAny(never(), afterCount(1)),
      orFinally(never(), afterCount(1)),
    ]
    for (const trigger of before) expect(() => refusal(trigger, 'first-pane')).toThrow('Nothing was thrown.')
  })

  it('J1: can be read when its collection is bounded, also live', async () => {
    const { values, pass, job } = virtualJob((root) => {
      const view = root.pipe(create('Names', ['a', 'b']), asIterable('View'))
      const orders = fromObservable('Orders', from([3, 4]), {
        timestamp: (at) => at,
        watermark: boundedOutOfOrderness(milliseconds(0)),
      })
      return {
        out: root.pipe(
          orders,
          map((at, { names }) => [at, ...names], { side: { names: view } }),
        ),
      }
    })
    await pass()
    await job.done
    expect(values.map(({ value }) => value)).toEqual([
      [3, 'a', 'b'],
      [4, 'a', 'b'],
    ])
  })

  it('J1: as no window of its belongs to a window of the elements, is refused', () => {
    const faults: readonly (readonly [main: PTransform<Keyed, Keyed>, view: PTransform<Keyed, Keyed>])[] = [
      [windowInto(globalWindow()), windows(10)],
    ]
    expect(
      faults.map((both) => faultOf(() => new TwoSources(seeing(asIterable('View'), () => null, {}, both))).code),
    ).toEqual(['SIDE_INPUT_OF_GLOBAL'])
  })

  it('J1: as it is none, is refused with what it is', () => {
    const reading = (side: unknown) =>
      faultOf(() => new TwoSources((left) => left.pipe(map((element) => element, { side: side as never }))))
    expect(reading({ rates: 5 })).toMatchObject({ code: 'NOT_A_SIDE_INPUT' })
    expect(reading({ rates: undefined }).message).toContain('The side input "rates" of Map is undefined')
    const collection = faultOf(
      () => new TwoSources((left, right) => left.pipe(map((element) => element, { side: { rates: right } as never }))),
    )
    expect(collection.code).toBe('NOT_A_SIDE_INPUT')
  })
})

describe('J3: a view of a collection that is empty', () => {
  const empty = <V>(view: PTransform<PCollection<KV<string, number>>, SideInput<V>>, look: (seen: V) => unknown) =>
    batchRunner({ progress: 'never' }).run((root: Root) => {
      const seen = root.pipe(create<KV<string, number>>('Nothing', []), view)
      const orders = read('Orders', memorySource([1]), { timestamp: (at) => at })
      return {
        out: root.pipe(
          orders,
          map((_, side) => look((side as { readonly seen: V }).seen), { side: { seen } as never }),
        ),
      }
    })

  it('J3: is an empty list or map, the default, or an error that says that there is none', async () => {
    const seen = async <V>(
      view: PTransform<PCollection<KV<string, number>>, SideInput<V>>,
      look: (seen: V) => unknown,
    ) => (await empty(view, look)).outputs.out.map(({ value }) => value)
    expect(await seen(asIterable('View'), (list) => list.length)).toEqual([0])
    expect(await seen(asMap<string, number>('View'), (rates) => [rates.size, rates.get('a') ?? 'none'])).toEqual([
      [0, 'none'],
    ])
    expect(await seen(asMultimap<string, number>('View'), (rates) => [...rates])).toEqual([[]])
    expect(await seen(asSingleton('View', { default: ['none', 0] }), (value) => value)).toEqual([['none', 0]])
    await expect(empty(asSingleton('View'), (value) => value)).rejects.toMatchObject({ code: 'EMPTY_SINGLETON' })
  })
})

describe('J10: keys of a map', () => {
  // Mutation: packages/runners/src/execution/side-input/side-map.ts: `return key === undefined || Number.isNaN(key) ? undefined : this.#places.get(key)` → `return this.#places.get(key)`
  it('J10: null is one, -0 is 0, equal records are one; what no key can be is not there', () => {
    const keys: readonly unknown[] = [null, 0, { id: 1 }, '', 'null', undefined, Number.NaN, { id: 2 }]
    const run = new TwoSources(seeing(asMap('View'), (rates, [key]) => rates.get(key) ?? 'none'))
    run.right([1, null, 7], [1, -0, 8], [1, { id: 1 }, 9])
    run.left(...keys.map((key, at): Element => [1, key, at]))
    expect(run.end()).toEqual(
      [7, 8, 9, 'none', 'none', 'none', 'none', 'none'].map((seen, at) => `[${at},${JSON.stringify(seen)}] @1`),
    )
  })

  // Mutation: packages/runners/src/execution/side-input/side-value.ts: `if (!(cause instanceof EncodingError)) throw cause` → `throw cause`
  it('J10: what is no key is refused where the map is read, and view, window and step are named', () => {
    const faults = [
      [undefined, 'VALUE_UNDEFINED'],
      [Number.NaN, 'KEY_NAN'],
      ['\ud800', 'LONE_SURROGATE'],
      [new Date(0), 'CLASS_INSTANCE'],
    ] as const
    for (const [key, code] of faults) {
      for (const of of [
        seeing(asMap('View'), (rates) => rates.size),
        seeing(asMultimap('View'), (rates) => rates.size),
      ]) {
        const fault = faultOf(() => new TwoSources(of).right([1, key, 7]).left([1, 'a', 1]).end())
        expect([fault.code, fault.step]).toEqual([code, 'Map#3'])
        expect(fault.message).toMatch(
          /^Window \[.*\) of the side input "View", which the step "Map#3" reads, cannot be a map\. A key /,
        )
      }
    }
  })

  // Mutation: packages/runners/src/execution/stateless/user-code.ts: `if (cause instanceof EncodingError && cause.step === undefined) {` → `if (cause instanceof EncodingError && cause.step !== undefined) {`
  it('J10: what is looked for and can be no key names the step', () => {
    const run = new TwoSources(seeing(asMap('View'), (rates, [key]) => rates.has(key)))
    expect(faultOf(() => run.left([1, new Date(0), 1]).end())).toMatchObject({ code: 'CLASS_INSTANCE', step: 'Map#3' })
  })
})

describe('J11: late elements of a view, and of those who read it', () => {
  it('J11: are seen while their window takes them, and are in the ledger afterwards', () => {
    const run = new TwoSources(
      seeing(asIterable('View'), (list) => list.map(([, value]) => value), {}, [windows(10), windows(10, 20)]),
    )
    run.left([1, 'a', 1]).to(25)
    // The view takes elements of [0, 10) until its watermark has passed 29, and is not final before.
    run.right([2, 'a', 7]).to(29)
    expect(run.take()).toEqual([])
    run.right([3, 'a', 8]).to(30)
    expect(run.take()).toEqual(['[1,[7,8]] @1'])
    run.right([4, 'a', 9])
    expect(run.end()).toEqual([])
    expect(run.ledger.map(({ reason, step, element }) => [reason, step, element])).toEqual([
      ['expired', 'View/GroupByKey', [null, ['a', 9]]],
    ])
  })

  // Mutation: packages/runners/src/execution/side-input/side-input-gate.ts: `if (unseenAfter >= clock) return this.#windows.neededBy(window)` → `return this.#windows.neededBy(window)`
  it('J11: see what the others of their window have seen, or are in the ledger when that is not kept any more', () => {
    const run = new TwoSources(
      seeing(asIterable('View'), (list) => list.map(([, value]) => value), {}, [windows(10, 20), windows(10)]),
    )
    run.right([2, 'a', 7]).left([1, 'a', 1]).to(29)
    expect(run.take()).toEqual(['[1,[7]] @1'])
    run.left([3, 'a', 2])
    expect(run.take()).toEqual(['[2,[7]] @3'])
    run.to(30).left([4, 'a', 3])
    expect(run.end()).toEqual([])
    expect(run.entries()).toEqual(['expired a=3'])
    expect(run.ledger[0]?.detail).toBe(
      'the side inputs of window [1970-01-01T00:00:00.000Z, 1970-01-01T00:00:00.010Z) were kept until the watermark passed 1970-01-01T00:00:00.029Z',
    )
  })
})

describe('J12: a view that is not what it was said to be', () => {
  const single = seeing(asSingleton('View'), ([, value]) => value)
  const byKey = seeing(asMap('View'), (rates) => rates.size)

  it('J12: a singleton of several, one of none without default, a map with a key twice: an error where it is read', () => {
    const faults = [
      faultOf(() => new TwoSources(single).right([1, 'a', 7], [2, 'a', 7]).left([1, 'a', 1]).end()),
      faultOf(() => new TwoSources(single).right([11, 'a', 7]).left([1, 'a', 1]).end()),
      faultOf(() => new TwoSources(byKey).right([1, 'a', 7], [2, 'a', 7]).left([1, 'a', 1]).end()),
    ]
    expect(faults.map(({ code, step }) => [code, step])).toEqual([
      ['SEVERAL_IN_SINGLETON', 'Map#3'],
      ['EMPTY_SINGLETON', 'Map#3'],
      ['SEVERAL_IN_MAP', 'Map#3'],
    ])
    expect(faults[0]?.message).toContain('has 2 elements')
    expect(faults[2]?.message).toContain('has several values for the key "a"')
    for (const { message } of faults) {
      expect(message).toMatch(/^Window \[.*\) of the side input "View", which the step "Map#3" reads, has /)
    }
  })

  // Mutation: packages/runners/src/execution/side-input/needed-windows.ts: `get: () => view.value(side), enumerable: true` → `value: view.value(side), enumerable: true`
  it('J12: who does not look has no error, and each who looks may be a dead letter', () => {
    const curious = seeing(asSingleton('View'), () => null, { onError: 'dead-letter' })
    const run = new TwoSources(curious)
    run.right([1, 'a', 7], [2, 'a', 8], [12, 'a', 9]).left([1, 'a', 1], [11, 'a', 2], [2, 'b', 3], [21, 'b', 4])
    expect(run.end()).toEqual(['[2,null] @11'])
    expect(
      run.ledger.map(({ reason, element, detail }) => [reason, element, /has (2|no) elements?/.exec(detail!)?.[0]]),
    ).toEqual([
      ['dead-letter', ['a', 1], 'has 2 elements'],
      ['dead-letter', ['b', 3], 'has 2 elements'],
      ['dead-letter', ['b', 4], 'has no element'],
    ])
    const unread = new TwoSources((left, right) => {
      const side = { seen: right.pipe(windows(10), asSingleton('View')) }
      return left.pipe(
        windows(10),
        map(([, value]: KV<string, number>, _side) => value, { side }),
      )
    })
    expect(unread.right([1, 'a', 7], [2, 'a', 8]).left([1, 'a', 1], [21, 'a', 2]).end()).toEqual(['1 @1', '2 @21'])
  })

  it('J12: a default of undefined is one', () => {
    const run = new TwoSources(
      seeing(
        asSingleton('View', { default: undefined as unknown as KV<string, number> }),
        (seen) => seen === undefined,
      ),
    )
    expect(run.left([1, 'a', 1]).end()).toEqual(['[1,true] @1'])
  })

  it('J12: nobody can change what others see: a map has no set, and lists are frozen', () => {
    const changes: readonly OfTwo[] = [
      seeing(asIterable('View'), (list) => (list as unknown as unknown[]).push(1)),
      seeing(asMultimap<string, number>('View'), (rates) => (rates.get('a') as unknown as unknown[]).push(1)),
      seeing(asMap<string, number>('View'), (rates) => (rates as Map<string, number>).set('a', 2)),
      seeing(asMap<string, number>('View'), (rates) => (rates as Map<string, number>).clear()),
    ]
    for (const of of changes) {
      expect(faultOf(() => new TwoSources(of).right([1, 'a', 7]).left([1, 'a', 1]).end()).code).toBe('USER_CODE')
    }
  })
})
