/**
 * Flatten at run time: the least watermark, marks of rows that are no later than the slowest input, and panes that come over
 * several inputs.
 */
import {
  boundedOutOfOrderness,
  combinePerKey,
  afterCount,
  afterWatermark,
  filter,
  fixedWindows,
  flatten,
  milliseconds,
  MIN_TIMESTAMP,
  windowInto,
  type PCollection,
} from '@tidemark/core'
import { count, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'

const perTen = windowInto<readonly [string, number]>(fixedWindows(milliseconds(10)))
const onTime = { watermark: boundedOutOfOrderness(milliseconds(0)) }

const twoSources = (options = {}): Scripted =>
  new Scripted((root) => {
    const both: PCollection<readonly [string, number]> = flatten([
      numbers(root, options, 'A'),
      numbers(root, options, 'B'),
    ])
    return { both, out: both.pipe(perTen, combinePerKey('Sum', sum())) }
  })

describe('the watermark below flatten', () => {
  it('is the least of those of its inputs', () => {
    const run = twoSources()
    run.watermark(20, 'A')
    expect(run.engine.outputWatermark('both')).toBe(MIN_TIMESTAMP)
    run.watermark(5, 'B')
    expect(run.engine.outputWatermark('both')).toBe(5)
  })

  it('goes on without an input that is silent, and waits for it again once it has spoken or moved its watermark', () => {
    const run = twoSources()
    run.watermark(5, 'B').input('B').markIdle('0')
    run.watermark(20, 'A')
    expect(run.engine.outputWatermark('both')).toBe(20)
    run.watermark(15, 'B').watermark(30, 'A')
    expect(run.engine.outputWatermark('both')).toBe(20)
    run.input('B').markIdle('0')
    expect(run.engine.outputWatermark('both')).toBe(30)
    run.offerTo('B', [26, 'a', 1]).watermark(40, 'A')
    expect(run.engine.outputWatermark('both')).toBe(30)
    run.watermark(35, 'B')
    expect(run.engine.outputWatermark('both')).toBe(35)
  })

  it('goes on without a silent input that delivers an empty batch', () => {
    const run = twoSources()
    run.watermark(5, 'B').input('B').markIdle('0')
    run.offerTo('B').watermark(20, 'A')
    expect(run.engine.outputWatermark('both')).toBe(20)
  })
})

describe('a grouping whose input has fallen silent', () => {
  it('is waited for as long as it has a window to emit, so that its panes are not dropped below', () => {
    // mutation: passing silence on at once in Grouping.idle
    const run = new Scripted((root) => {
      const sums = (name: string): PCollection<readonly [string, number]> =>
        numbers(root, {}, name).pipe(perTen, combinePerKey(`Sum${name}`, sum()))
      return { out: flatten([sums('A'), sums('B')]).pipe(combinePerKey('Total', sum())) }
    })
    run.offerTo('A', [1, 'a', 1]).watermark(5, 'A').input('A').markIdle('0')
    run.offerTo('B', [1, 'a', 1]).watermark(100, 'B')
    run.input('A').complete('0')
    run.input('B').complete('0')
    expect(run.settled('out')).toEqual(['[0,10) a=2'])
    expect(run.engine.ledgerCounts.size).toBe(0)
  })
})

describe('an element of a fast source', () => {
  it('is no later below flatten than the slow source allows', () => {
    // mutation: capped[row] = watermarks[row]
    const run = twoSources(onTime)
    run.offerTo('A', [5, 'a', 1], [50, 'a', 1], [6, 'a', 1])
    run.offerTo('B', [7, 'a', 1]).complete()
    expect(run.entries()).toEqual([])
    expect(run.settled()).toEqual(['[0,10) a=3', '[50,60) a=1'])
  })

  it('is late below flatten when the slow source has passed it as well', () => {
    const run = twoSources(onTime)
    run.offerTo('B', [50, 'a', 1]).offerTo('A', [5, 'a', 1], [50, 'a', 1], [6, 'a', 1]).complete()
    expect(run.entries()).toEqual(['expired a=1 [0,10)'])
  })
})

describe('a source that meets itself below flatten', () => {
  it.each([1, 2, 4])('drops what is late for it, in bundles of %i', (size) => {
    const run = new Scripted((root) => {
      const input = numbers(root, onTime)
      return { out: flatten([input, input.pipe(filter(() => true))]).pipe(perTen, combinePerKey('Sum', sum())) }
    })
    const elements = [
      [0, 'a', 1],
      [100, 'a', 1],
      [5, 'a', 1],
      [101, 'a', 1],
    ]
    for (let from = 0; from < elements.length; from += size) run.offer(...elements.slice(from, from + size))
    run.complete()
    expect(run.settled()).toEqual(['[0,10) a=2', '[100,110) a=4'])
    expect(run.entries()).toEqual(['expired a=1 [0,10)', 'expired a=1 [0,10)'])
  })
})

describe('panes that come over several inputs', () => {
  const several = {
    trigger: afterWatermark({ early: afterCount(1) }),
    allowedLateness: milliseconds(0),
    accumulationMode: 'accumulating',
  } as const

  it('replace what came before over the same input only', () => {
    // mutation: one map of origins for all inputs
    const run = new Scripted((root) => {
      const sums = numbers(root).pipe(windowInto(fixedWindows(milliseconds(10)), several), combinePerKey('Sum', sum()))
      return { out: flatten([sums.pipe(filter(([, n]) => n < 3)), sums.pipe(filter(([, n]) => n < 5)), sums]) }
    })
    expect(run.offer([1, 'a', 1]).settled()).toEqual(['[0,10) a=1 x3'])
    expect(run.offer([1, 'a', 2]).settled()).toEqual(['[0,10) a=3 x2'])
    expect(run.offer([1, 'a', 4]).complete().settled()).toEqual(['[0,10) a=7'])
  })

  it('count once for each input that an element comes over', () => {
    const run = new Scripted((root) => {
      const input = numbers(root).pipe(perTen)
      return { out: flatten([input, input]).pipe(combinePerKey('N', count())) }
    })
    expect(run.offer([1, 'a', 1]).complete().settled()).toEqual(['[0,10) a=2'])
  })
})
