/**
 * The results as a page: what was measured, on what, and what it says.
 */
import { EVENTS } from './events.ts'
import type { Job, Rival } from './jobs.ts'
import { PAIRS, type PairResult } from './measure.ts'
import type { ProfileRow } from './profile.ts'

/** What a run of the benches has found. */
export interface Results {
  readonly pairs: readonly PairResult[]
  /** Rivals that could not be measured, and why. */
  readonly skipped: readonly { readonly job: Job; readonly rival: Rival; readonly reason: string }[]
  /** Peak memory of a process that holds the elements alone, megabytes. */
  readonly elements: number
  /** Where the time of the windowed job goes. */
  readonly profile: readonly ProfileRow[]
  readonly machine: { readonly node: string; readonly cores: number }
}

/** The page that is committed. It names no date and no machine: only ratios carry over to another. */
export function page({ pairs, skipped, elements, profile, machine }: Results): string {
  return [
    '# Costs',
    '',
    'Made by `npm run bench -- --write`; what is measured and how is said in [bench/README.md](../README.md).',
    '',
    `Node ${machine.node}, ${machine.cores} cores, ${EVENTS.toLocaleString('en-US')} elements in memory, which alone take a process to ` +
      `${Math.round(elements)} MB. Ratio: our time to the rival's, median of ${PAIRS} pairs of runs, and from the least to the greatest. ` +
      'Times are nanoseconds per element (median), memory the peak of the process.',
    '',
    ...table(
      ['job', 'rival', 'ratio', 'spread', 'target', 'ours', 'rival', 'our peak', "rival's peak"],
      [
        ...pairs.map(({ job, rival, ratio, ours, theirs }) => [
          job.name,
          rival.name,
          `**${ratio.median.toFixed(2)}**`,
          `${ratio.least.toFixed(2)} to ${ratio.greatest.toFixed(2)}`,
          rival.target === undefined
            ? ''
            : `${rival.target.toFixed(1)}: ${ratio.median <= rival.target ? 'met' : 'missed'}`,
          `${perElement(ours.median)} ns`,
          `${perElement(theirs.median)} ns`,
          `${Math.round(ours.peak)} MB`,
          `${Math.round(theirs.peak)} MB`,
        ]),
        ...skipped.map(({ job, rival, reason }) => [job.name, rival.name, reason, '', '', '', '', '', '']),
      ],
    ),
    '',
    'Both sides of a row end in the same digest:',
    '',
    ...[...new Map(pairs.map(({ job, digest }) => [job.name, digest]))].map(([job, digest]) => `- ${job}: ${digest}`),
    '',
    '## Where the time of the windowed job goes',
    '',
    'The top ten of a CPU profile by self time; what the compiler has put into a function counts as that function.',
    '',
    ...profileTable(profile),
    '',
  ].join('\n')
}

/** The first ten rows of a profile. */
export function profileTable(profile: readonly ProfileRow[]): readonly string[] {
  const rows = profile.slice(0, 10).map(({ name, place, share }) => [name, place, `${(share * 100).toFixed(1)} %`])
  return table(['function', 'file', 'share'], rows)
}

/** A table in Markdown, its columns in line. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((text, column) => Math.max(3, text.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

function perElement(milliseconds: number): string {
  const nanoseconds = (milliseconds * 1e6) / EVENTS
  return nanoseconds < 1000 ? nanoseconds.toFixed(0) : Math.round(nanoseconds).toLocaleString('en-US')
}
