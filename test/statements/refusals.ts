/**
 * Refusals: with which codes a script is refused when it is played. keys.test.ts and state-and-timers.test.ts rely on it.
 */
import { PipelineError, type PCollection, type Root } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { evaluatePanes, type Script } from '@tidemark/runners/testing'
import { playEngine } from './play.ts'

/** With which codes the engine and the evaluator refuse what a script makes a step do; `accepted` where one does not. */
export function refusalsOf(build: (root: Root) => PCollection<unknown>, script: Script): readonly unknown[] {
  const graph = buildGraph((root) => ({ out: build(root) }))
  return [() => playEngine(build, script), () => evaluatePanes(graph, script)].map((run) => {
    try {
      run()
      return 'accepted'
    } catch (error) {
      return error instanceof PipelineError ? error.code : error
    }
  })
}
