/**
 * J2: a view or a partner that falls silent: whoever says how long to wait goes on without it; whoever does not waits, and can say for what.
 */
import {
  asMap,
  boundedOutOfOrderness,
  fixedWindows,
  GLOBAL_WINDOW,
  map,
  milliseconds,
  seconds,
  windowInto,
  type KV,
  type ReadOptions,
  type Root,
  type Window,
} from '@tidemark/core'
import { fromObservable } from '@tidemark/runners/streaming'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { asOf, interval } from './joins-of-two.ts'
import { shown, type Element, type OfTwo } from './two-sources.ts'
import { virtualJob } from './virtual-job.ts'

const keyed = map(([, key, value]: Element) => [key, value] as KV<string, number>)

/** Each element with what the map says of its key: both in windows of 10 ms. */
const withMap: OfTwo = (left, right) => {
  const windows = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)))
  const rates = right.pipe(windows, asMap('Rates'))
  const join = map(
    ([key, value]: KV<string, number>, side: { readonly rates: ReadonlyMap<string, number> }) =>
      [key, { left: value, right: side.rates.get(key) ?? null }] as const,
    { side: { rates } },
  )
  return left.pipe(windows, join)
}

/** A job over two observables; the right one is not waited for after `idleAfter` of silence. */
function jobOf(of: OfTwo, idle: Pick<ReadOptions<Element>, 'idleAfter'> = {}) {
  const [left$, right$] = [new Subject<Element>(), new Subject<Element>()]
  const options = { timestamp: ([at]: Element) => at, watermark: boundedOutOfOrderness(milliseconds(0)) }
  const run = virtualJob((root: Root) => ({
    out: of(
      root.pipe(fromObservable('Orders', left$, options), keyed),
      root.pipe(fromObservable('Rates feed', right$, { ...options, ...idle }), keyed),
    ),
  }))
  let watermark: number | undefined
  run.job.watermark$.subscribe(({ out }) => (watermark = out))
  return {
    ...run,
    left: (...elements: readonly Element[]): void => elements.forEach((element) => left$.next(element)),
    right: (...elements: readonly Element[]): void => elements.forEach((element) => right$.next(element)),
    watermark: (): number | undefined => watermark,
    drain: async (): Promise<void> => {
      const drained = run.job.drain()
      await run.pass()
      await drained
    },
  }
}

interface Silent {
  readonly of: OfTwo
  /** What the right side says before it falls silent, and the left one. */
  readonly said: readonly Element[]
  /** Window and step to explain. */
  readonly window: Window
  readonly step: string
  /** Whom the explanation names as waited for, and where its source stands. */
  readonly awaited: string
  readonly source: string
  /** The watermark meanwhile: that of the element that waits, or what could still be joined. */
  readonly watermark: number
  /** What comes of [5, 'a', 1], which waits, and of [30, 'a', 2] in the end. */
  readonly given: readonly [first: string, last: string]
  /** What is in the ledger when the right side brings [2, 'a', 8] after all. */
  readonly late: readonly unknown[]
}

const first: Window = { start: 0, end: 10 }

const silent: readonly Silent[] = [
  {
    of: asOf(),
    said: [[1, 'a', 7]],
    window: GLOBAL_WINDOW,
    step: 'Join',
    awaited: 'the clock of right',
    source: 'at 1970-01-01T00:00:00.001Z.',
    watermark: 5,
    given: ['a: 1+7 @5', 'a: 2+7 @30'],
    late: ['too-late', ['a', 8]],
  },
  {
    of: interval({ before: 0, after: 5, type: 'left' }),
    said: [[1, 'a', 7]],
    window: GLOBAL_WINDOW,
    step: 'Join',
    awaited: 'the clock of right',
    source: 'at 1970-01-01T00:00:00.001Z.',
    watermark: 1,
    given: ['a: 1+- @5', 'a: 2+- @30'],
    late: ['too-late', ['a', 8]],
  },
  {
    of: withMap,
    said: [],
    window: first,
    step: 'Map#3',
    awaited: 'side input "Rates"',
    source: 'and nothing has come of it.',
    watermark: 5,
    given: ['a: 1+- @5', 'a: 2+- @30'],
    late: ['expired', [null, [['a', 8]]]],
  },
]

