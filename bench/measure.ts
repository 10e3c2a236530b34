/**
 * Measuring: two sides take turns, so that whatever else the machine does falls on both.
 */
import { ELEMENTS_ALONE, type Job, type Program, type Rival } from './jobs.ts'
import { SideProcess } from './side-process.ts'

/** Times of one side, milliseconds, and what it took. */
export interface SideResult {
  readonly median: number
  /** The least time that the processor took for a run: what it costs when nothing else gets in its way. */
  readonly least: number
  /** Peak memory of its process over all runs, megabytes. */
  readonly peak: number
}

/** One job against one rival. */
export interface PairResult {
  readonly job: Job
  readonly rival: Rival
  readonly digest: string
  /** Our time to the rival's, per pair of runs. */
  readonly ratio: { readonly median: number; readonly least: number; readonly greatest: number }
  readonly ours: SideResult
  readonly theirs: SideResult
}

/** How often each side is measured. */
export const PAIRS = 7

/** Measures a job against a rival. Throws when they do not compute the same. */
export async function measure(job: Job, rival: Rival): Promise<PairResult> {
  const ours = new SideProcess(job.ours)
  const theirs = new SideProcess(rival)
  try {
    const digest = await warmUp(ours, job.ours)
    const other = await warmUp(theirs, rival)
    if (digest !== other) throw new Error(`${job.name}: Tidemark says ${digest}, and ${rival.name} ${other}.`)
    const times: { readonly ours: number; readonly theirs: number }[] = []
    let peaks = { ours: 0, theirs: 0 }
    const least = { ours: Infinity, theirs: Infinity }
    for (let pair = 0; pair < PAIRS; pair++) {
      const a = await ours.run()
      const b = await theirs.run()
      times.push({ ours: a.milliseconds, theirs: b.milliseconds })
      peaks = { ours: a.peak, theirs: b.peak }
      least.ours = Math.min(least.ours, a.processor)
      least.theirs = Math.min(least.theirs, b.processor)
    }
    const ratios = sorted(times.map((pair) => pair.ours / pair.theirs))
    return {
      job,
      rival,
      digest,
      ratio: { median: median(ratios), least: ratios[0]!, greatest: ratios.at(-1)! },
      ours: { median: median(sorted(times.map((pair) => pair.ours))), least: least.ours, peak: peaks.ours },
      theirs: { median: median(sorted(times.map((pair) => pair.theirs))), least: least.theirs, peak: peaks.theirs },
    }
  } finally {
    ours.stop()
    theirs.stop()
  }
}

/** Peak memory of a process that only holds the elements, megabytes. */
export async function memoryOfElements(): Promise<number> {
  const side = new SideProcess(ELEMENTS_ALONE)
  const { peak } = await side.run()
  side.stop()
  return peak
}

/** Runs a side until it is as fast as it gets; returns its digest. */
export async function warmUp(side: SideProcess, { warmUp: times }: Program): Promise<string> {
  let { digest } = await side.run()
  for (let time = 1; time < times; time++) ({ digest } = await side.run())
  return digest
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b)
}

function median(numbers: readonly number[]): number {
  return numbers[numbers.length >> 1]!
}
