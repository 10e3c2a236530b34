/**
 * spanOf: a combiner with the first and the last time of its inputs beside it.
 *
 * What the times of a part are is kept as two numbers, so it cannot be subtracted: a grouping fed by changes keeps the inputs.
 */
import { canonicalCoder, type Coder, type CombineFn } from '@tidemark/core'
import type { Timed } from '../emission/timed.ts'

/** What a span comes to. */
export interface Span<out Out> {
  readonly start: number
  readonly end: number
  readonly count: number
  readonly value: Out
}

/** Accumulator of a span: of nothing, from Infinity to -Infinity. */
export interface SpanAccumulator<Acc> {
  start: number
  end: number
  count: number
  inner: Acc
}

/** Combines the elements of timed ones, and says from when to when they are, and how many. */
export function spanOf<T, Acc, Out>(
  combineFn: CombineFn<T, Acc, Out>,
): CombineFn<Timed<T>, SpanAccumulator<Acc>, Span<Out>> {
  const { accumulatorCoder } = combineFn
  return {
    name: `span(${combineFn.name})`,
    orderFree: true,
    createAccumulator: () => ({ start: Infinity, end: -Infinity, count: 0, inner: combineFn.createAccumulator() }),
    addInput(span, { at, element }) {
      if (at < span.start) span.start = at
      if (at > span.end) span.end = at
      span.count += 1
      span.inner = combineFn.addInput(span.inner, element)
      return span
    },
    mergeAccumulators(span, other) {
      if (other.start < span.start) span.start = other.start
      if (other.end > span.end) span.end = other.end
      span.count += other.count
      span.inner = combineFn.mergeAccumulators(span.inner, other.inner)
      return span
    },
    extractOutput: ({ start, end, count, inner }) => ({ start, end, count, value: combineFn.extractOutput(inner) }),
    ...(accumulatorCoder && { accumulatorCoder: spanCoder(accumulatorCoder) }),
  }
}

function spanCoder<Acc>(inner: Coder<Acc>): Coder<SpanAccumulator<Acc>> {
  const outer = canonicalCoder<SpanAccumulator<Uint8Array>>()
  return {
    id: `span(${inner.id})`,
    encode: (span) => outer.encode({ ...span, inner: inner.encode(span.inner) }),
    decode(bytes) {
      const span = outer.decode(bytes)
      return { ...span, inner: inner.decode(span.inner) }
    },
  }
}
