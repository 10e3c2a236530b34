/**
 * The law of strict reading: it gives what JSON.parse gives, of exactly those texts of which JSON.parse loses nothing.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecordFault } from '../../src/file/record-fault.ts'
import { strictJson } from '../../src/ndjson/strict-json.ts'

/** A JSON value as it is written. */
type Written =
  | { readonly is: 'number'; readonly text: string }
  | { readonly is: 'other'; readonly text: string }
  | { readonly is: 'array'; readonly parts: readonly Written[]; readonly blank: string }
  | {
      readonly is: 'object'
      readonly members: readonly (readonly [name: string, part: Written])[]
      readonly blank: string
    }

const digits = (max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max }).map((all) => all.join(''))
const whole = digits(22).map((text) => text.replace(/^0+(?=\d)/, ''))
const number = fc.oneof(
  fc.tuple(fc.constantFrom('', '-'), whole).map(([sign, text]) => sign + text),
  fc
    .tuple(
      fc.constantFrom('', '-'),
      whole,
      fc.option(digits(20)),
      fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), digits(3))),
    )
    .map(
      ([sign, text, fraction, power]) =>
        sign + text + (fraction === null ? '' : `.${fraction}`) + (power === null ? '' : power.join('')),
    ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }).map(String),
  fc.constantFrom(
    '0',
    '-0',
    '1e400',
    '5e-324',
    '2e-324',
    '1.7976931348623157e308',
    '0.1',
    '0.30000000000000004',
    '1e22',
    '1e23',
  ),
)
const text = fc.oneof(
  fc.constantFrom('a', 'b', '__proto__', '"', '\\', ':', '{"a":1e400}', '9007199254740993', '\\":'),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
)
const blank = fc.constantFrom('', ' ', '\t', ' \r ')
const { value: written } = fc.letrec<{ value: Written }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    number.map((source): Written => ({ is: 'number', text: source })),
    fc
      .oneof(
        fc.constantFrom('true', 'false', 'null'),
        text.map((each) => JSON.stringify(each)),
      )
      .map((source): Written => ({ is: 'other', text: source })),
    fc
      .tuple(fc.array(tie('value'), { maxLength: 4 }), blank)
      .map(([parts, space]): Written => ({ is: 'array', parts, blank: space })),
    fc
      .tuple(fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }), blank)
      .map(([members, space]): Written => ({ is: 'object', members, blank: space })),
  ),
}))

function textOf(value: Written): string {
  if (value.is === 'number' || value.is === 'other') return value.text
  const space = value.blank
  if (value.is === 'array') return `[${space}${value.parts.map(textOf).join(`${space},${space}`)}${space}]`
  return `{${space}${value.members.map(([name, part]) => `${JSON.stringify(name)}${space}:${space}${textOf(part)}`).join(`,${space}`)}${space}}`
}

/** What JSON.parse makes of it, by its definition: that of Node 24.21 mistakes names that begin with an escape. */
function valueOf(value: Written): unknown {
  if (value.is === 'number' || value.is === 'other') return JSON.parse(value.text)
  if (value.is === 'array') return value.parts.map(valueOf)
  return Object.fromEntries(value.members.map(([name, part]) => [name, valueOf(part)]))
}

/** A number as a count of tenths to some power, exactly. */
function exactly(source: string): readonly [count: bigint, power: number] {
  const [mantissa = '', power = '0'] = source.toLowerCase().split('e')
  const [left = '', right = ''] = mantissa.split('.')
  return [BigInt(left.replace('-', '') + right), Number(power) - right.length]
}

function isSame(a: string, b: string): boolean {
  const [[count, power], [other, otherPower]] = [exactly(a), exactly(b)]
  if (count === 0n || other === 0n) return count === other
  const least = Math.min(power, otherPower)
  return count * 10n ** BigInt(power - least) === other * 10n ** BigInt(otherPower - least)
}

/** Whether JSON.parse says what a number says. */
function isKept(source: string): boolean {
  const parsed = JSON.parse(source) as number
  if (!Number.isFinite(parsed)) return false
  return /^-?\d+$/.test(source) ? BigInt(source) === BigInt(parsed) : isSame(source, String(parsed))
}

/** What of a value JSON.parse loses. */
function losses(value: Written): readonly ('DUP_KEY' | 'PRECISION')[] {
  if (value.is === 'number') return isKept(value.text) ? [] : ['PRECISION']
  if (value.is === 'other') return []
  if (value.is === 'array') return value.parts.flatMap(losses)
  const names = value.members.map(([name]) => name)
  const within = value.members.flatMap(([, part]) => losses(part))
  return new Set(names).size === names.length ? within : ['DUP_KEY', ...within]
}

describe('strict reading', () => {
  // Mutation: packages/io/src/ndjson/json-shape.ts: `at - start >= 15` → `at - start >= 18`
  it('is JSON.parse where nothing is lost, and refuses exactly the rest', () => {
    const strict = strictJson('readNdjson("Values")', true)
    const seen = { kept: 0, DUP_KEY: 0, PRECISION: 0 }
    fc.assert(
      fc.property(written, (value) => {
        const source = textOf(value)
        const lost = losses(value)
        if (lost.length === 0) {
          seen.kept++
          expect(strict(source)).toStrictEqual(valueOf(value))
          return
        }
        const reason = lost.includes('DUP_KEY') ? 'DUP_KEY' : 'PRECISION'
        seen[reason]++
        try {
          strict(source)
        } catch (fault) {
          expect(fault).toBeInstanceOf(RecordFault)
          expect((fault as RecordFault).code).toBe(reason)
          return
        }
        throw new Error(`${source} was taken`)
      }),
      { seed: 6, numRuns: 3000 },
    )
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100)
  })

  it('takes what JSON.stringify has written of values without large whole numbers', () => {
    const strict = strictJson('readNdjson("Values")', true)
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (source) => {
        const value: unknown = JSON.parse(source)
        const large = /(?<![\d.])\d{16,}(?![\d.e])/.test(source.replaceAll(/"(?:[^"\\]|\\.)*"/g, ''))
        if (!large) expect(strict(source)).toStrictEqual(value)
      }),
      { seed: 7, numRuns: 1000 },
    )
  })

  it('reads decimals back as the same decimal, and bigints as the same integer', () => {
    const decimals = strictJson('readNdjson("Values")', { decimals: ['[]'] })
    const bigints = strictJson('readNdjson("Values")', { bigints: ['[]'] })
    fc.assert(
      fc.property(number, whole, (source, integer) => {
        const [read] = decimals(`[${source}]`) as [string]
        expect(read).toMatch(/^-?\d+(?:\.\d+)?$/)
        expect(isSame(read, source)).toBe(true)
        expect(bigints(`[${integer}]`)).toEqual([BigInt(integer)])
      }),
      { seed: 8, numRuns: 2000 },
    )
  })
})
