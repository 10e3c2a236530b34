/**
 * The engine held against the reference evaluator: the same script must lead to the same panes and the same ledger.
 */
import { PipelineError, type WindowedValue } from '@tidemark/core'
import type { EntryAt, TracedResult } from '../panes/script.ts'
import { formatValue } from './written-value.ts'

/** Throws (code `EVALUATOR_DISAGREES`) where engine and evaluator emitted different panes, or entered different elements. */
export function requireAgreement(engine: TracedResult, evaluator: TracedResult): void {
  const [ours, theirs] = [engine, evaluator].map(linesOf)
  for (const [place, lines] of ours!) {
    const others = theirs!.get(place) ?? []
    if (lines.join('\n') !== others.join('\n')) throw disagreement(place, lines, others)
  }
  for (const [place, lines] of theirs!) if (!ours!.has(place)) throw disagreement(place, [], lines)
}

/** What came of a script as text, by output, event, key and window: the order within one of these is promised. */
function linesOf({ outputs, ledger }: TracedResult): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>()
  const add = (place: string, line: string): void => {
    const known = lines.get(place)
    if (known === undefined) lines.set(place, [line])
    else known.push(line)
  }
  for (const [name, elements] of Object.entries(outputs)) {
    for (const { at, element } of elements) add(`Output "${name}", event ${at}, ${placeOf(element)}`, lineOf(element))
  }
  for (const entry of ledger) add('The ledger', entryOf(entry))
  lines.get('The ledger')?.sort()
  return lines
}

function placeOf({ value, window }: WindowedValue<unknown>): string {
  const key = Array.isArray(value) && value.length === 2 ? formatValue(value[0]) : 'all'
  return `key ${key}, window ${window.start} to ${window.end}`
}

function lineOf({ value, timestamp, pane, sign }: WindowedValue<unknown>): string {
  const { timing, index, nonSpeculativeIndex, isFirst, isLast } = pane
  // What takes back is the pane before, whose number is of no interest.
  const of = sign < 0 ? '' : ` ${timing} ${index} ${nonSpeculativeIndex} ${isFirst} ${isLast}`
  return `${sign} ${formatValue(value)} at ${timestamp}${of}`
}

function entryOf({ at, reason, step, element, timestamp, window }: EntryAt): string {
  return `event ${at}: ${reason} at ${step}: ${formatValue(element)} ${timestamp} ${window?.start} ${window?.end}`
}

function disagreement(place: string, ours: readonly string[], theirs: readonly string[]): PipelineError {
  return new PipelineError(
    'EVALUATOR_DISAGREES',
    `${place}: the engine emits\n  ${ours.join('\n  ') || 'nothing'}\nand the reference evaluator\n  ${theirs.join('\n  ') || 'nothing'}\n` +
      'Neither can be trusted before one knows why. A function of the pipeline that keeps something between calls, outside of state ' +
      'cells, gives different answers to each; if there is none, this is a fault in Tidemark: please report it.',
  )
}
