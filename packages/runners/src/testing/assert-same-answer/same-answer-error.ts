/**
 * SameAnswerError: a counter-example, so written that a person sees what happened and can make it happen again.
 */
import { compareWindows, formatTimestamp, formatWindow, PipelineError, type LedgerEntry } from '@tidemark/core'
import type { Step } from '@tidemark/core/graph'
import type { SettledDifference } from '../../settled/settled-result.ts'
import { formatValue } from '../expect-panes/written-value.ts'
import { bareElement } from '../test-stream/timestamped-element.ts'
import { elementsOf, type Arrival, type ArrivalEvent } from './arrival.ts'
import type { Given } from './data-set.ts'
import type { Parting, Verdict } from './trial.ts'

/** The answer of a pipeline depends on how its elements arrive (`SAME_ANSWER`). The message tells all of it. */
export class SameAnswerError extends PipelineError {
  /** The seed that shows it. */
  readonly seed: number

  constructor(
    seed: number,
    message: string,
    options: { readonly step?: string | undefined; readonly cause?: unknown },
  ) {
    super('SAME_ANSWER', message, options)
    this.seed = seed
  }
}

/** What is known of a counter-example. */
export interface CounterExample {
  readonly seed: number
  /** The smallest arrival that was found to fail, and how. */
  readonly arrival: Arrival
  readonly verdict: Exclude<Verdict, { is: 'same' }>
  readonly parting: Parting | undefined
  /** How many elements there were before it was made smaller. */
  readonly outOf: number
}

const MOST_LINES = 12

/** Writes a counter-example. */
export function sameAnswerError(example: CounterExample): SameAnswerError {
  const { seed, arrival, verdict, parting } = example
  const step =
    parting?.step.path ??
    (verdict.is === 'failed' && verdict.error instanceof PipelineError ? verdict.error.step : undefined)
  const parts = [
    headline(example),
    `The elements${example.outOf > elementsOf(arrival).length ? `, ${elementsOf(arrival).length} of ${example.outOf}` : ''}:\n${elementLines(arrival)}`,
    `What happens, in ${arrival.mode === 'live' ? 'a live run' : 'batch'}${arrival.shards > 1 ? ` with keys spread over ${arrival.shards} shards` : ''}:\n${eventLines(arrival)}`,
    ...(verdict.is === 'different' ? [differenceLines(verdict.output, verdict.drops, parting), cause(parting)] : []),
    `To try it again, alone: assertSameAnswer(…, …, { seed: ${seed}, runs: 1 }), with the other options as they are.`,
  ]
  const failure = verdict.is === 'failed' ? { cause: verdict.error } : {}
  return new SameAnswerError(seed, parts.join('\n\n'), { step, ...failure })
}

function headline({ verdict, parting, seed }: CounterExample): string {
  const found = `(seed ${seed})`
  if (verdict.is === 'failed') {
    return `A run fails where the reference evaluator has an answer ${found}: ${verdict.error.message}`
  }
  const where = parting === undefined ? '' : `, first at step "${parting.step.path}"`
  return `The answer depends on how the elements arrive ${found}: output "${verdict.output}" settles on something else than its elements mean${where}.`
}

function elementLines(arrival: Arrival): string {
  const elements = elementsOf(arrival)
  const sources = new Set(elements.map(({ source }) => source))
  return elements
    .slice(0, 5 * MOST_LINES)
    .map(
      (given) => `  #${given.number}  ${sources.size > 1 ? `${given.source}  ` : ''}${timeOf(given)}  ${shown(given)}`,
    )
    .concat(elements.length > 5 * MOST_LINES ? [`  and ${elements.length - 5 * MOST_LINES} more`] : [])
    .join('\n')
}

function eventLines(arrival: Arrival): string {
  const lines = arrival.events.map((event) => eventLine(event, arrival))
  return [...lines, 'every source is complete'].map((line, index) => `  ${index + 1}. ${line}`).join('\n')
}

