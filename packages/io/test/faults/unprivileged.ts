/**
 * A program of its own: reads a folder as a user who may not read all of it, and prints what comes of it.
 */
import { join } from 'node:path'
import { readText } from '@tidemark/io/text'
import { failureOf, runFiles, timestamp } from './run-files.ts'

const [folder = ''] = process.argv.slice(2)

/** The user and group that own nothing, on most systems. */
const NOBODY = 65_534

// All modules are loaded by now: they may stand where that user could not read them.
if (process.getuid?.() === 0) {
  process.setgroups?.([])
  process.setgid?.(NOBODY)
  process.setuid?.(NOBODY)
}

const named = async (path: string) => {
  const { code, message } = await failureOf(readText('Lines', path, { timestamp }))
  return `${code} ${/^The file (\S+) cannot be read/.exec(message)?.[1]}`
}
process.stdout.write(
  JSON.stringify({
    file: await named(join(folder, '*.txt')),
    folder: await named(join(folder, '*', '*.txt')),
    skipped: await runFiles(readText('Lines', folder, { timestamp, unreadable: 'skip' })),
  }),
)
