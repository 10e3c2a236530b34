/**
 * Doubles of all sorts, as property tests need them: a uniform draw of bits would seldom cancel, tie or overflow.
 */
import fc from 'fast-check'

const EDGES = [
  0,
  -0,
  5e-324,
  -5e-324,
  2.225_073_858_507_201e-308,
  Number.MIN_VALUE * 3,
  2 ** -1022,
  Number.EPSILON,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** 1023,
  -(2 ** 1023),
  2 ** 900,
  -(2 ** 900),
  2 ** 900 * (1 - 2 ** -53),
  2 ** 971,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  1,
  -1,
  0.1,
  -0.1,
  1e16,
  1e308,
  -1e308,
]

/** Finite doubles: any bits, edges of the format, neighbours of powers of two, small integers and amounts of money. */
export const finiteDouble: fc.Arbitrary<number> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(...EDGES),
  fc
    .tuple(fc.integer({ min: -1074, max: 1023 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))
    .map(([exponent, digits]) => digits * 2 ** (exponent - 31)),
  fc.integer({ min: -10, max: 10 }),
  fc.integer({ min: -100_000, max: 100_000 }).map((cents) => cents / 100),
)

/** Finite doubles, and now and then NaN or an infinity. */
export const anyDouble: fc.Arbitrary<number> = fc.oneof(
  { arbitrary: finiteDouble, weight: 12 },
  { arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), weight: 1 },
)