function eventLine(event: ArrivalEvent, { splits, now }: Arrival): string {
  const place =
    'source' in event ? `"${event.source}"${splits[event.source]!.length > 1 ? ` (split ${event.split})` : ''}` : ''
  switch (event.kind) {
    case 'elements':
      return `${place} brings ${event.elements.map(({ number }) => `#${number}`).join(', ')}`
    case 'watermark':
      return `the watermark of ${place} moves to ${formatTimestamp(event.to)}`
    case 'idle':
      return `${place} falls silent`
    case 'pause':
      return `processing time stands at ${event.to - now} ms after the start`
    case 'answers':
      return `${event.places.length === 1 ? 'a call ends' : `${event.places.length} calls end`} that ${event.places.length === 1 ? 'was' : 'were'} under way`
    case 'restore':
      return 'the engine is saved, and a new one goes on from what was saved'
  }
}

function differenceLines(output: string, drops: readonly LedgerEntry[], parting: Parting | undefined): string {
  const dropped =
    drops.length === 0
      ? ''
      : `Dropped, and left out for the evaluator too:\n${drops.slice(0, MOST_LINES).map(dropLine).join('\n')}\n\n`
  if (parting === undefined) {
    return `${dropped}Run again for its steps, output "${output}" came out right: a function of the pipeline keeps something from one run to the next.`
  }
  const { step, differences } = parting
  const more = differences.length > MOST_LINES ? `\n  and ${differences.length - MOST_LINES} more` : ''
  // What the run has stands over what it should have.
  const ofRunFirst = differences.toSorted(
    (a, b) => compareWindows(a.window, b.window) || Number(b.left > b.right) - Number(a.left > a.right),
  )
  const lines = ofRunFirst.slice(0, MOST_LINES).map(differenceLine).join('\n')
  return `${dropped}What "${step.path}" (${describe(step)}) settles on:\n${lines}${more}`
}

function differenceLine({ window, value, left, right }: SettledDifference): string {
  const who = left > right ? 'this run       ' : 'the elements   '
  const times = Math.abs(left - right) > 1 ? ` (${left} times against ${right})` : ''
  return `  ${who}${formatValue(value)} in ${formatWindow(window)}${times}`
}

function dropLine({ reason, step, element, timestamp }: LedgerEntry): string {
  const at = timestamp === undefined ? '' : ` at ${formatTimestamp(timestamp)}`
  return `  ${reason} at "${step}": ${formatValue(bareElement(element))}${at}`
}

function describe({ payload }: Step): string {
  switch (payload.primitive) {
    case 'combinePerKey':
      return `combines with ${payload.combineFn.name}`
    case 'stateless':
      return payload.form
    default:
      return payload.primitive
  }
}

/** Which promise is broken, as far as the step tells. */
function cause(parting: Parting | undefined): string {
  if (parting === undefined)
    return 'Keep nothing outside of state cells: functions of a pipeline are called anew in every run.'
  const { step, safe } = parting
  if (!safe) {
    const reasons = step.drift.reasons.map(({ step: at, reason }) => `${reason} at "${at}"`).join(', ')
    return `The graph says itself that this step may drift: ${reasons}.`
  }
  const { payload } = step
  const promise = 'By its description the step is drift-safe, so it is a promise to the library that is broken: '
  switch (payload.primitive) {
    case 'combinePerKey':
      return (
        `${promise}"${payload.combineFn.name}" is declared orderFree, and its output depends on order, or on how inputs are parted. ` +
        'checkCombineFnLaws of @tidemark/core/testing says which law it breaks.'
      )
    case 'statefulParDo':
      return `${promise}its functions must depend on nothing but key, value, times and state cells.`
    case 'groupByKey':
    case 'flatten':
    case 'windowInto':
      return `${promise}a window function or a coder gives other results for the same element. checkWindowFnLaws and checkCoderLaws of @tidemark/core/testing may say more. If there is none of yours, this is a fault in Tidemark: please report it.`
    default:
      return `${promise}its function must depend on nothing but the element: not on what came before, a clock, chance, or anything outside.`
  }
}

function timeOf({ timestamp }: Given): string {
  return timestamp === undefined ? 'without a time' : formatTimestamp(timestamp)
}

function shown({ element }: Given): string {
  return formatValue(bareElement(element))
}
