/**
 * The door for tests of what users write against core: law checkers for combiners, coders, window functions, sources
 * and sinks.
 */
export { checkCombineFnLaws } from './combine-fn-laws.ts'
export type { CombineFnLawOptions } from './combine-fn-laws.ts'
export { checkCoderLaws } from './coder-laws.ts'
export type { CoderLawOptions } from './coder-laws.ts'
export { checkSinkLaws } from './sink-laws.ts'
export type { SinkLawOptions } from './sink-laws.ts'
export { checkSourceLaws } from './source-laws.ts'
export type { SourceLawOptions } from './source-laws.ts'
export { checkWindowFnLaws } from './window-fn-laws.ts'
export type { WindowFnLawOptions, WindowFnSample } from './window-fn-laws.ts'
export { manualClock } from './manual-clock.ts'
export type { ManualClock } from './manual-clock.ts'
