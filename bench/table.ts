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
  /** `load` is the greatest load average meanwhile: how many programs wanted a core. */
  readonly machine: { readonly node: string; readonly cores: number; readonly load: number }
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
      'Times are nanoseconds per element (median), memory the peak of the process. ' +
      `The load average was at most ${machine.load.toFixed(1)} meanwhile: above the number of cores, times are long and ratios spread.`,
    '',
    ...table(
      ['job', 'rival', 'ratio', 'spread', 'target', 'ours', 'rival', 'our peak', "rival's peak"],
      [
        ...pairs.map(({ job, rival, ratio, ours, theirs }) => [
          job.name,
          rival.name,
          `**${ratio.median.toFixed(2)}**`,
          `${ratio.least.toFixed(2)} to ${ratio.greatest.toFixed(2)}`,
          verdicts(job, rival, ratio.median, nanoseconds(job, ours.least)),
          `${shown(nanoseconds(job, ours.median))} ns`,
          `${shown(nanoseconds(job, theirs.median))} ns`,
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

/** What a row says of its targets; `least` is our own time of the processor in the best run, nanoseconds per element. */
export function verdicts(job: Job, rival: Rival, ratio: number, least: number): string {
  const { limit } = job
  return [
    ...(rival.target === undefined ? [] : [`${rival.target.toFixed(1)}: ${ratio <= rival.target ? 'met' : 'missed'}`]),
    ...(limit === undefined ? [] : [`${limit} ns: ${least <= limit ? 'met' : 'missed'}, ${shown(least)}`]),
  ].join(', ')
}

/** The time of a run by its elements. */
export function nanoseconds({ elements = EVENTS }: Job, milliseconds: number): number {
  return (milliseconds * 1e6) / elements
}

function shown(time: number): string {
  return time < 10 ? time.toFixed(1) : time < 1000 ? time.toFixed(0) : Math.round(time).toLocaleString('en-US')
}
