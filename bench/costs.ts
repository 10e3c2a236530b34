/**
 * `npm run bench`: measures what Tidemark costs beside its rivals. `-- --write` also writes bench/results/costs.md, `-- --profile`
 * shows where the time of the windowed job goes instead, and `-- --job 3` has to do with the third job alone.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { JOBS, RIVALS_FOLDER, type Job } from './jobs.ts'
import { measure, memoryOfElements, warmUp, type PairResult } from './measure.ts'
import type { ProfileRow } from './profile.ts'
import { SideProcess } from './side-process.ts'
import { nanoseconds, page, profileTable, verdicts, type Results } from './table.ts'

const PROFILED_RUNS = 30

const root = fileURLToPath(new URL('../../', import.meta.url))
const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean' },
    profile: { type: 'boolean' },
    beam: { type: 'boolean' },
    job: { type: 'string' },
  },
})
const windowed = JOBS[1]!
const only = options.job === undefined ? undefined : jobOf(options.job)

if (options.profile === true) {
  console.log(profileTable(await profileOf(only ?? windowed)).join('\n'))
} else {
  const results = await measureAll()
  if (options.write === true && only === undefined) {
    mkdirSync(join(root, 'bench', 'results'), { recursive: true })
    writeFileSync(join(root, 'bench', 'results', 'costs.md'), page(results))
    console.log('Written: bench/results/costs.md')
  }
}

async function measureAll(): Promise<Results> {
  const pairs: PairResult[] = []
  const skipped: Results['skipped'][number][] = []
  let load = 0
  for (const job of only === undefined ? JOBS : [only]) {
    for (const rival of job.rivals) {
      if (rival.needs !== undefined && !existsSync(join(root, RIVALS_FOLDER, 'node_modules', rival.needs))) {
        const reason = `not measured: ${rival.needs} is not installed (npm run bench -- --beam)`
        skipped.push({ job, rival, reason })
        console.log(`${job.name}, ${rival.name}: ${reason}`)
        continue
      }
      const pair = await measure(job, rival)
      pairs.push(pair)
      load = Math.max(load, ...loadavg())
      console.log(lineOf(pair))
    }
  }
  const elements = await memoryOfElements()
  const profile = options.write === true ? await profileOf(windowed) : []
  const machine = { node: process.versions.node, cores: availableParallelism(), load }
  return { pairs, skipped, elements, profile, machine }
}

function jobOf(place: string): Job {
  const job = JOBS[Number(place) - 1]
  if (job !== undefined) return job
  const list = JOBS.map(({ name }, index) => `${index + 1}: ${name}`).join('\n')
  throw new Error(`There is no job ${place}. The jobs are:\n${list}`)
}

async function profileOf({ ours }: Job): Promise<readonly ProfileRow[]> {
  const side = new SideProcess(ours)
  await warmUp(side, ours)
  const { profile } = await side.profile(PROFILED_RUNS)
  side.stop()
  return profile
}

function lineOf({ job, rival, ratio, ours, theirs, digest }: PairResult): string {
  const { median, least, greatest } = ratio
  const [mine, other] = [nanoseconds(job, ours.median), nanoseconds(job, theirs.median)]
  const verdict = verdicts(job, rival, median, nanoseconds(job, ours.least))
  return (
    `${job.name}, ${rival.name}: ratio ${median.toFixed(2)} (${least.toFixed(2)} to ${greatest.toFixed(2)})` +
    `${verdict === '' ? '' : `, target ${verdict}`}; ${mine.toFixed(1)} and ${other.toFixed(1)} ns an element, ` +
    `peak ${ours.peak.toFixed(0)} and ${theirs.peak.toFixed(0)} MB; ${digest}`
  )
}
