/**
 * Real data: read where they lie beside the repository, never copied into it.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = new URL('../../../shared/data/', import.meta.url)

/** Whether the data are there. Tests that need them are skipped when they are not. */
export const hasRealData: boolean = existsSync(FOLDER)

/** What the title of a skipped test says after its name. */
export const skipNote: string = hasRealData ? '' : ' (skipped: there is no ../shared/data beside the repository)'

/** The path of a file below the folder of data. */
export function realPath(path: string): string {
  return fileURLToPath(new URL(path, FOLDER))
}
