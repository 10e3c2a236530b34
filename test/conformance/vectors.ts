/**
 * Conformance vectors of others: read where they lie beside the repository, never copied into it.
 */
import { existsSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../../../shared/conformance/', import.meta.url)

/** Whether the vectors are there. Tests that need them are skipped when they are not. */
export const hasVectors: boolean = existsSync(FOLDER)

/** What the title of a skipped test says after its name. */
export const skipNote: string = hasVectors ? '' : ' (skipped: there is no ../shared/conformance beside the repository)'

/** The text of a file below the folder of vectors; none when it is not there. */
export function readText(path: string): string {
  return hasVectors ? readFileSync(new URL(path, FOLDER), 'utf8') : ''
}

/** The lines of a JSON Lines file below the folder of vectors; none when it is not there. */
export function readVectors<T>(path: string): readonly T[] {
  return readText(path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}
