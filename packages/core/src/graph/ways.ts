/**
 * Ways: how a step of a graph is fed, as text: the named steps above it, and the unnamed ones on the way from them.
 *
 * `"Orders" → filter → withKeys` says what a reader of the program would: unnamed steps have no better name than what they
 * are. Where many ways meet, the text is cut, so that it stays short and costs no more than the graph is large.
 */
import type { GraphDescription, StepDescription } from './graph-description.ts'

const LONGEST = 300

/** Writes the ways of one description. */
export class Ways {
  readonly #steps: ReadonlyMap<string, StepDescription>
  readonly #renamed: ReadonlyMap<string, string>
  readonly #texts = new Map<string, string>()

  /** `renamed` gives other names to named steps, so that a new name alone is no other way. */
  constructor({ steps }: GraphDescription, renamed: ReadonlyMap<string, string> = new Map()) {
    this.#steps = new Map(steps.map((step) => [step.step, step]))
    this.#renamed = renamed
  }

  /** The ways to a step or output: one for each of its inputs. */
  to({ inputs }: StepDescription): string {
    return inputs.map((input) => this.#text(input)).join(', ')
  }

  /** The nearest named steps above a step or output. */
  stepsAbove(step: StepDescription): readonly string[] {
    const names = new Set<string>()
    const seen = new Set<string>()
    const look = ({ inputs }: StepDescription): void => {
      for (const name of inputs.map(stepOf)) {
        if (seen.has(name)) continue
        seen.add(name)
        if (name.startsWith('#')) look(this.#steps.get(name)!)
        else names.add(name)
      }
    }
    look(step)
    return [...names]
  }

  #text(reference: string): string {
    const known = this.#texts.get(reference)
    if (known !== undefined) return known
    const text = shortened(this.#compose(reference))
    this.#texts.set(reference, text)
    return text
  }

  #compose(reference: string): string {
    const name = stepOf(reference)
    const tag = name === reference ? '' : `.${reference.slice(name.length + 1)}`
    if (!name.startsWith('#')) return `"${this.#renamed.get(name) ?? name}"${tag}`
    const step = this.#steps.get(name)!
    return step.inputs.length === 1
      ? `${this.#text(step.inputs[0]!)} → ${step.kind}${tag}`
      : `${step.kind}(${this.to(step)})${tag}`
  }
}

// An unnamed step begins with the sign that else divides a step from the name of its output.
function stepOf(reference: string): string {
  const sign = reference.indexOf('#', 1)
  return sign < 0 ? reference : reference.slice(0, sign)
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `… ${text.slice(2 - LONGEST)}`
}
