/**
 * The calls of asynchronous steps in a scenario: they end when an event says so, in whatever order, and all at the end.
 */
import { AT_ONCE } from '../../packages/runners/src/testing/evaluator/call-answers.ts'
import { endCall } from '../../packages/runners/src/testing/expect-panes/answer-calls.ts'
import type { Engine } from '../../packages/runners/src/execution/engine.ts'

type Request = ReturnType<Engine['asyncSteps'][number]['takeRequests']>[number]

/** Calls that an engine has asked for and that have not ended; one that is made from a snapshot asks again. */
const open = new WeakMap<Engine, Map<number, readonly Request[]>>()

/** Ends some of the calls under way, of each step. */
export function endCalls(
  engine: Engine,
  { count, from }: { readonly count: number; readonly from: 'first' | 'last' },
): void {
  for (const index of engine.asyncSteps.keys()) {
    const all = openCalls(engine, index)
    const ending = from === 'first' ? all.slice(0, count) : all.slice(-count).reverse()
    endAll(engine, index, ending)
  }
}

/** Ends all calls, and those that come of it. */
export function endAllCalls(engine: Engine): void {
  for (let any = true; any;) {
    any = false
    for (const index of engine.asyncSteps.keys()) {
      const all = openCalls(engine, index)
      any ||= all.length > 0
      endAll(engine, index, all)
    }
  }
}

function openCalls(engine: Engine, index: number): readonly Request[] {
  const known = open.get(engine) ?? new Map<number, readonly Request[]>()
  open.set(engine, known)
  const all = [...(known.get(index) ?? []), ...engine.asyncSteps[index]!.takeRequests(Infinity)]
  const sorted = all.toSorted((a, b) => a.id - b.id)
  known.set(index, sorted)
  return sorted
}

function endAll(engine: Engine, index: number, ending: readonly Request[]): void {
  const known = open.get(engine)!
  known.set(
    index,
    known.get(index)!.filter((request) => !ending.includes(request)),
  )
  for (const request of ending) endCall(engine.asyncSteps[index]!, request, AT_ONCE)
}
