/**
 * The anomaly job over a DNS log: on its sample it finds what was planted, and on a real log what a few plain loops find there.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { sampleLines } from '../../examples/dns-anomaly/dns-sample.ts'
import { cutName } from '../../examples/dns-anomaly/registered-domain.ts'
import { hasRealData, realPath, skipNote } from '../real/real-data.ts'
import { runProgram } from './run-program.ts'

const program = 'dns-anomaly/main.ts'

/** What the program printed, in its parts. */
async function printed(...args: readonly string[]) {
  const { code, stdout, stderr } = await runProgram(program, args)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  const below = (title: string): readonly string[] => {
    const start = lines.findIndex((line) => line.startsWith(title)) + 1
    return lines.slice(start, lines.indexOf('', start)).map((line) => line.trim())
  }
  return { first: lines[0]!, live: below('Live'), history: below('History'), last: lines.slice(-2) }
}

describe('the DNS anomaly job over its sample', () => {
  it('alerts of the two attacks with their reason, not of the rush, and says the same live and from history', async () => {
    const { first, live, history, last } = await printed()
    expect(first).toBe(
      'A generated sample. For a log of your own give its path: dns.json or dns.json.gz, as Zeek writes it.',
    )
    expect(live).toEqual([
      expect.stringMatching(
        /^09:25 example\.net, NXDOMAIN ratio: 0\.\d+ lies \d+\.\d+ scales of 0\.05 above 0\.0\d+, the weighted mean of 25 values before: more than 3 is an anomaly\.$/,
      ),
      expect.stringMatching(
        /^09:25 example\.net, random subdomains: \d\d\.\d+ lies \d+\.\d+ scales of 2 above \d\.\d+, the weighted mean of 25 values/,
      ),
      expect.stringMatching(/^09:32 example\.org, NXDOMAIN ratio: 0\.\d+ lies/),
    ])
    expect(history).toEqual(live)
    // Three domains, two measures, and all but the first three of forty minutes.
    expect(last).toEqual([
      'live and history agree on 222 verdicts, 3 of them anomalies',
      expect.stringMatching(/^live, an alert came up to \d+ s after its minute/),
    ])
  })

  it('reads a log that it is given the path of', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-dns-test-'))
    const path = join(folder, 'own.json')
    // The minute of the random names is cut out.
    writeFileSync(
      path,
      sampleLines()
        .filter((line) => !line.includes('"ts":"2026-01-15T09:25'))
        .join('\n'),
    )
    const { live, history } = await printed(path)
    rmSync(folder, { recursive: true })
    expect(live).toEqual([expect.stringContaining('09:32 example.org, NXDOMAIN ratio')])
    expect(history).toEqual(live)
  })

  it.each([
    {
      args: ['--file', 'dns.json'],
      code: 2,
      says: /Give the path of one DNS log in the JSON format of Zeek, or nothing/,
    },
    { args: ['no-such-file.json'], code: 1, says: /Cannot go on \([A-Z_]+\): .*no-such-file\.json/ },
  ])('says what it takes to whoever gives it $args', async ({ args, code, says }) => {
    const ended = await runProgram(program, args)
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(says)])
  })
})

describe.skipIf(!hasRealData)(`the DNS anomaly job over a real log of 1,269 s${skipNote}`, () => {
  it('alerts of what plain loops over the sorted rows find, and of nothing else', async () => {
    const path = realPath('zeek-dns/dns.json.gz')
    const { alerts, verdicts, kept } = naiveAlerts(path)
    const { live, history, last } = await printed(path)
    expect(kept).toBe(26_788)
    expect(live.map((line) => line.replace(/ lies.*/, ''))).toEqual(alerts)
    expect(alerts.length).toBeGreaterThan(2)
    expect(history).toEqual(live)
    expect(last[0]).toBe(`live and history agree on ${verdicts} verdicts, ${alerts.length} of them anomalies`)
  })
})

interface Cell {
  readonly domain: string
  readonly minute: number
  queries: number
  answered: number
  nxdomain: number
  readonly subdomains: Set<string>
}

