/**
 * The registry's life, both ways: over its files, and live with a delay for every record.
 */
import { toMillis } from '@tidemark/core'
import { compareRuns } from '../drift.ts'
import type { JobReport } from '../job-report.ts'
import { lengthText } from '../print/number-text.ts'
import { printRun } from '../print/print-run.ts'
import type { Screen } from '../print/screen.ts'
import { runHistory, runLive, type Run } from '../run-both-ways.ts'
import { SOUND_SHARE } from './quarantine.ts'
import { loadRegistry, registryHistory, registryLive, type RegistryFiles } from './read-registry.ts'
import { BOUND, LATENESS, registryKpis, ZONE } from './registry-kpis.ts'
import { printRegistryKpis } from './print-registry.ts'

/** The outputs of the KPIs. */
export type RegistryOutputs = ReturnType<typeof registryKpis.expand>

/** Runs the registry both ways and prints what comes out. */
export async function runRegistry(files: RegistryFiles, seed: number, screen: Screen): Promise<JobReport> {
  const history = await runHistory((root) => root.pipe(registryHistory(files), registryKpis), screen)
  printRun(screen, 'history', files.events, history)
  screen.status('  live')
  const arrivals = await loadRegistry(files, seed)
  const live = await runLive((root) => root.pipe(registryLive(arrivals), registryKpis))
  const source = `the same, delayed by up to ${lengthText(toMillis(BOUND) + toMillis(LATENESS))}`
  printRun(screen, 'live', source, live)
  printRegistryKpis(screen, history, live)
  return {
    pipeline: 'registry',
    runs: [
      { pipeline: 'registry', run: 'history', source: files.events, result: history },
      { pipeline: 'registry', run: 'live', source, result: live },
    ],
    comparisons: [compareRuns('Registry: history and live', history, live)],
    leftOut: [
      {
        pipeline: 'registry',
        rule: 'events of broken snapshots and reverts',
        history: quarantinedIn(history),
        live: quarantinedIn(live),
      },
    ],
    facts: { zone: ZONE, seed, soundShare: SOUND_SHARE, bound: toMillis(BOUND), lateness: toMillis(LATENESS) },
  }
}

function quarantinedIn({ settled }: Run<RegistryOutputs>): number {
  return settled.quarantined.entries.reduce((sum, { value: [, events] }) => sum + events, 0)
}
