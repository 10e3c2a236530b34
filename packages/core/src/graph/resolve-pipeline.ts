/**
 * resolvePipeline: from the name of a pipeline to the pipeline, where it runs.
 *
 * Loading a module is the language's own `import()`; what it reads and from where is the business of whoever runs it.
 */
import { nearestName } from '../error/nearest-name.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import type { Outputs, Pipeline } from './build-graph.ts'
import type { PipelineRef } from './pipeline-ref.ts'

/**
 * Loads the module of a ref and gives the pipeline that it names.
 *
 * **Contract** — Rejects with a {@link PipelineError}: `PIPELINE_MODULE` when the module cannot be loaded, `PIPELINE_EXPORT` when
 * it has no such export, `NOT_A_PIPELINE` when what stands there, or what it makes of the arguments, is no function. What the
 * module or the function itself throws is the `cause`.
 */
export async function resolvePipeline<O extends Outputs>(ref: PipelineRef<O>): Promise<Pipeline<O>> {
  const exported = exportOf(ref, await load(ref))
  if (ref.args === undefined) return exported as Pipeline<O>
  const pipeline = make(ref, exported)
  if (typeof pipeline === 'function') return pipeline as Pipeline<O>
  // Nobody else will look at a promise that is refused here.
  await Promise.allSettled([pipeline])
  throw notAPipeline(ref, `, called with its arguments, gave ${kindOf(pipeline)}`)
}

async function load(ref: PipelineRef): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(/* @vite-ignore */ ref.module)) as Readonly<Record<string, unknown>>
  } catch (cause) {
    throw new PipelineError(
      'PIPELINE_MODULE',
      `The module ${ref.module} of the pipeline "${ref.export}" could not be loaded: ${messageOf(cause)}. ` +
        'It is loaded anew where the pipeline runs: see that it exists there under the same URL, and loads without what only the first program has.',
      { cause },
    )
  }
}

function exportOf(ref: PipelineRef, module: Readonly<Record<string, unknown>>): (args: unknown) => unknown {
  const names = Object.keys(module).sort()
  if (!names.includes(ref.export)) {
    const near = nearestName(ref.export, names)
    throw new PipelineError(
      'PIPELINE_EXPORT',
      `The module ${ref.module} has no export "${ref.export}", so there is no pipeline to run. ` +
        (near === undefined ? '' : `Did you mean "${near}"? `) +
        (names.length === 0 ? 'It exports nothing: export the pipeline.' : `It exports ${names.join(', ')}.`),
    )
  }
  const exported = module[ref.export]
  if (typeof exported === 'function') return exported as (args: unknown) => unknown
  throw notAPipeline(ref, ` is ${kindOf(exported)}`)
}

function make(ref: PipelineRef, exported: (args: unknown) => unknown): unknown {
  try {
    return exported(ref.args)
  } catch (cause) {
    throw new PipelineError(
      'NOT_A_PIPELINE',
      `The export "${ref.export}" of ${ref.module} threw when called with ${JSON.stringify(ref.args)}: ${messageOf(cause)}. ` +
        'With arguments, the export is a function of them that returns the pipeline: (args) => (root) => ({ … }).',
      { cause },
    )
  }
}

function notAPipeline(ref: PipelineRef, what: string): PipelineError {
  return new PipelineError(
    'NOT_A_PIPELINE',
    `The export "${ref.export}" of ${ref.module}${what}, which no runner can build. ` +
      (ref.args === undefined
        ? 'Export the pipeline itself, (root) => ({ … }), or give pipelineRef the arguments that make it.'
        : 'With arguments, the export is a function of them that returns the pipeline, at once: (args) => (root) => ({ … }).'),
  )
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === undefined ? 'undefined' : `a ${typeof value}`
  if ('then' in value && typeof value.then === 'function') return 'a promise'
  return Array.isArray(value) ? 'an array' : 'an object'
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
