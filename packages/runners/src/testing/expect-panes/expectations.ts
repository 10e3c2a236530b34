/**
 * Expectations: the lines of a time line that say what must come, and how what came is compared with them, step by step.
 */
import type { TracedResult } from '../panes/script.ts'
import { compareLedger, comparePanes } from './compare-panes.ts'
import type { LineScript } from './line-script.ts'
import type { ComparedRow } from './panes-report.ts'
import { parseLedger, parsePanes } from './parse-items.ts'
import type { Cell, Label, LedgerItem, PaneItem, TimeLine, TimeScale } from './time-line.ts'
import { TimeLineError } from './time-line-error.ts'

/** What is expected of one output, or of the ledger, in each step. */
export type Expectation =
  | {
      readonly of: 'panes'
      readonly label: Label
      readonly output: string
      readonly steps: readonly (readonly PaneItem[])[]
    }
  | { readonly of: 'ledger'; readonly label: Label; readonly steps: readonly (readonly LedgerItem[])[] }

/** The expectations of a time line: of every output that has a line, and of the ledger in any case. */
export function expectationsOf(line: TimeLine, scale: TimeScale, outputs: readonly string[]): readonly Expectation[] {
  const panes = line.labels.filter(({ kind }) => kind === 'panes')
  const ledgers = line.labels.filter(({ kind }) => kind === 'ledger')
  if (panes.length + ledgers.length === 0) {
    throw new TimeLineError(
      line.notation,
      { line: 1, column: 1, length: 1 },
      'it expects nothing',
      `Give it a line of panes; the outputs are [${outputs.join(', ')}].`,
    )
  }
  const ledger = ledgers[0] ?? { kind: 'ledger', subject: undefined, place: { line: 1, column: 1, length: 1 } }
  return [
    ...panes.map((label) => ({
      of: 'panes' as const,
      label,
      output: outputOf(line, label, outputs),
      steps: perStep(line, label, (cell) => parsePanes(line.notation, cell, scale)),
    })),
    { of: 'ledger', label: ledger, steps: perStep(line, ledger, (cell) => parseLedger(line.notation, cell)) },
  ]
}

/** Compares what came of a script with one expectation. Elements of `create` steps belong to the first step. */
export function compareRow(
  expectation: Expectation,
  played: TracedResult,
  { stepOf }: LineScript,
  show: (value: unknown) => unknown,
): ComparedRow {
  const inStep = (step: number, at: number): boolean => (at < 0 ? 0 : stepOf[at]) === step
  const { label } = expectation
  if (expectation.of === 'ledger') {
    const cells = expectation.steps.map((items, step) =>
      compareLedger(
        items,
        played.ledger.filter(({ at }) => inStep(step, at)),
      ),
    )
    return { of: 'ledger', label, cells }
  }
  const { output } = expectation
  const cells = expectation.steps.map((items, step) =>
    comparePanes(
      items,
      played.outputs[output]!.flatMap(({ at, element }) =>
        inStep(step, at) ? [{ ...element, value: show(element.value) }] : [],
      ),
    ),
  )
  return { of: 'panes', label, output, cells }
}

function perStep<T>(line: TimeLine, label: Label, parse: (cell: Cell) => readonly T[]): readonly (readonly T[])[] {
  return line.steps.map((cells) => cells.filter((cell) => cell.label === label).flatMap(parse))
}

function outputOf(line: TimeLine, { subject, place }: Label, outputs: readonly string[]): string {
  if (subject !== undefined && outputs.includes(subject)) return subject
  if (subject === undefined && outputs.length === 1) return outputs[0]!
  throw new TimeLineError(
    line.notation,
    place,
    subject === undefined
      ? `the pipeline has ${outputs.length} outputs, and none is named`
      : `the pipeline has no output "${subject}"`,
    `Name one of [${outputs.join(', ')}], as in panes(${outputs[0] ?? 'totals'}).`,
  )
}
