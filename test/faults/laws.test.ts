/**
 * I8 and I9: combiners that depend on order or grouping, and keys whose bytes depend on how an object was made.
 */
import {
  canonicalCoder,
  combinePerKey,
  decodeValue,
  encodeKey,
  equalBytes,
  fixedWindows,
  groupByKey,
  jsonCoder,
  keyText,
  map,
  milliseconds,
  statefulParDo,
  windowInto,
  withKeys,
  type Coder,
  type CombineFn,
  type PCollection,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { checkCoderLaws, checkCombineFnLaws } from '@tidemark/core/testing'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { count, countDistinct, distinctValues, max, mean, min, sum, top } from '@tidemark/transforms'
import fc from 'fast-check'
import { deserialize, serialize } from 'node:v8'
import { describe, expect, it } from 'vitest'
import { numbers } from './by-hand.ts'

type Fn<Acc, Out = Acc> = CombineFn<number, Acc, Out>

/** A combiner of numbers from its parts; what is not said is as for a sum. */
function combiner<Acc, Out = Acc>(
  name: string,
  parts: Pick<Fn<Acc, Out>, 'createAccumulator' | 'addInput' | 'mergeAccumulators' | 'extractOutput'> &
    Partial<Fn<Acc, Out>>,
): CombineFn<number, unknown, unknown> {
  return { name, orderFree: true, ...parts } as unknown as CombineFn<number, unknown, unknown>
}

const identity = <T>(value: T): T => value

/** Ten combiners that look like one, and the law that each breaks. */
const PLANTED: readonly (readonly [fault: string, law: string, fn: CombineFn<number, unknown, unknown>])[] = [
  [
    'the first input',
    'order',
    combiner<number | null>('first', {
      createAccumulator: () => null,
      addInput: (first, input) => first ?? input,
      mergeAccumulators: (first, other) => first ?? other,
      extractOutput: identity,
    }),
  ],
  [
    'the last input',
    'order',
    combiner<number | null>('last', {
      createAccumulator: () => null,
      addInput: (_, input) => input,
      mergeAccumulators: (last, other) => other ?? last,
      extractOutput: identity,
    }),
  ],
  [
    'a sum of doubles',
    'order',
    combiner<number>('float-sum', {
      createAccumulator: () => 0,
      addInput: (total, input) => total + input,
      mergeAccumulators: (total, other) => total + other,
      extractOutput: identity,
    }),
  ],
  [
    'a difference, which is not commutative',
    'order',
    combiner<number>('difference', {
      createAccumulator: () => 0,
      addInput: (rest, input) => input - rest,
      mergeAccumulators: (rest, other) => other - rest,
      extractOutput: identity,
    }),
  ],
  [
    'a mean of means, which is not associative',
    'grouping',
    combiner<{ n: number; sum: number }, number>('mean-of-means', {
      createAccumulator: () => ({ n: 0, sum: 0 }),
      addInput: ({ n, sum: s }, input) => ({ n: n + 1, sum: s + input * 1024 }),
      mergeAccumulators: (a, b) =>
        a.n === 0 ? b : b.n === 0 ? a : { n: 2, sum: Math.round(a.sum / a.n) + Math.round(b.sum / b.n) },
      extractOutput: ({ n, sum: s }) => (n === 0 ? 0 : Math.round(s / n)),
    }),
  ],
  [
    'a list in the order of arrival',
    'order',
    combiner<readonly number[]>('list', {
      createAccumulator: () => [],
      addInput: (list, input) => [...list, input],
      mergeAccumulators: (list, other) => [...list, ...other],
      extractOutput: identity,
    }),
  ],
  [
    'a merge that forgets the other partial',
    'grouping',
    combiner<number>('half-merged', {
      createAccumulator: () => 0,
      addInput: (n) => n + 1,
      mergeAccumulators: (n) => n,
      extractOutput: identity,
    }),
  ],
  [
    'an empty partial that is not neutral',
    'grouping',
    combiner<number>('counted-from-one', {
      createAccumulator: () => 1,
      addInput: (n) => n + 1,
      mergeAccumulators: (n, other) => n + other,
      extractOutput: identity,
    }),
  ],
  [
    'an output that uses up the accumulator',
    'purity',
    combiner<number[], number>('draining', {
      createAccumulator: () => [],
      addInput: (list, input) => [...list, input],
      mergeAccumulators: (list, other) => [...list, ...other],
      extractOutput: (list) => list.splice(0).length,
    }),
  ],
  [
    'outputs that do not merge as they say',
    'outputs',
    combiner<number>('wrongly-merged', {
      createAccumulator: () => 0,
      addInput: (n) => n + 1,
      mergeAccumulators: (n, other) => n + other,
      extractOutput: identity,
      mergeOutputs: Math.max,
    }),
  ],
]

const INPUTS = [0.1, 0.2, 0.3, 1e16, -1e16, 7]

describe('I8: a combiner that breaks the laws', () => {
  it('I8: has ten kinds here', () => {
    expect(PLANTED).toHaveLength(10)
  })

  it.each(PLANTED)('I8: %s is found, by the law of %s', (_, law, fn) => {
    const broken = checkCombineFnLaws(fn, INPUTS)
    expect(broken.map((line) => line.slice(0, line.indexOf(':')))).toContain(law)
  })

  it.each(PLANTED)('I8: %s is found on any inputs that differ enough (%s)', (_, law, fn) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 8 }), (inputs) => {
        // Among numbers of one size the sums of doubles would be exact.
        const spread = fn.name === 'float-sum' ? [0.5, ...inputs, 1e17, 0.1, -1e17] : inputs
        return checkCombineFnLaws(fn, spread).some((line) => line.startsWith(`${law}:`))
      }),
      { numRuns: 50 },
    )
  })

  const LAWFUL = {
    count,
    sum,
    mean,
    min,
    max,
    countDistinct,
    values: () => distinctValues<number>(),
    top: () => top<number>(2),
  }

  it.each(Object.entries(LAWFUL))('I8: %s is none', (_, make) => {
    expect(checkCombineFnLaws(make() as CombineFn<number, unknown, unknown>, INPUTS)).toEqual([])
  })
})

