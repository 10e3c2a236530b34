/**
 * quantiles: as near as they say, whatever the numbers.
 */
import { DDSketch } from '@datadog/sketches-js'
import { quantiles, quantilesOf } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { binBounds, binOf, binValue, LEAST_BINNED, logBins } from '../../src/sketch/log-bins.ts'
import { accumulate, combine, stored, subtract } from '../fold.ts'
import { seeded } from './seeded.ts'

const SIZES = [1, 2, 3, 10, 100, 1000, 5000, 20_000, 100_000, 1_000_000]
const PLACES = [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1] as const
/** What rounding may add to a bound. */
const SLACK = 1 + 1e-9

/** Numbers as they occur: even ones, waiting times with a long tail, money around zero, and some of every size there is. */
const KINDS: Readonly<Record<string, (random: () => number) => number>> = {
  even: (random) => random() * 1000,
  tail: (random) => 5 / (1.0001 - random()) ** 1.5,
  money: (random) => Math.round((random() - 0.4) * 1e6) / 100,
  every: (random) => (random() < 0.5 ? -1 : 1) * 10 ** (random() * 600 - 300),
}

function drawn(kind: string, size: number): readonly number[] {
  const random = seeded(size + kind.length)
  return Array.from({ length: size }, () => KINDS[kind]!(random))
}

/** The number at the place of a quantile, by sorting. */
function exactly(numbers: readonly number[], quantile: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(quantile * (numbers.length - 1))]!
}

describe('quantiles', () => {
  for (const size of SIZES) {
    it(`are within the error of ${size} sorted numbers, as those of the npm package are`, () => {
      for (const kind of size > 20_000 ? ['tail'] : Object.keys(KINDS)) {
        const numbers = drawn(kind, size)
        const sorted = numbers.toSorted((a, b) => a - b)
        const found = combine(quantiles(PLACES, { relativeError: 0.01 }), numbers)
        for (const place of PLACES) {
          const exact = sorted[Math.floor(place * (size - 1))]!
          expect(Math.abs(found[place]! - exact), `${kind} ${place}`).toBeLessThanOrEqual(
            0.01 * Math.abs(exact) * SLACK,
          )
        }
        // Below zero the package counts places from the other side, and means another number.
        if (sorted[0]! < 0) continue
        const rival = new DDSketch({ relativeAccuracy: 0.01 })
        for (const number of numbers) rival.accept(number)
        for (const place of PLACES) {
          const exact = sorted[Math.floor(place * (size - 1))]!
          expect(Math.abs(rival.getValueAtQuantile(place) - exact)).toBeLessThanOrEqual(0.01 * exact * SLACK)
        }
      }
    })
  }

  it('are nearer the less error is allowed', () => {
    const numbers = drawn('tail', 3000)
    for (const relativeError of [0.0001, 0.001, 0.02, 0.1, 0.5]) {
      const found = combine(quantiles([0.5, 0.99], { relativeError }), numbers)
      for (const place of [0.5, 0.99] as const) {
        const exact = exactly(numbers, place)
        expect(Math.abs(found[place]! - exact)).toBeLessThanOrEqual(relativeError * exact * SLACK)
      }
    }
  })

  it('are by default within one per cent, and known by the quantile', () => {
    const found = combine(
      quantilesOf((call: { millis: number }) => call.millis, [0.5, 0.99]),
      [{ millis: 40 }],
    )
    expect(Object.keys(found)).toEqual(['0.5', '0.99'])
    expect(Math.abs(found[0.5]! - 40)).toBeLessThanOrEqual(0.4)
  })

  // Mutation: packages/transforms/src/sketch/quantile-sketch.ts: `countsOf(sketch.negative).toReversed()` → `countsOf(sketch.negative)`
  it('count infinities at the ends, and what is nearly zero as zero', () => {
    const ends = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    expect(combine(quantiles([0, 0.5, 1]), [...ends, 5e-324, -0, -5e-324])).toEqual({
      0: Number.NEGATIVE_INFINITY,
      0.5: 0,
      1: Number.POSITIVE_INFINITY,
    })
    const numbers = [-100, -1, 0, 1, 100]
    const found = combine(quantiles([0, 0.25, 0.5, 0.75, 1]), numbers)
    for (const place of [0, 0.25, 0.5, 0.75, 1] as const) {
      const exact = exactly(numbers, place)
      expect(Math.abs(found[place]! - exact)).toBeLessThanOrEqual(0.01 * Math.abs(exact))
    }
    expect(combine(quantiles([0, 1]), [Number.MAX_VALUE, -Number.MAX_VALUE])[1]).toBeGreaterThan(1.7e308)
    expect(combine(quantiles([1]), [LEAST_BINNED])[1]).toBeGreaterThan(2.2e-308)
  })

  it('of nothing are null, and with NaN among the numbers NaN, until it is taken back', () => {
    const median = quantiles([0.5])
    expect(combine(median, [])).toEqual({ 0.5: null })
    expect(combine(median, [1, Number.NaN, 2])).toEqual({ 0.5: Number.NaN })
    const left = subtract(median, accumulate(median, [0, Number.NaN]), [Number.NaN])
    expect(median.extractOutput(left)).toEqual({ 0.5: 0 })
  })

  it('take the numbers at a place exactly, so that 3 of 4 say the third', () => {
    // Powers of ten lie in bins of their own.
    const numbers = [1, 10, 100, 1000]
    const found = combine(quantiles([0.3333, 0.3334, 0.66, 0.67, 0.999]), numbers)
    expect(Object.values(found).map((value) => Math.round(Math.log10(value! * 1000)))).toEqual([3, 4, 4, 5, 5])
  })

  // Mutation: packages/transforms/src/sketch/quantile-sketch.ts: `count === 0 ? [] : [` → `count > 1e9 ? [] : [`
  it('are stored as the same bytes whatever the order, grouping, and what was taken back', () => {
    const fn = quantiles([0.5])
    for (const kind of Object.keys(KINDS)) {
      const numbers = drawn(kind, 300)
      const bytes = stored(fn, numbers)
      expect(stored(fn, numbers.toReversed())).toEqual(bytes)
      const parts = [numbers.slice(0, 50), numbers.slice(50, 60), [], numbers.slice(60)]
      const merged = parts
        .map((part) => accumulate(fn, part))
        .reduceRight((all, part) => fn.mergeAccumulators(all, part))
      expect(fn.accumulatorCoder?.encode(merged)).toEqual(bytes)
      const detour = subtract(fn, accumulate(fn, [1e-200, ...numbers, 1e200, -7]), [-7, 1e200, 1e-200])
      expect(fn.accumulatorCoder?.encode(detour)).toEqual(bytes)
      expect(fn.extractOutput(fn.accumulatorCoder!.decode(bytes!))).toEqual(combine(fn, numbers))
    }
  })

  it('take memory by the doublings that numbers are in, not by how many they are or how far apart', () => {
    const pagesOf = (numbers: readonly number[]): number =>
      accumulate(quantiles([0.5]), numbers).positive.pages.filter((page) => page !== null).length
    // Twenty doublings of 35 bins, 64 on a page.
    expect(pagesOf(drawn('even', 100_000).map((number) => 1 + number * 1000))).toBeLessThanOrEqual(12)
    expect(pagesOf([1e300, 1e-300])).toBe(2)
  })

  it('refuse quantiles and errors that make no sense', () => {
    for (const of of [[], [1.5], [-0.1], [Number.NaN], [0.5, 50]]) {
      expect(() => quantiles(of)).toThrow(expect.objectContaining({ code: 'BAD_QUANTILE' }))
    }
    for (const relativeError of [0, 1, -0.01, 0.00001, Number.NaN]) {
      expect(() => quantiles([0.5], { relativeError })).toThrow(expect.objectContaining({ code: 'BAD_RELATIVE_ERROR' }))
    }
    expect(quantiles([0.9, 0.5, 0.9]).name).toBe('quantiles(0.5, 0.9; 0.01)')
  })
})