/** Gives a job what has come before the right side fell silent. */
async function untilSilence(run: ReturnType<typeof jobOf>, { said }: Silent): Promise<void> {
  run.right(...said)
  run.left([5, 'a', 1])
  await run.pass()
  run.left([30, 'a', 2])
  await run.pass()
}

describe('J2: a view or a partner that falls silent', () => {
  // Mutation: packages/runners/src/execution/side-input/gate-clocks.ts: `return this.#idle[input]! && this.#told[input]! < MAX_TIMESTAMP` → `return false`
  // Mutation: packages/runners/src/execution/join/join-clocks.ts: `return this.#idle[input]! && this.#told[input]! < MAX_TIMESTAMP` → `return false`
  it('J2: is not waited for once its source has been silent for as long as it says', async () => {
    for (const one of silent) {
      const run = jobOf(one.of, { idleAfter: seconds(30) })
      await untilSilence(run, one)
      await run.pass(29_999)
      expect([...run.values.map(shown), run.watermark()]).toEqual([one.watermark])
      await run.pass(1)
      expect([...run.values.map(shown), run.watermark()]).toEqual([one.given[0], 30])
      await run.drain()
      expect(run.values.map(shown)).toEqual(one.given)
      expect(run.ledger).toEqual([])
    }
  })

  it('J2: and brings something later after all: what would have changed what has been said is in the ledger', async () => {
    for (const one of silent) {
      const run = jobOf(one.of, { idleAfter: seconds(30) })
      await untilSilence(run, one)
      await run.pass(30_000)
      run.right([2, 'a', 8])
      await run.pass()
      await run.drain()
      expect(run.values.map(shown)).toEqual(one.given)
      expect(run.ledger.map(({ reason, element }) => [reason, element])).toEqual([one.late])
    }
  })

  // Mutation: packages/runners/src/execution/explain/because.ts: `if (own !== undefined) return` → `if (own === undefined) return`
  it('J2: is waited for otherwise, for as long as it takes; the watermark waits too, and explain names who it is', async () => {
    for (const one of silent) {
      const run = jobOf(one.of)
      await untilSilence(run, one)
      await run.pass(365 * 86_400_000)
      expect([...run.values.map(shown), run.watermark()]).toEqual([one.watermark])
      const { because, awaits } = run.job.explain('a', one.window, one.step)
      expect(because).toContain(one.awaited)
      expect(because).toContain(`The slowest is split "0" of source "Rates feed", ${one.source}`)
      expect(awaits.map(({ hold }) => hold)).toEqual([5])
      await run.job.stop()
    }
  })

  it('J2: loses nothing: drain() closes all windows, and who waited is answered', async () => {
    for (const one of silent) {
      const run = jobOf(one.of)
      await untilSilence(run, one)
      await run.drain()
      expect(run.values.map(shown)).toEqual(one.given)
      expect(run.ledger).toEqual([])
    }
  })

  it('J2: is waited for no longer when the job is stopped: nothing more is given, and nothing is left to run', async () => {
    for (const one of silent) {
      const run = jobOf(one.of, { idleAfter: seconds(30) })
      await untilSilence(run, one)
      await run.job.stop()
      await run.pass(60_000)
      expect(run.values).toEqual([])
      expect(run.clock.waiting).toBe(0)
    }
  })

  it('J2: is not waited for when it is the one that asks', async () => {
    for (const one of silent) {
      const run = jobOf(one.of)
      run.right(...one.said, [40, 'b', 8])
      run.left([5, 'a', 1])
      await run.pass()
      expect(run.values.map(shown)).toEqual([one.given[0]])
      await run.job.stop()
    }
  })

  it('J2: is waited for, silent or not, while a window of the view holds elements that are yet to come out', async () => {
    const run = jobOf(withMap, { idleAfter: seconds(30) })
    run.right([1, 'a', 7])
    run.left([5, 'a', 1], [30, 'a', 2])
    await run.pass(60_000)
    expect([...run.values, run.watermark()]).toEqual([5])
    expect(run.job.explain('a', first, 'Map#3').because).toContain(
      'All splits of source "Rates feed" are silent or complete.',
    )
    run.right([31, 'a', 8])
    await run.pass()
    expect(run.values.map(shown)).toEqual(['a: 1+7 @5'])
    await run.drain()
    expect(run.values.map(shown)).toEqual(['a: 1+7 @5', 'a: 2+8 @30'])
    expect(run.ledger).toEqual([])
  })
})
