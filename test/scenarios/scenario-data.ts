/**
 * The scenarios: hand-checked cases, read where they lie beside the repository, never copied into it.
 */
import { readFileSync } from 'node:fs'
import { hasRealData, realPath, skipNote } from '../real/real-data.ts'

export { hasRealData, skipNote }

/** The scenario of a file such as `S01-duplicates.json`. Its shape is what the test that asks for it says. */
export function readScenario<T>(file: string): T {
  return JSON.parse(readFileSync(realPath(`scenarios/${file}`), 'utf8')) as T
}