describe('the bins of a logarithmic scale', () => {
  // Mutation: packages/transforms/src/sketch/log-bins.ts: `scale: 1 / (LINEAR * (width - FRACTION_STEP))` → `scale: 0.98 / (LINEAR * (width - FRACTION_STEP))`
  it('stand for all of their numbers within the error, in every bin that there is', () => {
    for (const relativeError of [0.01, 0.1, 0.5]) {
      const bins = logBins(relativeError)
      const last = binOf(bins, Number.MAX_VALUE)
      const wrong: string[] = []
      let before = LEAST_BINNED
      for (let bin = binOf(bins, LEAST_BINNED); bin <= last; bin += 1) {
        const { from, to } = binBounds(bins, bin)
        const value = binValue(bins, bin)
        const top = Math.min(to, Number.MAX_VALUE)
        const right =
          from === before &&
          value - from <= relativeError * from * SLACK &&
          top - value <= relativeError * top * SLACK &&
          binOf(bins, from) === bin
        if (!right) wrong.push(`bin ${bin} from ${from} to ${to} is stood for by ${value}`)
        before = to
      }
      expect(wrong).toEqual([])
      expect(before).toBe(Number.POSITIVE_INFINITY)
    }
  })

  it('are at most two per cent more than the true logarithm would take', () => {
    const bins = logBins(0.01)
    const perFactor = (binOf(bins, 2 ** 100) - binOf(bins, 1)) / 100
    expect(perFactor * Math.log(1.01 / 0.99)).toBeLessThan(1.02 * Math.LN2)
  })
})
