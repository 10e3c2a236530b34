/**
 * Sources that fail and sources that end, in a batch run.
 */
import { combineGlobally, milliseconds, PipelineError, read, seconds, write, type PullSource } from '@tidemark/core'
import { manualClock } from '@tidemark/core/testing'
import { memorySink, memorySource, readMemory } from '@tidemark/io/memory'
import { batchRunner, type BatchOptions } from '@tidemark/runners/batch'
import { count } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brokenSource, type BrokenSource } from '../../driver/broken-source.ts'
import { quickClock } from '../../driver/quick-clock.ts'
import { orders, revenuePerRegion, timestamp, type Order } from '../revenue.ts'

const numbers = Array.from({ length: 20 }, (_, index) => index)

/** Reads numbers; quickly, as far as nothing else is said. */
function readNumbers(source: PullSource<number>, options: BatchOptions = {}) {
  return batchRunner({
    progress: 'never',
    bundleSize: 4,
    env: { clock: quickClock(), random: () => 0.5 },
    ...options,
  }).run((root) => ({ numbers: root.pipe(read('Numbers', source, { timestamp: (number) => number })) }))
}

describe('A17: a source that fails in a batch run', () => {
  it('A17: is read again from where it had come to: what came before it is processed once, nothing is lost', async () => {
    for (const loses of [false, true]) {
      const source = brokenSource(numbers, [{ at: 6, times: 1, loses }])
      const { outputs, retries } = await readNumbers(source)
      expect(outputs.numbers.map(({ value }) => value)).toEqual(numbers)
      expect(source.opened).toEqual([undefined, loses ? 4 : 6])
      expect([...retries]).toEqual([['Numbers', 1]])
    }
  })

  it('A17: loses and repeats nothing wherever and however it fails, and never has two readers open', async () => {
    const breaks = fc.uniqueArray(
      fc.record({ at: fc.nat(19), times: fc.integer({ min: 1, max: 5 }), loses: fc.boolean() }),
      { selector: ({ at }) => at, maxLength: 6 },
    )
    const how = fc.record({ rejects: fc.boolean(), closeFails: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(breaks, how, fc.integer({ min: 1, max: 25 }), async (places, options, bundleSize) => {
        const source = brokenSource(numbers, places, options)
        const { outputs, retries } = await readNumbers(source, { bundleSize, retry: { attempts: 30 } })
        expect(outputs.numbers.map(({ value }) => value)).toEqual(numbers)
        expect(retries.get('Numbers') ?? 0).toBe(places.reduce((sum, { times }) => sum + times, 0))
        expect([source.mostOpen(), source.stillOpen()]).toEqual([1, 0])
      }),
      { numRuns: 60 },
    )
  })

  it('A17: fails the run after so many failures in a row, and publishes nothing', async () => {
    const sink = memorySink<number>()
    const source = brokenSource(numbers, [{ at: 6, times: 4, loses: true }])
    const run = batchRunner({ progress: 'never', retry: { attempts: 3 }, env: { clock: quickClock() } }).run((root) => {
      root.pipe(read('Numbers', source, { timestamp: (number) => number })).pipe(write('Out', sink))
      return {}
    })
    await expect(run).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      step: 'Numbers',
      cause: new Error('broken before 6'),
      message: expect.stringContaining('read again 3 times'),
    })
    expect(sink.committed).toEqual([])
    expect([source.opened.length, source.stillOpen()]).toEqual([4, 0])
  })

  // Mutation: packages/core/src/model/retry-policy.ts: `firstDelay * 2 ** (failures - 1)` → `firstDelay * failures`
  it('A17: waits twice as long each time, within bounds and by chance, and begins anew once something was read', async () => {
    const clock = quickClock()
    const source = brokenSource(numbers, [
      { at: 4, times: 4, loses: true },
      { at: 8, times: 2, loses: true },
    ])
    const retry = { attempts: 4, firstDelay: milliseconds(100), longestDelay: milliseconds(400) }
    await readNumbers(source, { retry, env: { clock, random: () => 0.5 } })
    expect(clock.delays).toEqual([100, 200, 400, 400, 100, 200])
    const least = quickClock()
    await readNumbers(brokenSource(numbers, [{ at: 0, times: 2, loses: true }]), {
      env: { clock: least, random: () => 0 },
    })
    expect(least.delays).toEqual([100, 200])
  })

  it('A17: waits by the monotonic clock of the env', async () => {
    const clock = manualClock()
    let isDone = false
    const run = readNumbers(brokenSource(numbers, [{ at: 6, times: 1, loses: true }]), {
      env: { clock, random: () => 0.5 },
    })
    void run.then(() => (isDone = true))
    const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
    await turn()
    clock.jump(seconds(3600))
    clock.advance(milliseconds(199))
    await turn()
    expect([isDone, clock.waiting]).toEqual([false, 1])
    clock.advance(milliseconds(1))
    await run
    expect(clock.waiting).toBe(0)
  })

  // Mutation: packages/runners/src/driver/retrying-reader.ts: `cause instanceof PipelineError` → `cause instanceof TypeError`
  it('A17: is not read again after an error with a code of its own, which is final, nor when that is switched off', async () => {
    const changed = new PipelineError('SOURCE_CHANGED', 'The file was written to.')
    let opened = 0
    const source: PullSource<number> = {
      ...memorySource(numbers),
      open: () => {
        opened++
        throw changed
      },
    }
    await expect(readNumbers(source)).rejects.toBe(changed)
    expect(opened).toBe(1)
    const broken = brokenSource(numbers, [{ at: 6, times: 1, loses: true }])
    await expect(readNumbers(broken, { retry: 'off' })).rejects.toMatchObject({ code: 'SOURCE_FAILED' })
    expect(broken.opened).toHaveLength(1)
  })

  // Mutation: packages/runners/src/driver/retrying-reader.ts: `if (this.#reopened) this.#requireNew(batch)` → `;`
  it('A17: is refused when it repeats itself instead of going on from its position', async () => {
    const source = brokenSource(numbers, [{ at: 6, times: 1, loses: true }])
    const forgetful: BrokenSource<number> = { ...source, open: (split) => source.open(split) }
    await expect(readNumbers(forgetful)).rejects.toMatchObject({ code: 'SOURCE_REPEATED', step: 'Numbers' })
  })

  // Mutation: packages/runners/src/batch/batch-run.ts: `await this.#unlessAborted(read)` → `await read`
  it('A17: can be left while it waits, by the signal', async () => {
    const clock = manualClock()
    const abort = new AbortController()
    const source = brokenSource(numbers, [{ at: 6, times: 1, loses: true }])
    const run = readNumbers(source, { env: { clock }, signal: abort.signal })
    setTimeout(() => abort.abort('enough'), 5)
    await expect(run).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' })
    expect([clock.waiting, source.stillOpen()]).toEqual([0, 0])
  })

  it.each([{ attempts: -1 }, { attempts: 1.5 }, { firstDelay: milliseconds(-1) }, { longestDelay: milliseconds(-1) }])(
    'A17: is not read again by a rule that cannot be: %o',
    (retry) => {
      expect(() => batchRunner({ retry })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    },
  )
})

describe('A18: a source that ends, in a batch run', () => {
  it('A18: gives final panes of the windows that were open', async () => {
    const { outputs } = await batchRunner({ progress: 'never' }).run((root) => {
      const all = root.pipe(readMemory<Order>('Orders', orders, { timestamp }))
      return { revenue: all.pipe(revenuePerRegion), total: all.pipe(combineGlobally('Count', count())) }
    })
    expect(outputs.revenue.map(({ value, pane }) => [...value, pane.timing, pane.isLast])).toEqual([
      ['eu', 10, 'on-time', true],
      ['us', 5, 'on-time', true],
      ['eu', 7, 'on-time', true],
    ])
    expect(outputs.total.map(({ value, pane }) => [value, pane.isLast])).toEqual([[3, true]])
  })
})
