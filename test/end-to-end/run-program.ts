/**
 * Programs of the examples as a person runs them: in a process of their own, from the sources.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a program left behind. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Runs a program of the examples, by its path below them, with its output in a pipe. */
export function runProgram(program: string, args: readonly string[] = []): Promise<Ended> {
  // Neither a terminal nor a CI system shows through: the program is to see a pipe.
  const { CI: _, FORCE_COLOR: __, ...env } = process.env
  const child = spawn(
    process.execPath,
    ['--conditions=@tidemark/source', '--import', 'tsx', `examples/${program}`, ...args],
    { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
