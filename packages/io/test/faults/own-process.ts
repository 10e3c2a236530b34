/**
 * Runs a program of these tests in a process of its own: for its memory, its limits, its user or its flags.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** How a program is started. */
export interface Start {
  readonly flags?: readonly string[]
  /** A limit of the shell's, such as `-n 64`. */
  readonly ulimit?: string
}

/** Runs a program with arguments and returns what it prints, parsed as JSON. */
export function ownProcess(program: URL, args: readonly string[], { flags = [], ulimit }: Start = {}): unknown {
  const node = [
    process.execPath,
    ...flags,
    '--conditions=@tidemark/source',
    '--import',
    'tsx',
    fileURLToPath(program),
    ...args,
  ]
  const command = ulimit === undefined ? node : ['sh', '-c', `ulimit ${ulimit} && exec "$@"`, 'sh', ...node]
  const [file = '', ...rest] = command
  return JSON.parse(execFileSync(file, rest, { encoding: 'utf8' }))
}

/** Starts to measure memory; the returned function says by how many bytes its peak has been higher than at the start. */
export function peakMemory(): () => number {
  try {
    // Linux keeps the peak, and forgets it when asked to.
    writeFileSync('/proc/self/clear_refs', '5')
    const before = process.memoryUsage().rss
    return () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024 - before
  } catch {
    const before = process.memoryUsage().rss
    let most = before
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5)
    return () => {
      clearInterval(timer)
      return Math.max(most, process.memoryUsage().rss) - before
    }
  }
}