const utf8 = new TextEncoder()
const text = new TextDecoder()

/** Coders that go by how an object was made. */
const UNSOUND: Readonly<Record<string, Coder<unknown>>> = {
  'JSON.stringify': {
    id: 'stringify:1',
    encode: (key) => utf8.encode(JSON.stringify(key)),
    decode: (bytes) => JSON.parse(text.decode(bytes)) as unknown,
  },
  'JSON.stringify, indented': {
    id: 'stringify:2',
    encode: (key) => utf8.encode(JSON.stringify(key, null, 2)),
    decode: (bytes) => JSON.parse(text.decode(bytes)) as unknown,
  },
  'v8.serialize': { id: 'v8', encode: (key) => serialize(key), decode: (bytes) => deserialize(bytes) as unknown },
  'sorted fields, but only the outermost': {
    id: 'shallow:1',
    encode: (key) =>
      utf8.encode(
        JSON.stringify(
          typeof key === 'object' && key !== null && !Array.isArray(key)
            ? Object.fromEntries(Object.entries(key).toSorted(([a], [b]) => (a < b ? -1 : 1)))
            : key,
        ),
      ),
    decode: (bytes) => JSON.parse(text.decode(bytes)) as unknown,
  },
  'maps as they were filled': {
    id: 'map:1',
    encode: (key) => {
      if (!(key instanceof Map)) throw new TypeError('not a map')
      return utf8.encode(JSON.stringify([...key]))
    },
    decode: (bytes) => new Map(JSON.parse(text.decode(bytes)) as [string, number][]),
  },
  'sets as they were filled': {
    id: 'set:1',
    encode: (key) => {
      if (!(key instanceof Set)) throw new TypeError('not a set')
      return utf8.encode(JSON.stringify([...key]))
    },
    decode: (bytes) => new Set(JSON.parse(text.decode(bytes)) as string[]),
  },
  'bytes that count up': counting(),
}

function counting(): Coder<unknown> {
  let calls = 0
  return {
    id: 'salted:1',
    encode: (key) => utf8.encode(`${(calls += 1)} ${JSON.stringify(key)}`),
    decode: (bytes) => JSON.parse(text.decode(bytes).replace(/^\d+ /, '')) as unknown,
  }
}

const SOUND: Readonly<Record<string, Coder<unknown>>> = {
  'canonical bytes': canonicalCoder(),
  'JSON with sorted fields': jsonCoder(),
  'text of text': {
    id: 'text:1',
    encode: (key) => utf8.encode(String(key)),
    decode: (bytes) => text.decode(bytes),
  },
  'lists, which may be given as a set': {
    id: 'list:1',
    encode: (key) => utf8.encode(JSON.stringify([...(key as Iterable<unknown>)].map(String))),
    decode: (bytes) => JSON.parse(text.decode(bytes)) as unknown,
  },
}

