/**
 * OnePass: several measures over the same rows, and the value that is made of them at the end.
 *
 * The one shape below simple metrics, ratios, rates and formulas over them. Parts stay apart until a value is wanted, so slices are put
 * together by merging parts and computing the value anew: a ratio is never averaged.
 */
import { canonicalCoder, PipelineError, type CombineFn, type Window, type WindowFn } from '@tidemark/core'
import type { AnyCombineFn } from './measure.ts'
import type { AccumulatedPart, Parts } from './metric-value.ts'

/** Measures by name, and the value of a window that is made of their outputs. */
export interface OnePass {
  readonly parts: Readonly<Record<string, AnyCombineFn>>
  readonly value: (outputs: Parts, window: Window) => unknown
}

/**
 * How a part is kept with a value; one of: `output` (outputs merge), `accumulator` (the accumulator is kept beside the output), `apart`
 * (slices of it cannot be put together).
 */
export type Keeping = 'output' | 'accumulator' | 'apart'

/** What an author says of slices whose outputs do not merge; one of: `accumulators` (keep them with each value), `apart` (never put slices together). */
export type SlicesOption = 'accumulators' | 'apart'

/**
 * How each part is kept. Throws a PipelineError with code `METRIC_NOT_ADDITIVE` where a metric has slices that nobody could put together, and
 * its author has not said what shall be.
 */
export function keepingOf(
  subject: string,
  { parts }: OnePass,
  { hasSlices, slices, windows }: SlicesOfMetric,
): Readonly<Record<string, Keeping>> {
  if (windows.merging && hasSlices) requireApart(subject, slices, windows)
  const keep = (name: string, { mergeOutputs, name: combiner }: AnyCombineFn): Keeping => {
    if (windows.merging && hasSlices) return 'apart'
    if (mergeOutputs !== undefined) return 'output'
    if (slices === 'accumulators') return 'accumulator'
    if (slices === 'apart' || !hasSlices) return 'apart'
    throw new PipelineError(
      'METRIC_NOT_ADDITIVE',
      `${subject} has dimensions, but its measure ${name === 'value' ? '' : `"${name}" `}is ${combiner}, whose results do not add up: the total could ` +
        'not be made of its slices, and adding or averaging them would be wrong. ' +
        "Give slices: 'accumulators' to keep with each value what it can be put together from, slices: 'apart' where slices are never put " +
        'together, or a ratioOf({ numerator, denominator }) for a mean.',
    )
  }
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, keep(name, part)]))
}

/** What is to be known of a metric's slices. */
export interface SlicesOfMetric {
  readonly hasSlices: boolean
  readonly slices: SlicesOption | undefined
  readonly windows: WindowFn
}

// Each slice has sessions of its own, and those of the total are longer.
function requireApart(subject: string, slices: SlicesOption | undefined, { description }: WindowFn): void {
  if (slices === 'apart') return
  throw new PipelineError(
    'METRIC_NOT_ADDITIVE',
    `${subject} has dimensions and the grain ${description}, whose windows are those of each slice: the sessions of all rows are longer than those of ` +
      "a part of them, so a total could not be made of slices. Use a grain by the clock, leave out dimensions, or give slices: 'apart'.",
  )
}

/** The combiner of all parts, in one pass over the rows. Its output is what is kept with a value. */
export function partsFn(
  { parts }: OnePass,
  keeping: Readonly<Record<string, Keeping>>,
): CombineFn<unknown, unknown[], Parts> {
  const entries = Object.entries(parts).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const fns = entries.map(([, fn]) => fn)
  const coders = fns.map((fn) => fn.accumulatorCoder ?? canonicalCoder<unknown>())
  const subtracts = fns.every((fn) => fn.subtractInput !== undefined)
  const all = canonicalCoder<readonly Uint8Array[]>()
  const functions = entries.flatMap(([name, fn]) =>
    Object.entries(fn.functions ?? {}).map(([as, of]) => [`${name} ${as}`, of] as const),
  )
  const each = (accumulators: unknown[], next: (fn: AnyCombineFn, index: number) => unknown): unknown[] => {
    for (let index = 0; index < fns.length; index += 1) accumulators[index] = next(fns[index]!, index)
    return accumulators
  }
  return {
    name: `metric(${entries.map(([name, fn]) => `${name}: ${fn.name}`).join(', ')})`,
    orderFree: true,
    createAccumulator: () => fns.map((fn) => fn.createAccumulator()),
    addInput(accumulators, row) {
      for (let index = 0; index < fns.length; index += 1)
        accumulators[index] = fns[index]!.addInput(accumulators[index], row)
      return accumulators
    },
    mergeAccumulators: (accumulators, others) =>
      each(accumulators, (fn, index) => fn.mergeAccumulators(accumulators[index], others[index])),
    extractOutput: (accumulators) =>
      Object.fromEntries(
        entries.map(([name, fn], index) => {
          const output = fn.extractOutput(accumulators[index])
          const isKept = keeping[name] === 'accumulator'
          return [name, isKept ? { output, accumulator: coders[index]!.encode(accumulators[index]) } : output]
        }),
      ),
    ...(functions.length > 0 && { functions: Object.fromEntries(functions) }),
    ...(subtracts && {
      subtractInput: (accumulators: unknown[], row: unknown) =>
        each(accumulators, (fn, index) => fn.subtractInput?.(accumulators[index], row)),
    }),
    accumulatorCoder: {
      id: `metric(${coders.map((coder) => coder.id).join(', ')})`,
      encode: (accumulators) => all.encode(coders.map((coder, index) => coder.encode(accumulators[index]))),
      decode: (bytes) => {
        const kept = all.decode(bytes)
        return coders.map((coder, index) => coder.decode(kept[index]!))
      },
    },
  }
}

/** The outputs of parts as they are kept. */
export function outputsOf(parts: Parts, keeping: Readonly<Record<string, Keeping>>): Parts {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [
      name,
      keeping[name] === 'accumulator' ? (part as AccumulatedPart).output : part,
    ]),
  )
}

/** Puts the parts of two slices together. */
export function mergeParts({ parts }: OnePass, keeping: Readonly<Record<string, Keeping>>, a: Parts, b: Parts): Parts {
  return Object.fromEntries(
    Object.entries(parts).map(([name, fn]) => {
      const [left, right] = [a[name], b[name]]
      if (keeping[name] === 'output') return [name, fn.mergeOutputs!(left, right)]
      const coder = fn.accumulatorCoder ?? canonicalCoder<unknown>()
      const accumulator = fn.mergeAccumulators(
        coder.decode((left as AccumulatedPart).accumulator),
        coder.decode((right as AccumulatedPart).accumulator),
      )
      return [name, { output: fn.extractOutput(accumulator), accumulator: coder.encode(accumulator) }]
    }),
  )
}
