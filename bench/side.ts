/**
 * A side: one program in a process of its own, asked by its parent to run. So no side shares heap, collector or compiled code
 * with another, and its peak memory is its own.
 */
import { profile, type ProfileRow } from './profile.ts'

/** What a side is asked for. */
export type Question = { readonly run: true } | { readonly profile: number }

/** What it answers. */
export interface Answer {
  readonly milliseconds: number
  /** Milliseconds that the processor was at work for it, on all its threads. */
  readonly processor: number
  readonly digest: string
  /** Peak memory of the process so far, megabytes. */
  readonly peak: number
  readonly profile: readonly ProfileRow[]
}

const { run } = (await import(process.argv[2]!)) as { readonly run: () => string | Promise<string> }

process.on('message', (question: Question) => void answer(question))

async function answer(question: Question): Promise<void> {
  const rows = 'profile' in question ? await profile(run, question.profile) : []
  const before = process.cpuUsage()
  const start = performance.now()
  const digest = await run()
  const milliseconds = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  const processor = (user + system) / 1000
  const peak = process.resourceUsage().maxRSS / 1024
  process.send!({ milliseconds, processor, digest, peak, profile: rows } satisfies Answer)
}