/** How a pipeline gets a coder for its keys. */
const STEPS: Readonly<
  Record<string, (input: PCollection<readonly [unknown, number]>, keyCoder: Coder<unknown>) => PCollection<unknown>>
> = {
  groupByKey: (input, keyCoder) => input.pipe(groupByKey('Keyed', { keyCoder })),
  combinePerKey: (input, keyCoder) => input.pipe(combinePerKey('Keyed', count(), { keyCoder })),
  statefulParDo: (input, keyCoder) => input.pipe(statefulParDo('Keyed', { state: {}, keyCoder, process: () => [] })),
}

describe('I9: a coder that goes by how a key was made', () => {
  const build = (step: string, keyCoder: Coder<unknown>) => () =>
    buildGraph((root) => ({
      out: STEPS[step]!(numbers(root).pipe(windowInto(fixedWindows(milliseconds(10)))), keyCoder),
    }))
  const unsound = Object.keys(STEPS).flatMap((step) => Object.keys(UNSOUND).map((coder) => [coder, step] as const))

  it.each(unsound)('I9: %s is refused by %s when the pipeline is built', (coder, step) => {
    expect(build(step, UNSOUND[coder]!)).toThrow(
      expect.objectContaining({ code: 'NONDETERMINISTIC_KEY', step: 'Keyed' }),
    )
  })

  it.each(Object.keys(SOUND))('I9: %s is not', (coder) => {
    for (const step of Object.keys(STEPS)) expect(build(step, SOUND[coder]!)).not.toThrow()
  })

  it('I9: is found by the law checker too, on keys of its own kind', () => {
    const keys = [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ]
    expect(checkCoderLaws(UNSOUND['JSON.stringify']!, keys)).toEqual([expect.stringMatching(/^equality: /)])
    expect(checkCoderLaws(jsonCoder<unknown>(), keys)).toEqual([])
  })
})

/** Keys of any shape, and the same with the fields of every record in another order. */
const anyKey = fc.letrec<{ key: unknown }>((tie) => ({
  key: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, 0, -0, 1.5, 7n, '', 'ü'),
    fc.string(),
    fc.array(tie('key'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie('key'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).key

function refilled(key: unknown): unknown {
  if (Array.isArray(key)) return key.map(refilled)
  if (typeof key !== 'object' || key === null) return Object.is(key, -0) ? 0 : key
  const made = Object.create(Object.prototype) as Record<string, unknown>
  for (const [name, value] of Object.entries(key).toReversed())
    Object.defineProperty(made, name, { value: refilled(value), enumerable: true, writable: true, configurable: true })
  return made
}

describe('I9: keys without a coder', () => {
  it('I9: have one canonical form, in whatever order their fields were set', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const other = refilled(key)
        expect(equalBytes(encodeKey(other), encodeKey(key))).toBe(true)
        expect(keyText(other)).toBe(keyText(key))
        expect(equalBytes(encodeKey(decodeValue(encodeKey(key))), encodeKey(key))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('I9: are one group, in whatever order their fields were set', async () => {
    const keys = [
      { host: 'a', at: { day: 1, hour: 2 } },
      { at: { hour: 2, day: 1 }, host: 'a' },
      { host: 'b', at: { day: 1, hour: 2 } },
    ]
    const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
      out: root.pipe(
        readMemory('In', keys, { timestamp: () => 0 }),
        map((key) => [key, 1] as const),
        combinePerKey('Count', count()),
      ),
    }))
    expect(outputs.out.map(({ value }) => value)).toEqual([
      [{ at: { day: 1, hour: 2 }, host: 'a' }, 2],
      [{ at: { day: 1, hour: 2 }, host: 'b' }, 1],
    ])
  })

  it.each([
    ['a Map', new Map([['a', 1]])],
    ['a Set', new Set(['a'])],
    ['a Date', new Date(0)],
    ['a record that holds a Map', { tags: new Map() }],
  ])('I9: that are %s are refused at the first of them, with what to do', async (_, key) => {
    const run = batchRunner({ progress: 'never' }).run((root) => ({
      out: root.pipe(
        readMemory('In', [1], { timestamp: () => 0 }),
        withKeys(() => key as unknown),
        combinePerKey('Count', count()),
      ),
    }))
    await expect(run).rejects.toMatchObject({
      code: expect.stringMatching(/CLASS_INSTANCE/) as string,
      message: expect.stringMatching(/Turn it into plain data first, or give the step a coder/) as string,
    })
  })
})
