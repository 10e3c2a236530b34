/**
 * The main job: one pipeline as history and as a live stream, and whether they agree.
 */
import { join } from 'node:path'
import { runDns } from './dns/dns-job.ts'
import { runRegistry } from './dotgov/registry-job.ts'
import { findInput, repositoryRoot } from './input-files.ts'
import { reportOf, writeReport } from './job-report.ts'
import { printDrift, printLeftOut } from './print/print-summary.ts'
import { processScreen } from './print/screen.ts'
import { printTitle } from './print/print-run.ts'

const screen = processScreen()
const input = findInput({}, 1)
printTitle(screen, 'DNS log')
const dns = await runDns(input.dns, screen)
printTitle(screen, 'The .gov registry')
const reg = await runRegistry(input.registry, 1, screen)
printLeftOut(screen, [dns, reg])
printDrift(screen, [dns, reg])
writeReport(join(repositoryRoot(), 'out', 'report.json'), reportOf([dns, reg]))
