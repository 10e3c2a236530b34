/**
 * C1 and C2: times that cannot be meant, ahead of all others or in another unit.
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  combinePerKey,
  create,
  fixedWindows,
  map,
  MAX_TIMESTAMP,
  milliseconds,
  minutes,
  PLAUSIBLE_TIMESTAMPS,
  read,
  seconds,
  windowInto,
  type PCollection,
  type ReadOptions,
  type Root,
} from '@tidemark/core'
import { memorySource } from '@tidemark/io/memory'
import { readNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { sum } from '@tidemark/transforms'
import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { ByHand, numbers, shown, type Element } from './by-hand.ts'

const TEN_YEARS = 10 * 365 * 86_400_000
const NOON = Date.UTC(2026, 2, 1, 12)

/** A guard of ten minutes against the arrival, and a watermark that follows the elements. */
const guarded: Partial<ReadOptions<Element>> = {
  watermark: boundedOutOfOrderness(milliseconds(20)),
  arrival: ([at, , , arrival]) => arrival ?? at,
  maxFuture: minutes(10),
}

const sums =
  (mode: 'accumulating' | 'discarding' | 'retracting', options = guarded) =>
  (root: Root) =>
    numbers(root, options).pipe(
      windowInto(fixedWindows(milliseconds(50)), {
        trigger: afterWatermark({ early: afterCount(2), late: afterCount(1) }),
        allowedLateness: milliseconds(30),
        accumulationMode: mode,
      }),
      combinePerKey('Sum', sum()),
    )

