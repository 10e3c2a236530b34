/**
 * Upstream: what lies above a step of a graph, in the order in which elements flow.
 *
 * Explanations name what a step waits for; this says whose watermark that depends on.
 */
import type { PipelineGraph, Step } from '@tidemark/core/graph'

/** The steps above those of one graph. */
export class Upstream {
  readonly #graph: PipelineGraph

  constructor(graph: PipelineGraph) {
    this.#graph = graph
  }

  /** The steps that a step depends on, and not the step itself. */
  above(step: Step): readonly Step[] {
    return this.#aboveAll([step])
  }

  /** Paths of the steps that one input of a step depends on, its writer among them. */
  ofInput({ inputs }: Step, input: number): ReadonlySet<string> {
    const writer = this.#writerOf(inputs[input]!)
    return pathsOf([...this.above(writer), writer])
  }

  /** Paths of the steps that a view depends on, and not the view's own. */
  ofView(view: string): ReadonlySet<string> {
    const own = this.#graph.steps.filter(({ path }) => path === view || path.startsWith(`${view}/`))
    return pathsOf(this.#aboveAll(own).filter((step) => !own.includes(step)))
  }

  #aboveAll(steps: readonly Step[]): readonly Step[] {
    const ids = new Set<number>()
    const visit = ({ inputs }: Step): void => {
      for (const input of inputs) {
        const writer = this.#writerOf(input)
        if (ids.has(writer.id)) continue
        ids.add(writer.id)
        visit(writer)
      }
    }
    for (const step of steps) visit(step)
    return this.#graph.steps.filter(({ id }) => ids.has(id))
  }

  #writerOf(collection: number): Step {
    return this.#graph.steps[this.#graph.collections[collection]!.step]!
  }
}

function pathsOf(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.map(({ path }) => path))
}
