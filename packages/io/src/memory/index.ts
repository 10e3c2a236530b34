/**
 * The door to sources and sinks in memory, for tests and examples.
 */
export { memorySource, readMemory } from './memory-source.ts'
export type { ElementsBySplit } from './memory-source.ts'
export { memorySink } from './memory-sink.ts'
export type { MemorySink, MemorySinkOptions } from './memory-sink.ts'