describe('C1: an element far in the future', () => {
  it('C1: ten years ahead moves no watermark, is in the ledger as future, and the next element is on time', () => {
    const run = new ByHand(sums('discarding'))
    run.offer([10, 'a', 1], [10 + TEN_YEARS, 'a', 100, 10], [20, 'a', 2])
    expect(run.engine.outputWatermark('out')).toBeLessThan(20)
    expect(run.entries()).toEqual([`future ${10 + TEN_YEARS} a 100 10`])
    expect(run.complete().take()).toEqual(['[0,50) a=3 early', '[0,50) a=0 on-time'])
  })

  it('C1: any number of them, anywhere, change no pane and no ledger entry of any other element', () => {
    const element = fc.tuple(
      fc.integer({ min: 0, max: 400 }),
      fc.constantFrom('a', 'b'),
      fc.integer({ min: 1, max: 9 }),
    )
    const poison = fc.tuple(
      fc.nat(30),
      fc.oneof(fc.integer({ min: 600_001, max: TEN_YEARS }), fc.constant(MAX_TIMESTAMP)),
      fc.constantFrom('a', 'b', 'c'),
    )
    const mode = fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const)
    fc.assert(
      fc.property(
        mode,
        fc.array(fc.array(element, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
        fc.array(poison, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (accumulation, bundles, poisons, apart) => {
          const clean = runOf(accumulation, bundles)
          const poisoned = poisons.reduce<readonly (readonly Element[])[]>((all, [place, ahead, key]) => {
            const bad: Element = [Math.min(MAX_TIMESTAMP, 400 + ahead), key, 1000, 0]
            const at = place % (all.length + 1)
            const target = all[at]
            if (apart || target === undefined) return all.toSpliced(at, 0, [bad])
            return all.with(at, target.toSpliced(place % (target.length + 1), 0, bad))
          }, bundles)
          const dirty = runOf(accumulation, poisoned)
          expect(dirty.panes.map(shown)).toEqual(clean.panes.map(shown))
          expect(dirty.panes).toEqual(clean.panes)
          expect(dirty.ledger.filter(({ reason }) => reason !== 'future').map(({ element: e }) => e)).toEqual(
            clean.ledger.map(({ element: e }) => e),
          )
          expect(dirty.ledger.filter(({ reason }) => reason === 'future')).toHaveLength(poisons.length)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('C1: is refused by both runners alike, where the source knows when it arrived', async () => {
    const elements: readonly Element[] = [
      [NOON, 'a', 1],
      [NOON + TEN_YEARS, 'a', 100, NOON],
      [NOON + 40, 'a', 2],
    ]
    const options: ReadOptions<Element> = {
      timestamp: ([at]) => at,
      arrival: ([at, , , arrival]) => arrival ?? at,
      eventTimeOrder: { disorder: milliseconds(0) },
      watermark: boundedOutOfOrderness(milliseconds(0)),
    }
    const pipeline = (root: Root) => ({
      out: root.pipe(
        read('In', memorySource<Element>(elements), options),
        map(([, key, value]) => [key, value] as const),
        windowInto(fixedWindows(milliseconds(100))),
        combinePerKey('Sum', sum()),
      ),
    })
    const batch = await batchRunner({ progress: 'never', deadLetters: 'off' }).run(pipeline)
    expect(batch.outputs.out.map(({ value }) => value)).toEqual([['a', 3]])
    expect(batch.ledger.map(({ reason, element }) => [reason, element])).toEqual([['future', elements[1]]])
    const job = streamingRunner({ autoStart: false }).run(pipeline)
    const live: unknown[] = []
    const left: unknown[] = []
    job.outputs.out.subscribe(({ value }) => live.push(value))
    job.ledger.subscribe(({ reason, element }) => left.push([reason, element]))
    job.start()
    await job.done
    expect(live).toEqual([['a', 3]])
    expect(left).toEqual([['future', elements[1]]])
  })
})

describe('C2: a timestamp in another unit', () => {
  const inRange = { timestampRange: PLAUSIBLE_TIMESTAMPS }

  it.each([
    ['seconds', NOON / 1000, 'It looks like seconds: multiply by 1000.'],
    ['microseconds', NOON * 1000, 'It looks like microseconds: divide by 1000 and round with Math.floor.'],
    ['nanoseconds', NOON * 1_000_000, 'It looks like nanoseconds: divide by 1,000,000 and round with Math.floor.'],
  ])('C2: %s instead of milliseconds is a dead letter TS_RANGE that says so', (_, at, hint) => {
    const run = new ByHand((root) => numbers(root, inRange)).offer([NOON, 'a', 1], [at, 'a', 2], [NOON + 1, 'a', 3])
    expect(run.entries()).toHaveLength(1)
    expect(run.entries()[0]).toMatch(new RegExp(`^TS_RANGE: timestamp\\(\\) gave ${at}, which is `))
    expect(run.entries()[0]?.endsWith(hint)).toBe(true)
    expect(run.complete().take()).toHaveLength(2)
  })

  it('C2: seconds with a fraction are no whole number, and are recognised as well', () => {
    const run = new ByHand((root) => numbers(root)).offer([NOON / 1000 + 0.5, 'a', 1])
    expect(run.entries()).toEqual([
      `BAD_TIMESTAMP: timestamp() gave ${NOON / 1000 + 0.5}, which is not a whole number of milliseconds since the epoch. ` +
        'It looks like seconds: multiply by 1000.',
    ])
  })

  it('C2: moves no watermark, and the elements beside it are where they would be', () => {
    const run = new ByHand((root) => numbers(root, { ...inRange, watermark: boundedOutOfOrderness(seconds(1)) }))
    run.offer([NOON, 'a', 1], [NOON * 1000, 'a', 2])
    expect(run.engine.outputWatermark('out')).toBe(NOON - 1000)
  })

  it('C2: the range holds its start and not its end, to the millisecond', () => {
    const { start, end } = PLAUSIBLE_TIMESTAMPS
    expect([start, end].map((at) => new Date(at).getUTCFullYear())).toEqual([2000, 2100])
    const run = new ByHand((root) => numbers(root, inRange))
    run.offer([start - 1, 'a', 1], [start, 'a', 2], [end - 1, 'a', 3], [end, 'a', 4])
    expect(run.take().map((pane) => pane.split(' ').at(-1))).toEqual(['a=2', 'a=3'])
    expect(run.ledger.map(({ timestamp }) => timestamp)).toEqual([start - 1, end])
  })

  it('C2: the range is an option: any other, or none, and none where a program makes its own elements', () => {
    const taken = (timestampRange: ReadOptions<Element>['timestampRange']): number =>
      new ByHand((root) => numbers(root, timestampRange === undefined ? {} : { timestampRange }))
        .offer([0, 'a', 1], [NOON, 'a', 1], [-5e12, 'a', 1])
        .take().length
    expect(taken({ start: -1, end: 1 })).toBe(1)
    expect(taken('off')).toBe(3)
    expect(taken(undefined)).toBe(3)
    expect(new ByHand((root) => root.pipe(create('In', [0], { timestamp: () => 0 }))).engine.inputs).toHaveLength(1)
  })

  it('C2: a range without any timestamp is refused when the pipeline is built', () => {
    for (const timestampRange of [
      { start: 5, end: 5 },
      { start: 0, end: Number.NaN },
      { start: 1, end: 0 },
    ]) {
      expect(() => new ByHand((root) => numbers(root, { timestampRange }))).toThrow(
        expect.objectContaining({ code: 'BAD_OPTION' }),
      )
    }
  })

  it('C2: readers of files expect the years 2000 to 2099, unless they are told otherwise', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-time-'))
    try {
      const file = join(folder, 'a.ndjson')
      writeFileSync(file, [NOON, NOON / 1000, NOON * 1000].map((at) => `${JSON.stringify({ at })}\n`).join(''))
      const run = async (options: Pick<ReadOptions<unknown>, 'timestampRange'>) =>
        batchRunner({ progress: 'never', deadLetters: 'off' }).run((root) => ({
          out: root.pipe(readNdjson<{ at: number }>('In', file, { timestamp: ({ at }) => at, ...options })),
        }))
      const { outputs, ledger } = await run({})
      expect(outputs.out.map(({ value }) => value)).toEqual([{ at: NOON }])
      expect(
        ledger.map(({ position, detail }) => [position?.offset, detail?.split(':')[0], detail?.split('. ').at(-1)]),
      ).toEqual([
        [2, 'TS_RANGE', 'It looks like seconds: multiply by 1000.'],
        [3, 'TS_RANGE', 'It looks like microseconds: divide by 1000 and round with Math.floor.'],
      ])
      expect((await run({ timestampRange: 'off' })).outputs.out).toHaveLength(3)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('C2: an observable can be given a range too', async () => {
    const job = streamingRunner().run((root) => ({
      out: root.pipe(
        fromObservable('In', of(NOON, NOON / 1000), {
          timestamp: (at) => at,
          watermark: boundedOutOfOrderness(seconds(0)),
          ...inRange,
        }),
      ) as PCollection<unknown>,
    }))
    const left: (string | undefined)[] = []
    job.ledger.subscribe(({ detail }) => left.push(detail?.split(':')[0]))
    await job.done
    expect(left).toEqual(['TS_RANGE'])
  })
})

/** A run of bundles to its end. */
function runOf(mode: 'accumulating' | 'discarding' | 'retracting', bundles: readonly (readonly Element[])[]): ByHand {
  const run = new ByHand(sums(mode))
  for (const bundle of bundles) run.offer(...bundle)
  return run.complete()
}
