/**
 * sumDecimal, meanDecimal: every digit of the text counts.
 */
import { meanDecimal, meanDecimalOf, sumDecimal, sumDecimalOf } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accumulate, combine, stored, subtract } from '../fold.ts'

const refused = (code: string): unknown => expect.objectContaining({ code })

/** The oracle counts in millionths. */
const MILLION = 1_000_000n
const millionths = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
const text = (value: bigint): string => {
  const magnitude = value < 0n ? -value : value
  return `${value < 0n ? '-' : ''}${magnitude / MILLION}.${String(magnitude % MILLION).padStart(6, '0')}`
}

describe('sumDecimal', () => {
  it('adds digit by digit, where doubles would not', () => {
    expect(combine(sumDecimal(), ['0.1', '0.2'])).toBe('0.3')
    expect(combine(sumDecimal(), ['9007199254740993', '0.000000000000000000001'])).toBe(
      '9007199254740993.000000000000000000001',
    )
    expect(combine(sumDecimal(), ['-0.5', '0.25', '-1'])).toBe('-1.25')
  })

  it('is the same text however its inputs were written', () => {
    expect(combine(sumDecimal(), ['12.340', '007'])).toBe('19.34')
    expect(combine(sumDecimal(), ['100', '-0'])).toBe('100')
    expect(combine(sumDecimal(), ['0.50', '-0.5'])).toBe('0')
    expect(combine(sumDecimal(), ['-0.001', '0.001000'])).toBe('0')
    expect(combine(sumDecimal(), [])).toBe('0')
  })

  it('has as many digits behind the point as it is told to', () => {
    expect(combine(sumDecimal({ scale: 2 }), ['12.3', '1', '-0.30'])).toBe('13.00')
    expect(combine(sumDecimal({ scale: 2 }), [])).toBe('0.00')
    expect(combine(sumDecimal({ scale: 2 }), ['0.500'])).toBe('0.50')
    expect(combine(sumDecimal({ scale: 0 }), ['12', '3.0'])).toBe('15')
  })

  // Mutation: packages/transforms/src/combiners/sum-decimal.ts: `decimal.scale > places` → `decimal.scale > places + 1`
  it('refuses digits that the scale would cut off', () => {
    expect(() => combine(sumDecimal({ scale: 2 }), ['0.005'])).toThrow(refused('DECIMAL_TOO_FINE'))
    expect(() => sumDecimal({ scale: 2 }).mergeOutputs?.('0.005', '1')).toThrow(refused('DECIMAL_TOO_FINE'))
  })

  it.each(['', ' 1', '1e3', '+1', '.5', '5.', '1,000', '0x10', '--1', 'NaN', '1\n', '١', 1, 0.5, 10n, null])(
    'refuses "%s", which is no decimal text',
    (bad) => {
      expect(() => combine(sumDecimal(), [bad as string])).toThrow(refused('BAD_DECIMAL'))
      expect(() => combine(meanDecimal({ scale: 2 }), [bad as string])).toThrow(refused('BAD_DECIMAL'))
    },
  )

  it.each([-1, 0.5, Number.NaN, 1001, '2', null])('refuses the scale %s', (scale) => {
    expect(() => sumDecimal({ scale: scale as number })).toThrow(refused('BAD_SCALE'))
    expect(() => meanDecimal({ scale: scale as number })).toThrow(refused('BAD_SCALE'))
  })

  it('refuses options that it does not have, and a mean without a scale', () => {
    expect(() => sumDecimal({ digits: 2 } as never)).toThrow(refused('BAD_OPTION'))
    expect(() => meanDecimal({} as never)).toThrow(refused('BAD_SCALE'))
  })

  // Mutation: packages/transforms/src/combiners/sum-decimal.ts: `encode(formatDecimal(decimal))` → `encode(formatDecimal(decimal, decimal.scale))`
  it('stores a sum as the same bytes when finer inputs were taken back', () => {
    const left = subtract(sumDecimal(), accumulate(sumDecimal(), ['1.5', '0.00001']), ['0.00001'])
    expect(sumDecimal().accumulatorCoder?.encode(left)).toEqual(stored(sumDecimal(), ['1.5']))
  })

  it('agrees with sums of millionths', () => {
    fc.assert(
      fc.property(fc.array(millionths, { maxLength: 20 }), (values) => {
        const total = values.reduce((sum, value) => sum + value, 0n)
        expect(
          combine(
            sumDecimalOf((value: bigint) => text(value), { scale: 6 }),
            values,
          ),
        ).toBe(
          // No minus before zero.
          text(total),
        )
      }),
      { seed: 6010 },
    )
  })
})

describe('meanDecimal', () => {
  it('is rounded once, half way to the even digit', () => {
    expect(combine(meanDecimal({ scale: 2 }), ['0.10', '0.15'])).toBe('0.12')
    expect(combine(meanDecimal({ scale: 2 }), ['0.10', '0.17'])).toBe('0.14')
    expect(combine(meanDecimal({ scale: 2 }), ['-0.10', '-0.15'])).toBe('-0.12')
    expect(combine(meanDecimal({ scale: 2 }), ['1', '0', '0'])).toBe('0.33')
    expect(combine(meanDecimal({ scale: 0 }), ['0.5', '1.5', '2.5000001'])).toBe('2')
  })

  it('is null for nothing, and has no minus when it rounds to zero', () => {
    expect(combine(meanDecimal({ scale: 2 }), [])).toBeNull()
    expect(combine(meanDecimal({ scale: 2 }), ['-0.001', '0'])).toBe('0.00')
    const mean = meanDecimal({ scale: 1 })
    expect(mean.extractOutput(subtract(mean, accumulate(mean, ['1.25']), ['1.25']))).toBeNull()
  })

  it('is the nearest decimal: nothing of that scale is nearer to the real mean', () => {
    fc.assert(
      fc.property(
        fc.array(millionths, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 0, max: 8 }),
        (values, scale) => {
          const mean =
            combine(
              meanDecimalOf((value: bigint) => text(value), { scale }),
              values,
            ) ?? ''
          // In units of the last digit, times a million and the count: whole numbers all.
          const unit = MILLION * BigInt(values.length)
          const real = values.reduce((sum, value) => sum + value, 0n) * 10n ** BigInt(scale)
          const digits = BigInt(mean.replace('.', ''))
          const off = digits * unit - real
          const distance = off < 0n ? -off : off
          expect(2n * distance <= unit).toBe(true)
          expect(2n * distance < unit || digits % 2n === 0n).toBe(true)
        },
      ),
      { seed: 6011 },
    )
  })
})
