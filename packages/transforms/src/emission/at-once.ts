/**
 * At once: what a step says before the watermark has passed, as changes that are taken back when they turn out wrong.
 *
 * A grouping that fires on every element and retracts is all it takes. What stands here is how to put one between two steps so that
 * neither notices: windows are those of the input, and below it the trigger is the one that was there before.
 */
import {
  afterCount,
  combinePerKey,
  encodeValue,
  flatMap,
  flatten,
  groupByKey,
  IncompatibleWindowingError,
  map,
  milliseconds,
  parDo,
  repeatedly,
  windowInto,
  type CombineFn,
  type KV,
  type PCollection,
  type PTransform,
  type Timestamp,
  type WindowingOptions,
} from '@tidemark/core'
import type { Timed } from './timed.ts'

/** When a step emits; one of: `final` (once the watermark has passed), `at-once` (as elements come, as changes). */
export type Emit = 'final' | 'at-once'

type Windowing = PCollection<unknown>['~ref']['windowing']

/**
 * Groups the elements of each key and window, and gives the list of them anew, as changes, whenever one comes. Lists are in canonical
 * order. An element that comes again, equal in bytes and time, does not fire: the ledger has it as `closed-window` of the step `Copies`.
 */
export function groupAtOnce<T, K>(
  elements: PCollection<T>,
  keyOf: (element: T) => K,
  timeOf: (element: T, timestamp: Timestamp) => number,
): PCollection<KV<K, readonly Timed<T>[]>> {
  const { windowing, panes } = elements['~ref']
  const timed = elements.pipe(
    parDo({
      process: (element: T, { timestamp }): readonly KV<K, Timed<T>>[] => [
        [keyOf(element), { at: timeOf(element, timestamp), element }],
      ],
    }),
  )
  // What is taken back must reach the group that it was in; so of changes, copies fire too.
  return (panes === 'changes' ? timed : withoutCopies(timed, windowing)).pipe(
    firingAtOnce(elements),
    groupByKey('Elements'),
  )
}

/** Lets the next grouping fire on every element and retract, in the windows that `input` has. */
export function firingAtOnce<T>(input: PCollection<unknown>): PTransform<PCollection<T>, PCollection<T>> {
  const { windowing } = input['~ref']
  return windowInto(windowing.windowFn, { ...atOnce(windowing), trigger: repeatedly(afterCount(1)) })
}

// A trigger that fires once and is over loses what comes later. Under a key of all bytes that is nothing but copies.
function withoutCopies<T>(elements: PCollection<T>, windowing: Windowing): PCollection<T> {
  return elements.pipe(
    map((element: T) => [encodeValue(element), element] as const),
    windowInto(windowing.windowFn, { ...atOnce(windowing), trigger: afterCount(1), mayLoseData: true }),
    combinePerKey('Copies', anyOfEqual<T & object>() as CombineFn<T, T | null, T>),
    map(([, element]) => element),
  )
}

/** Gives `changes` the trigger and the mode of `input` again, for the groupings below. */
export function asBefore<T>(input: PCollection<unknown>, changes: PCollection<T>): PCollection<T> {
  const { windowFn, trigger, onTime, closing, timestampCombiner, accumulationMode, mayLoseData } =
    input['~ref'].windowing
  const { allowedLateness } = atOnce(input['~ref'].windowing)
  const own = { trigger, onTime, closing, timestampCombiner, accumulationMode, allowedLateness }
  const again = changes.pipe(windowInto(windowFn, own))
  // That data may be lost was said for the copies alone. A collection keeps it once it is said; what is flattened takes it from the first.
  return mayLoseData ? again : flatten<T>([nothingOf(input), again])
}

// An empty collection has elements of any type.
function nothingOf(input: PCollection<unknown>): PCollection<never> {
  return input.pipe(flatMap(() => []))
}

/**
 * Refuses windows in which nothing can be said at once: those that are not found by the timestamp alone (code `WINDOWS_NOT_TILING`), and one that
 * never ends, whose elements would be kept for ever (`NEVER_FORGETS`).
 */
export function requireAtOnce(subject: string, input: PCollection<unknown>): void {
  const { windowing } = input['~ref']
  if (!windowing.windowFn.tiling) {
    throw new IncompatibleWindowingError(
      'WINDOWS_NOT_TILING',
      `${subject} emits at once in ${windowing.windowFn.description}. What it emits has the last timestamp of its window, and by that alone nobody can say ` +
        "which window it was in. Use fixed or calendar windows before it, or emit: 'final'.",
    )
  }
  requireForgetting(subject, input, 'Use windows that end before it: windowInto(fixedWindows(…)).')
}

/** Refuses state that would be kept for ever: that of the global window of an unbounded collection (code `NEVER_FORGETS`). */
export function requireForgetting(subject: string, input: PCollection<unknown>, cure: string): void {
  const { windowing, bounded } = input['~ref']
  if (bounded || windowing.windowFn.kind !== 'global') return
  throw new IncompatibleWindowingError(
    'NEVER_FORGETS',
    `${subject} keeps something of every key until the window ends, and the global window of an unbounded collection never does. Memory would grow for as long ` +
      `as the job runs. ${cure}`,
  )
}

function atOnce(windowing: Windowing): Extract<WindowingOptions, { allowedLateness: unknown; onTime?: unknown }> {
  return {
    allowedLateness: milliseconds(windowing.allowedLateness),
    accumulationMode: 'retracting',
    onTime: 'if-non-empty',
    closing: 'if-non-empty',
    timestampCombiner: 'end-of-window',
  }
}

/** Any of several elements that have equal bytes. */
function anyOfEqual<T extends object>(): CombineFn<T, T | null, T> {
  const any = (a: T | null, b: T | null): T | null => a ?? b
  return {
    name: 'any-of-equal',
    orderFree: true,
    createAccumulator: () => null,
    addInput: any,
    mergeAccumulators: any,
    extractOutput: (accumulator) => accumulator as T,
  }
}
