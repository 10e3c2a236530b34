/**
 * Steps that the tests of the pane evaluator share: a sum, and a stateful step that emits the sum so far.
 */
import {
  eventTimeTimer,
  milliseconds,
  statefulParDo,
  valueState,
  type CombineFn,
  type KV,
  type PCollection,
  type ProcessContext,
  type PTransform,
} from '@tidemark/core'

/** The sum of whole numbers. */
export const SUM: CombineFn<number, number, number> = {
  name: 'sum of whole numbers',
  orderFree: true,
  createAccumulator: () => 0,
  addInput: (sum, value) => sum + value,
  mergeAccumulators: (a, b) => a + b,
  extractOutput: (sum) => sum,
}

type EventTimer = ReturnType<typeof eventTimeTimer>
type Context = ProcessContext<
  string,
  number,
  { sum: ReturnType<typeof valueState<number>> },
  { soon: EventTimer; past: EventTimer }
>

/**
 * Emits the sum so far for every element, its negative at a timer that some elements set, and the sum at the end. A timer that
 * other elements set for a time that has passed changes the sum.
 */
export function runningSum(
  order: 'event-time' | 'arrival',
): PTransform<PCollection<KV<string, number>>, PCollection<KV<string, number>>> {
  return statefulParDo('RunningSum', {
    order,
    state: { sum: valueState<number>() },
    timers: { soon: eventTimeTimer(), past: eventTimeTimer() },
    *process({ key, value, window, state, timers }: Context) {
      const sum = (state.sum.read() ?? 0) + value
      state.sum.write(sum)
      if (value > 2) timers.soon.setAfter(milliseconds(value))
      if (value === 2) timers.past.set(window.start)
      yield [key, sum] as const
    },
    onTimer: {
      *soon({ key, state }) {
        yield [key, -(state.sum.read() ?? 0)] as const
      },
      past({ state }) {
        state.sum.write((state.sum.read() ?? 0) + 100)
      },
    },
    *onWindowExpiration({ key, state }) {
      yield [key, state.sum.read() ?? 0] as const
    },
  })
}
