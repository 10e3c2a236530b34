/**
 * The main job: one pipeline as history and as a live stream, and whether they agree. `npm start -- --help` says what it takes.
 */
import { join } from 'node:path'
import { PipelineError } from '@tidemark/core'
import { parseCommandLine, type Request } from './command-line.ts'
import { runDns } from './dns/dns-job.ts'
import { loadDnsLog } from './dns/read-dns.ts'
import { watchDns } from './dns/watch-dns.ts'
import { runRegistry } from './dotgov/registry-job.ts'
import { findInput, repositoryRoot, shown } from './input-files.ts'
import { reportOf, writeReport, type JobReport } from './job-report.ts'
import { metricPage } from './metric-page.ts'
import { runFile } from './own-file/file-job.ts'
import { printTitle } from './print/print-run.ts'
import { printDrift, printLeftOut } from './print/print-summary.ts'
import { processScreen, type Screen } from './print/screen.ts'
import { UsageError } from './usage-error.ts'

// Whoever reads the output may have seen enough of it: `npm start | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const screen = processScreen()
try {
  process.exitCode = await main(process.argv.slice(2), screen)
} catch (error) {
  if (!(error instanceof UsageError || error instanceof PipelineError)) throw error
  screen.clearStatus()
  const code = error instanceof PipelineError ? ` (${error.code})` : ''
  process.stderr.write(`\n${screen.paint.red(`Cannot go on${code}:`)} ${error.message}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}

/** Does what was asked for. Returns the exit code: 1 when history and live differ though nothing came too late. */
async function main(args: readonly string[], to: Screen): Promise<number> {
  const request = parseCommandLine(args)
  if (request === undefined) return 0
  if (request.dictionary) {
    to.print(metricPage())
    return 0
  }
  to.print(`${to.paint.bold('Tidemark')}  one pipeline, as history and as a live stream`)
  to.print(`          ${to.paint.green('=')} ${to.paint.dim('marks figures that both have settled on, byte for byte')}`)
  if (request.file !== undefined) return finish(request, to, [await runFile(request.file, to)])

  const input = findInput(request, request.seed)
  to.print(`          ${to.paint.dim(input.description)}`)
  printTitle(to, 'DNS log', 'queries seen by mirrored ports')
  const dns = await runDns(input.dns, to)
  printTitle(to, '.gov registry', 'names created, deleted and updated')
  const registry = await runRegistry(input.registry, request.seed, to)
  const code = finish(request, to, [dns, registry])
  if (request.once || !to.interactive) return code
  to.print('')
  await watchDns(await loadDnsLog(input.dns.json), request.speed, to)
  return code
}

function finish({ report }: Request, to: Screen, jobs: readonly JobReport[]): number {
  printLeftOut(to, jobs)
  const isSound = printDrift(to, jobs)
  const path = report ?? join(repositoryRoot(), 'out', 'report.json')
  writeReport(path, reportOf(jobs))
  to.print(to.paint.dim(`All figures: ${shown(path)}`))
  return isSound ? 0 : 1
}
