/**
 * The door to text files: one element per line.
 */
export { readText } from './read-text.ts'
export type { TextReadOptions } from './read-text.ts'
export type { FileOptions, FileReadOptions, Paths } from '../file/file-options.ts'
