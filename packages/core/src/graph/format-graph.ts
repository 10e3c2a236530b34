/**
 * formatGraph: the picture of a graph as text for a terminal of 120 columns.
 *
 * A step begins in the third column; a step that is not drift-safe is marked in the first. What is as it always is (a default trigger, an
 * allowed lateness of nothing) is left out, so that what somebody has decided can be seen.
 */
import type { PaneKind } from '../model/graph-builder.ts'
import { DEFAULT_WINDOWING } from '../model/windowing-strategy.ts'
import type { CollectionPicture, GraphPicture, InputPicture, StepPicture } from './graph-picture.ts'
import { windowingFacts } from './step-facts.ts'

const WIDTH = 120
/** Further lines of a step, and of a line that was too long. */
const INDENT = 4
const USUAL = windowingFacts(DEFAULT_WINDOWING)
const MODE = 'accumulation mode'

const PANES: Readonly<Record<PaneKind, string>> = {
  elements: 'elements',
  'one-pane': 'one pane of each window',
  'several-panes': 'several panes of a window',
  changes: 'changes',
}

/** Writes a picture, steps in the order in which elements flow. Lines are at most 120 characters long where words allow it. */
export function formatGraph({ steps, outputs }: GraphPicture): string {
  const unsafe = steps.filter(({ driftSafe }) => !driftSafe).length
  const named = outputs.map(
    ({ name, driftSafe, ...from }) => `${name} of ${referenceText(from)}${driftSafe ? '' : ' (!)'}`,
  )
  return [
    ...steps.flatMap(stepLines),
    ...wrapped(`outputs: ${named.join(', ') || 'none'}`, '', INDENT),
    unsafe === 0
      ? `drift-safe: all of ${steps.length} steps`
      : `drift-safe: ${steps.length - unsafe} of ${steps.length} steps; what is marked ! is not`,
  ].join('\n')
}

function stepLines(step: StepPicture): readonly string[] {
  const { kind, inputs, outputs, reasons, driftSafe, expressions = [] } = step
  const of = inputs.length === 0 ? '' : ` of ${inputs.map(inputText).join(', ')}`
  const to = outputs.length === 0 ? '' : ` → ${outputsText(outputs)}`
  const known = factsText(step)
  const inherited = reasons.filter((reason) => reason.inherited)
  return [
    ...wrapped(`${step.step}: ${kind}${of}${to}`, driftSafe ? '  ' : '! ', 2 * INDENT),
    ...(known === '' ? [] : below(known)),
    ...expressions.flatMap(({ as, text }) => below(`${as}: ${text}`)),
    ...(inherited.length === 0
      ? []
      : below(`not drift-safe by ${inherited.map((each) => `"${each.step}": ${each.reason}`).join(', ')}`)),
    ...reasons
      .filter((reason) => !reason.inherited)
      .flatMap(({ reason, why, cure }) => below(`not drift-safe, ${reason}: ${why} ${cure}`)),
  ]
}

function below(text: string): readonly string[] {
  return wrapped(text, ' '.repeat(INDENT), 2 * INDENT)
}

function inputText(input: InputPicture): string {
  return `${referenceText(input)}${input.as === undefined ? '' : ` (${input.as})`}`
}

function referenceText({ step, output }: Omit<InputPicture, 'as'>): string {
  return output === undefined ? step : `${step}#${output}`
}

function outputsText(outputs: readonly CollectionPicture[]): string {
  const kinds = outputs.map(({ panes, bounded }) => `${PANES[panes]}, ${bounded ? 'bounded' : 'unbounded'}`)
  const [first] = kinds
  const names = outputs.flatMap(({ output }) => output ?? [])
  if (kinds.some((kind) => kind !== first)) return names.map((name, index) => `${name}: ${kinds[index]}`).join('; ')
  return names.length === 0 ? first! : `${names.join(', ')}: ${first}`
}

// Windows are always said where a step depends on them: "global" is a decision too. So is the mode of panes, where there may be several.
function factsText(step: StepPicture): string {
  const { outputs: _said, ...facts } = step.facts
  const isDecided = (name: string): boolean => facts[name] !== undefined && facts[name] !== USUAL[name]
  const isSaid = (name: string): boolean =>
    name === 'windows' || isDecided(name) || (name === MODE && ['trigger', 'allowed lateness'].some(isDecided))
  return Object.entries(facts)
    .filter(([name]) => isSaid(name))
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ')
}

/** The lines of a text, the first behind `lead`, those that follow behind `indent` spaces. */
function wrapped(text: string, lead: string, indent: number): readonly string[] {
  const lines: string[] = []
  let line = lead
  let isEmpty = true
  for (const word of printable(text).split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = ' '.repeat(indent)
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}

// A name may hold anything; what a terminal would obey is shown instead.
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`)
}
