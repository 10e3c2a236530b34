/**
 * mermaidGraph: the picture of a graph as a flowchart in Mermaid.
 *
 * Steps are boxes with path, kind, field expressions and the reasons why they are not drift-safe; edges say what changes on the way, such
 * as windows or panes. Named outputs have round ends.
 */
import { DEFAULT_WINDOWING } from '../model/windowing-strategy.ts'
import type { CollectionPicture, GraphPicture, InputPicture, StepPicture } from './graph-picture.ts'
import { mermaidText } from './mermaid-text.ts'
import { windowingFacts, type Facts } from './step-facts.ts'

const BEGINNING = windowingFacts(DEFAULT_WINDOWING)

/**
 * Writes a picture as a Mermaid flowchart.
 *
 * **Contract** — Steps that are not drift-safe are in the class `drifts` where they have a reason of their own, in `inherits` where steps
 * above them have. Names may hold any character. Mermaid itself draws up to 500 edges and 50,000 characters unless told otherwise
 * (`maxEdges`, `maxTextSize`).
 */
export function mermaidGraph({ steps, outputs }: GraphPicture): string {
  const flow = new Flow(steps)
  const drifts = steps.flatMap(({ reasons }, index) => (reasons.some(isOwn) ? [`s${index}`] : []))
  const inherits = [
    ...steps.flatMap(({ reasons }, index) => (reasons.length > 0 && !reasons.some(isOwn) ? [`s${index}`] : [])),
    ...outputs.flatMap(({ driftSafe }, index) => (driftSafe ? [] : [`o${index}`])),
  ]
  return [
    'flowchart TD',
    ...steps.map((step, index) => `  s${index}["${stepText(step)}"]`),
    ...outputs.map(({ name }, index) => `  o${index}(["${mermaidText(name)}"])`),
    ...steps.flatMap(({ inputs }, index) => inputs.map((input) => flow.edge(input, `s${index}`))),
    ...outputs.map((output, index) => flow.edge(output, `o${index}`)),
    ...classLines('drifts', 'stroke:#c0392b,stroke-width:3px', drifts),
    ...classLines('inherits', 'stroke:#c0392b,stroke-dasharray:4', inherits),
  ].join('\n')
}

function isOwn({ inherited }: StepPicture['reasons'][number]): boolean {
  return !inherited
}

function classLines(name: string, style: string, nodes: readonly string[]): readonly string[] {
  return nodes.length === 0 ? [] : [`  classDef ${name} ${style}`, `  class ${nodes.join(',')} ${name}`]
}

function stepText({ step, kind, reasons, expressions = [] }: StepPicture): string {
  const lines = reasons.map(({ reason, step: origin, inherited }) => (inherited ? `${reason} of ${origin}` : reason))
  return label([step, kind, ...expressions.map(({ as, text }) => `${as}: ${text}`), ...lines])
}

function label(lines: readonly string[]): string {
  return lines.map(mermaidText).join('<br/>')
}

/** What flows from step to step. */
class Flow {
  readonly #places: ReadonlyMap<string, number>
  readonly #steps: readonly StepPicture[]

  constructor(steps: readonly StepPicture[]) {
    this.#steps = steps
    this.#places = new Map(steps.map(({ step }, index) => [step, index]))
  }

  edge(input: InputPicture, to: string): string {
    const { step, output, as } = input
    const collection = this.#collection(input)
    const above = mainInputs(this.#step(step)).map((other) => this.#collection(other))
    const news = [
      ...(output === undefined ? [] : [output]),
      ...(as === undefined ? [] : [`as ${as}`]),
      ...(above.some(({ panes }) => panes !== collection.panes) ? [collection.panes] : []),
      ...windowingNews(collection, above),
    ]
    return `  s${this.#places.get(step)} -->${news.length === 0 ? '' : `|"${label(news)}"|`} ${to}`
  }

  #collection({ step, output }: InputPicture): CollectionPicture {
    return this.#step(step).outputs.find((other) => other.output === output)!
  }

  #step(path: string): StepPicture {
    return this.#steps[this.#places.get(path)!]!
  }
}

// What a step emits follows its main input; the windows of side inputs are their own.
function mainInputs({ inputs }: StepPicture): readonly InputPicture[] {
  const main = inputs.filter(({ as }) => as === undefined)
  return main.length === 0 ? inputs : main
}

// Above a source there is nothing: it is compared with what every collection begins as.
function windowingNews({ windowing }: CollectionPicture, above: readonly CollectionPicture[]): readonly string[] {
  const before: readonly Facts[] = above.length === 0 ? [BEGINNING] : above.map((other) => other.windowing)
  return Object.entries(windowing)
    .filter(([name, value]) => before.some((facts) => facts[name] !== value))
    .map(([name, value]) => `${name} ${value}`)
}
