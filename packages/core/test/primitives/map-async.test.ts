/**
 * mapAsync as data: its options complete and checked, and what it says of drift.
 */
import { describe, expect, it } from 'vitest'
import { buildGraph } from '../../src/graph/build-graph.ts'
import type { Step } from '../../src/graph/pipeline-graph.ts'
import {
  afterCount,
  afterWatermark,
  canonicalCoder,
  combinePerKey,
  create,
  fixedWindows,
  mapAsync,
  milliseconds,
  minutes,
  never,
  seconds,
  windowInto,
  withKeys,
  type AccumulationMode,
  type MapAsyncOptions,
  type PCollection,
  type PTransform,
  type Root,
  type TimestampCombiner,
} from '../../src/index.ts'
import { largest } from '../graph/largest.ts'

const numbers = (root: Root): PCollection<number> => root.pipe(create('Numbers', [1, 2, 3]))
const fn = (): number => 0

function stepOf(options?: MapAsyncOptions<number>): Step {
  return buildGraph((root) => ({ out: numbers(root).pipe(mapAsync('Look', fn, options)) })).steps.at(-1)!
}

describe('the payload', () => {
  it('has every option, lengths as milliseconds', () => {
    expect(stepOf().payload).toEqual({
      primitive: 'mapAsync',
      fn,
      parse: undefined,
      concurrency: 16,
      order: 'input',
      timeout: 30_000,
      retry: { attempts: 3, firstDelay: 200, longestDelay: 30_000 },
      pure: false,
      cache: undefined,
      onError: 'fail',
      coder: undefined,
    })
    const [key, coder] = [(element: number) => element, canonicalCoder<number>()]
    const options: MapAsyncOptions<number> = {
      concurrency: 3,
      order: 'any',
      timeout: seconds(2),
      retry: 'off',
      pure: true,
      cache: { key, expiresAfter: minutes(1) },
      onError: 'dead-letter',
      coder,
    }
    expect(stepOf(options).payload).toEqual({
      primitive: 'mapAsync',
      fn,
      parse: undefined,
      concurrency: 3,
      order: 'any',
      timeout: 2000,
      retry: { attempts: 0, firstDelay: 0, longestDelay: 0 },
      pure: true,
      cache: { key, expiresAfter: 60_000, limit: 10_000 },
      onError: 'dead-letter',
      coder,
    })
    expect(Object.isFrozen(stepOf(options).payload)).toBe(true)
  })

  it('is refused where an option says nothing to it', () => {
    const key = (element: number): number => element
    const refused: readonly [unknown, RegExp][] = [
      [{ concurency: 3 }, /mapAsync\("Look"\) has no option "concurency".*Did you mean "concurrency"/],
      [{ concurrency: 0 }, /The option concurrency of mapAsync\("Look"\) is 0/],
      [{ concurrency: 1.5 }, /The option concurrency of mapAsync\("Look"\) is 1.5/],
      [{ order: 'arrival' }, /The option order of mapAsync\("Look"\) is "arrival"/],
      [{ timeout: milliseconds(0) }, /The timeout of mapAsync\("Look"\) is 0 ms/],
      [{ retry: { attempts: -1 } }, /retry.attempts of mapAsync\("Look"\) is -1/],
      [{ pure: 'yes' }, /The option pure of mapAsync\("Look"\) is "yes"/],
      [{ onError: 'ignore' }, /The option onError of mapAsync\("Look"\) is "ignore"/],
      [{ parse: true }, /The option parse of mapAsync\("Look"\) is true/],
      [{ cache: { expiresAfter: minutes(1) } }, /The option key of the cache of mapAsync\("Look"\) is undefined/],
      [{ cache: { key, expiresAfter: minutes(0) } }, /expiresAfter of the cache of mapAsync\("Look"\) is 0 ms/],
      [{ cache: { key, expiresAfter: minutes(1), limit: 0 } }, /The option cache.limit of mapAsync\("Look"\) is 0/],
      [{ cache: { key, ttl: 1 } }, /the cache of mapAsync\("Look"\) has no option "ttl"/],
    ]
    for (const [options, message] of refused) {
      expect(() => mapAsync('Look', fn, options as MapAsyncOptions<number>)).toThrow(message)
    }
    expect(() => mapAsync('Look', 'fn' as never)).toThrow(/The function of mapAsync\("Look"\) is "fn"/)
  })
})

describe('drift', () => {
  /** A step of calls below a grouping with several panes. */
  function below(
    mode: AccumulationMode,
    options: MapAsyncOptions<unknown>,
    timestampCombiner?: TimestampCombiner,
  ): Step {
    const graph = buildGraph((root) => {
      const windowing: PTransform<PCollection<number>, PCollection<number>> = windowInto(fixedWindows(minutes(1)), {
        trigger: afterWatermark({ early: afterCount(1) }),
        allowedLateness: minutes(0),
        accumulationMode: mode,
        ...(timestampCombiner && { timestampCombiner }),
      })
      return {
        out: numbers(root).pipe(
          windowing,
          withKeys(String),
          combinePerKey('Max', largest),
          mapAsync('Look', fn, options),
        ),
      }
    })
    return graph.steps.at(-1)!
  }
  const reasons = ({ drift }: Step): readonly string[] => drift.reasons.map(({ reason }) => reason)

  // Mutation: packages/core/src/primitives/map-async.ts: `...(payload.pure ? [] : (['impure-lookup'] as const)),` → ``
  it('is what an impure step says, and a pure one does not', () => {
    expect(reasons(stepOf())).toEqual(['impure-lookup'])
    expect(stepOf({ pure: true }).drift.safe).toBe(true)
    expect(reasons(below('accumulating', { pure: true }))).toEqual([])
  })

  it('comes with discarding panes, as for any stateless step, and with timestamps that depend on arrival', () => {
    expect(reasons(below('discarding', { pure: true }))).toContain('discarding-through-stateless-step')
    expect(reasons(below('accumulating', { pure: true }, 'earliest'))).toContain('pane-timestamps')
  })

  // Mutation: packages/core/src/primitives/map-async.ts: `if (!payload.pure && ref.panes === 'changes') {` → `if (false) {`
  it('of changes is refused where the step is not pure', () => {
    expect(() => below('retracting', {})).toThrow(
      expect.objectContaining({
        code: 'IMPURE_CHANGES',
        step: 'Look',
        message: expect.stringContaining('pure: true') as string,
      }),
    )
    expect(below('retracting', { pure: true }).drift.safe).toBe(true)
  })

  it('has another cure: a single pane', () => {
    const graph = buildGraph((root) => ({
      out: numbers(root).pipe(
        windowInto(fixedWindows(minutes(1)), {
          trigger: never(),
          allowedLateness: minutes(0),
          accumulationMode: 'retracting',
        }),
        withKeys(String),
        combinePerKey('Max', largest),
        mapAsync('Look', fn),
      ),
    }))
    expect(reasons(graph.steps.at(-1)!)).toEqual(['impure-lookup'])
  })
})
