/**
 * A live anomaly job over a DNS log: alerts with their reason, as they come, and the same from history.
 *
 * Run it on a generated sample: `node examples/dist/dns-anomaly/main.js`, or on a log of Zeek in JSON, gzipped or not:
 * `node examples/dist/dns-anomaly/main.js dns.json.gz`. The live job gets the rows in the order in which they were written, by their
 * `_write_ts`; history reads the file. What they settle on is compared, and has to be the same.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PipelineError, type Root } from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { formatDifferences, settledDifferences } from '@tidemark/runners/testing'
import { timestampOfRow } from '../side-by-side/dns/dns-row.ts'
import { dnsHistoryOfJson, dnsLive, loadDnsLog } from '../side-by-side/dns/read-dns.ts'
import { alertText } from './alert-text.ts'
import { dnsAnomalies, type DomainVerdict } from './dns-anomalies.ts'
import { sampleLines } from './dns-sample.ts'

const print = (line: string): boolean => process.stdout.write(`${line}\n`)

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof PipelineError)) throw error
  process.stderr.write(`Cannot go on (${error.code}): ${error.message}\n`)
  process.exitCode = 1
}

/** Runs both ways. Returns the exit code: 1 when they differ, 2 for arguments that say nothing. */
async function main(args: readonly string[]): Promise<number> {
  const [path] = args
  if (args.length > 1 || path?.startsWith('-') === true) {
    process.stderr.write(
      'Give the path of one DNS log in the JSON format of Zeek, or nothing for a generated sample.\n',
    )
    return 2
  }
  if (path !== undefined) return runBothWays(path)
  print('A generated sample. For a log of your own give its path: dns.json or dns.json.gz, as Zeek writes it.')
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-dns-'))
  try {
    writeFileSync(join(folder, 'dns.json'), sampleLines().join('\n'))
    return await runBothWays(join(folder, 'dns.json'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function runBothWays(path: string): Promise<number> {
  const log = await loadDnsLog(path)
  let latest = -Infinity
  let slowest = 0
  const live = streamingRunner({ settled: true, maxFuture: 'off', autoStart: false }).run((root: Root) =>
    root.pipe(
      dnsLive(log, 'max', (row) => (latest = Math.max(latest, timestampOfRow(row)))),
      dnsAnomalies,
    ),
  )
  print(`\nLive, ${log.rows.length} rows in the order in which they were written:`)
  live.outputs.alerts.subscribe(({ value }) => {
    slowest = Math.max(slowest, latest - value.window.end)
    print(`  ${alertText(value)}`)
  })
  live.start()
  await live.done

  print('\nHistory, the same rows from the file:')
  const history = await batchRunner({ settled: true, progress: 'never' }).run((root) =>
    root.pipe(dnsHistoryOfJson(path), dnsAnomalies),
  )
  for (const { value } of history.outputs.alerts) print(`  ${alertText(value)}`)

  const differences = settledDifferences(history.settled.verdicts, live.settled.verdicts)
  print('')
  if (differences.length > 0) {
    print(formatDifferences(differences))
    return 1
  }
  const verdicts = history.outputs.verdicts.map(({ value }) => value)
  print(`live and history agree on ${verdicts.length} verdicts, ${count(verdicts)} of them anomalies`)
  print(
    `live, an alert came up to ${Math.round(slowest / 1000)} s after its minute: so long stragglers were waited for`,
  )
  return 0
}

function count(verdicts: readonly DomainVerdict[]): number {
  return verdicts.filter(({ isAnomaly }) => isAnomaly).length
}
