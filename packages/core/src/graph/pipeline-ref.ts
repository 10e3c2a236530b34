/**
 * PipelineRef: a pipeline named by module and export, as plain data.
 *
 * Functions do not travel; a name does. Threads, other processes and Beam's workers are sent a ref and build the pipeline
 * anew from the same module, so that its functions are at hand there.
 */
import { PipelineError } from '../error/pipeline-error.ts'
import { fieldNames, hasSymbolFields, isPlainArray, isRecord } from '../coder/plain-data.ts'
import type { Json } from '../model/json.ts'
import type { Outputs, Pipeline } from './build-graph.ts'

/** A pipeline by name. Survives JSON and structured cloning. */
export interface PipelineRef<out O extends Outputs = Outputs> {
  /** URL of the module. */
  readonly module: string
  readonly export: string
  /** What the export is called with to make the pipeline; absent when the export is the pipeline itself. */
  readonly args?: Json
  /** Carries the types of the outputs; absent at run time. */
  readonly '~outputs'?: O
}

/** A function of arguments that makes a pipeline. */
export type PipelineMaker<A, O extends Outputs = Outputs> = (args: A) => Pipeline<O>

/**
 * Names a pipeline, to be run elsewhere: the export is the pipeline, or, with `args`, a function of them that makes it.
 *
 * **Contract** — `module` is a URL: `import.meta.url` of the module that exports it. `args` is JSON (code `ARGS_NOT_JSON`) and
 * copied. Nothing is loaded here; {@link resolvePipeline} does. The type parameter says what the export is.
 *
 * ```ts
 * export const revenue = ({ from }: { from: string }) => (root: Root) => ({ … })
 * const ref = pipelineRef<typeof revenue>(import.meta.url, 'revenue', { from: '2026-01-01' })
 * ```
 */
export function pipelineRef<F extends PipelineMaker<never> = PipelineMaker<Json>>(
  module: string,
  exportName: string,
  args: Parameters<F>[0],
): PipelineRef<ReturnType<ReturnType<F>>>
export function pipelineRef<F extends Pipeline<Outputs> = Pipeline<Outputs>>(
  module: string,
  exportName: string,
): PipelineRef<ReturnType<F>>
export function pipelineRef(module: string, exportName: string, args?: unknown): PipelineRef {
  requireUrl(module, exportName)
  const base = { module, export: exportName }
  return Object.freeze(args === undefined ? base : { ...base, args: jsonOf(args, 'args', []) })
}

// Two letters at least: C:\ is a drive.
function requireUrl(module: string, exportName: string): void {
  if (/^[a-z][a-z0-9+.-]+:/i.test(module)) return
  throw new PipelineError(
    'BAD_PIPELINE_REF',
    `The module of the pipeline "${exportName}" is ${JSON.stringify(module)}, which is no URL. Whoever runs the pipeline elsewhere ` +
      'could not know what the path is relative to. Write pipelineRef(import.meta.url, …) in the module that exports it.',
  )
}

/** Copies a value that JSON carries unchanged, frozen. -0 becomes the 0 that JSON makes of it. */
function jsonOf(value: unknown, path: string, above: readonly object[]): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0
  if (typeof value === 'object' && !above.includes(value)) {
    const inside = [...above, value]
    if (isPlainArray(value)) {
      return Object.freeze(Array.from(value, (element, index) => jsonOf(element, `${path}[${index}]`, inside)))
    }
    if (isRecord(value) && !hasSymbolFields(value)) {
      const fields = fieldNames(value).map((name) => [name, jsonOf(value[name], `${path}.${name}`, inside)] as const)
      return Object.freeze(Object.fromEntries(fields))
    }
  }
  throw new PipelineError(
    'ARGS_NOT_JSON',
    `${path} of a pipelineRef is ${nameOf(value, above)}. It is sent to where the pipeline runs as JSON, which would not carry it. ` +
      'Use null, booleans, finite numbers, text, and arrays and records of them; write a date as text.',
  )
}

function nameOf(value: unknown, above: readonly object[]): string {
  if (typeof value !== 'object' || value === null) {
    return value === undefined || typeof value === 'number' ? String(value) : `a ${typeof value}`
  }
  if (above.includes(value)) return 'an object that contains itself'
  if (isRecord(value)) return 'a record with fields named by symbols'
  return `an object of class ${value.constructor.name}`
}