/** The alerts of a log as `17:20 domain, measure: value`, by hand and in memory; only where a name is cut is the example's own. */
function naiveAlerts(path: string) {
  const kept = withoutCopies(path)
  const cells = new Map<string, Cell>()
  for (const { at, name, code } of kept) {
    const cut = cutName(name ?? null)
    if (cut === null) continue
    const minute = Math.floor(at / 60_000_000)
    const key = `${cut.domain} ${minute}`
    const cell = cells.get(key) ?? {
      domain: cut.domain,
      minute,
      queries: 0,
      answered: 0,
      nxdomain: 0,
      subdomains: new Set(),
    }
    cells.set(key, cell)
    cell.queries += 1
    if (code !== undefined) cell.answered += 1
    if (code === 'NXDOMAIN') cell.nxdomain += 1
    cell.subdomains.add(cut.subdomain)
  }
  let verdicts = 0
  const alerts: { readonly minute: number; readonly text: string }[] = []
  const pasts = new Map<string, { count: number; mean: number; variance: number }>()
  for (const cell of [...cells.values()].toSorted((a, b) => a.minute - b.minute)) {
    for (const { measure, value, floor } of figuresOf(cell)) {
      const key = `${cell.domain}, ${measure}`
      const past = pasts.get(key)
      if (past === undefined) {
        pasts.set(key, { count: 1, mean: value, variance: 0 })
        continue
      }
      const away = value - past.mean
      const isAnomaly = past.count >= 3 && away / Math.max(Math.sqrt(past.variance), floor) > 3
      if (past.count >= 3) verdicts += 1
      if (isAnomaly) {
        const clock = new Date(cell.minute * 60_000).toISOString().slice(11, 16)
        alerts.push({ minute: cell.minute, text: `${clock} ${key}: ${Number(value.toPrecision(6))}` })
        continue
      }
      past.variance = 0.7 * (past.variance + away * 0.3 * away)
      past.mean += 0.3 * away
      past.count += 1
    }
  }
  const inOrder = alerts.toSorted((a, b) => a.minute - b.minute || (a.text < b.text ? -1 : 1))
  return { kept: kept.length, verdicts, alerts: inOrder.map(({ text }) => text) }
}

function figuresOf({ queries, answered, nxdomain, subdomains }: Cell) {
  const figures: { readonly measure: string; readonly value: number; readonly floor: number }[] = []
  if (queries < 10) return figures
  if (answered >= 10) figures.push({ measure: 'NXDOMAIN ratio', value: nxdomain / answered, floor: 0.05 })
  const bits = [...subdomains].map(information).reduce((sum, one) => sum + one, 0)
  figures.push({ measure: 'random subdomains', value: bits / queries, floor: 2 })
  return figures
}

/** Bits of a text whose letters are as frequent as they are in it. */
function information(text: string): number {
  const letters = text.split('')
  const shares = letters.map((letter) => letters.filter((one) => one === letter).length / letters.length)
  return shares.reduce((bits, share) => bits - Math.log2(share), 0)
}

interface Row {
  readonly at: number
  readonly name: string | undefined
  readonly code: string | undefined
}

/** Rows by time, those left out that come at most a millisecond after one like them. */
function withoutCopies(path: string): readonly Row[] {
  const rows = gunzipSync(readFileSync(path))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, string>>)
    .map((row) => ({ row, at: Date.parse(`${row['ts']!.slice(0, 23)}Z`) * 1000 + Number(row['ts']!.slice(23, 26)) }))
    .toSorted((a, b) => a.at - b.at)
  const last = new Map<string, number>()
  return rows.flatMap(({ row, at }) => {
    const key = JSON.stringify([row['uid'], row['trans_id'], row['query'], row['qtype']])
    const isCopy = at - (last.get(key) ?? -Infinity) <= 1000
    last.set(key, at)
    return isCopy ? [] : [{ at, name: row['query'], code: row['rcode_name'] }]
  })
}
