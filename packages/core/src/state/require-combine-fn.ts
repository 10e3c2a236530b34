/**
 * What is given as a combiner is one: checked when the pipeline is built, for steps and for combining cells alike.
 */
import { checkSpelling, requireFunction, type OptionNames } from '../error/check-options.ts'
import type { CombineFn } from '../model/combine-fn.ts'

const PARTS: OptionNames<CombineFn<unknown, unknown, unknown>> = {
  name: true,
  orderFree: true,
  createAccumulator: true,
  addInput: true,
  mergeAccumulators: true,
  extractOutput: true,
  subtractInput: true,
  mergeOutputs: true,
  functions: true,
  accumulatorCoder: true,
}

/**
 * Throws a PipelineError with code `BAD_OPTION` for a combiner without one of the functions that it needs, or with an optional one
 * misspelled, which would not be called. `subject` says whose it is.
 */
export function requireCombineFn(subject: string, combineFn: object): void {
  const named = `The combiner of ${subject}`
  checkSpelling(named, combineFn, PARTS)
  const parts = combineFn as Partial<CombineFn<unknown, unknown, unknown>>
  requireFunction(named, 'createAccumulator', parts.createAccumulator)
  requireFunction(named, 'addInput', parts.addInput)
  requireFunction(named, 'mergeAccumulators', parts.mergeAccumulators)
  requireFunction(named, 'extractOutput', parts.extractOutput)
}
