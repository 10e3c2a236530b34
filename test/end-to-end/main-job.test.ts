/**
 * The main job as a newcomer runs it: history and live side by side, from a sample, from real data, from a file of one's own.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeSample } from '../../examples/side-by-side/sample.ts'
import { hasRealData, skipNote } from '../real/real-data.ts'
import { runProgram, type Ended } from './run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'tidemark-main-'))
const inFolder = (name: string): string => join(folder, name)
const run = (...args: readonly string[]): Promise<Ended> => runProgram('side-by-side/main.ts', args)

interface Report {
  readonly version: number
  readonly drift: { readonly compared: number; readonly differences: number }
  readonly runs: readonly {
    readonly run: string
    readonly elements: number
    readonly milliseconds: number
    readonly ledger: object
  }[]
  readonly leftOut: readonly object[]
  readonly kpis: Readonly<Record<string, Readonly<Record<string, readonly object[]>>>>
}
const reportIn = (name: string): Report => JSON.parse(readFileSync(inFolder(name), 'utf8')) as Report
const withoutTimes = (report: Report): object => ({
  ...report,
  runs: report.runs.map((one) => ({ ...one, milliseconds: 0 })),
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('npm start -- --once, over the sample', () => {
  let ended: Ended
  beforeAll(async () => {
    makeSample(inFolder('sample'), 1)
    ended = await run('--once', '--data', inFolder('sample'), '--report', inFolder('first.json'))
  })

  it("ends well within a fresh clone's patience, and says that history and live agree", () => {
    expect(ended.stderr).toBe('')
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(/\d+ settled values compared, 0 differences: history = live, byte for byte\./)
  })

  it('prints plain text into a pipe, at most 100 columns wide', () => {
    // oxlint-disable-next-line no-control-regex -- that there is no control character is what is tested
    expect(ended.stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/)
    expect(ended.stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
  })

  it('shows the malformed lines in the ledgers of all runs', () => {
    expect(ended.stdout).toMatch(/dns, history +dead-letter +2 +line \d+: BAD_JSON/)
    expect(ended.stdout).toMatch(/dns, history +dead-letter +2 +line \d+: TSV_SHAPE/)
    expect(ended.stdout).toMatch(/dns, live +dead-letter +2 /)
  })

  it('says how long ordered deduplication waits', () => {
    expect(ended.stdout.replace(/\s+/g, ' ')).toContain('100 s + 672 s = 772 s of event time')
  })

  it('writes a report of a stable shape', () => {
    const report = reportIn('first.json')
    expect(report.version).toBe(1)
    expect(report.drift).toMatchObject({ differences: 0 })
    expect(report.runs.map((one) => one.run)).toEqual(['history', 'history', 'live', 'history', 'live'])
    expect(Object.keys(report.kpis['dns']!)).toEqual([
      'rowsPerMinute',
      'totalsPerMinute',
      'typesPerMinute',
      'codesPerMinute',
      'topNamesPerMinute',
      'totalsPerFiveMinutes',
      'typesPerFiveMinutes',
      'codesPerFiveMinutes',
      'topNamesPerFiveMinutes',
    ])
    expect(Object.keys(report.kpis['registry']!)).toEqual(['changesPerDay', 'changesPerMonth', 'quarantined'])
    expect(report.kpis['registry']!['quarantined']).toHaveLength(4)
  })

  it('finds the same again, to the byte, and ends by itself in a pipe without --once', async () => {
    const again = await run('--data', inFolder('sample'), '--report', inFolder('second.json'))
    expect(again.code).toBe(0)
    expect(withoutTimes(reportIn('second.json'))).toEqual(withoutTimes(reportIn('first.json')))
  })
})

describe('the sample', () => {
  it('is the same for the same seed and another for another', () => {
    makeSample(inFolder('again'), 1)
    makeSample(inFolder('other'), 2)
    for (const path of [
      'zeek-dns/dns.json',
      'zeek-dns/dns.log',
      'dotgov/dotgov-events.csv',
      'dotgov/dotgov-counts.csv',
    ]) {
      const text = (name: string): string => readFileSync(join(folder, name, path), 'utf8')
      expect(text('again')).toBe(text('sample'))
      expect(text('other')).not.toBe(text('sample'))
    }
  })
})

describe.skipIf(!hasRealData)(`npm start -- --once, over real data${skipNote}`, () => {
  it('sees all rows as history and live, and loses none', async () => {
    const { code, stdout } = await run('--once', '--report', inFolder('real.json'))
    expect(code).toBe(0)
    expect(stdout).toContain('2,634 settled values compared, 0 differences')
    expect(stdout).toContain('493 rows came behind it, 287 of them after')
    expect(stdout.replace(/\s+/g, ' ')).toContain('would have lost 4,057')
    const report = reportIn('real.json')
    expect(report.runs.map(({ elements, ledger }) => ({ elements, ledger }))).toEqual([
      ...Array.from({ length: 3 }, () => ({ elements: 53_615, ledger: {} })),
      ...Array.from({ length: 2 }, () => ({ elements: 61_309, ledger: {} })),
    ])
    expect(report.leftOut).toMatchObject([
      { history: 26_828, live: 26_828 },
      { history: 37_812, live: 37_812 },
    ])
  })
})

describe('npm start -- --file', () => {
  const lines = [
    '{"ts":"2026-03-01T10:00:05Z","tld":"com"}',
    '{"ts":"2026-03-01T10:00:45Z","tld":"org"}',
    'not a record',
    '{"ts":"2026-03-01T10:03:10Z","tld":"com"}',
    '{"ts":"2026-03-01T10:00:59Z","tld":"com"}',
  ]
  beforeAll(() => writeFileSync(inFolder('my.ndjson'), lines.join('\n')))
  const runFile = (...args: readonly string[]): Promise<Ended> =>
    run('--file', inFolder('my.ndjson'), '--report', inFolder('file.json'), ...args)

  it('counts by key and minute, both ways, with the lateness that the file needs', async () => {
    const { code, stdout } = await runFile('--time', 'ts', '--key', 'tld')
    expect(code).toBe(0)
    expect(stdout).toContain('"ts" is ISO 8601 text')
    expect(stdout).toMatch(/com +3 +3 +=/)
    expect(stdout).toMatch(/file, live +dead-letter +1 +line 3: BAD_JSON/)
    expect(stdout).toContain('3 settled values compared, 0 differences')
    expect(reportIn('file.json').kpis['file']!['counts']).toEqual([
      { start: '2026-03-01T10:00:00.000Z', end: '2026-03-01T10:01:00.000Z', value: ['com', 2], count: 1 },
      { start: '2026-03-01T10:00:00.000Z', end: '2026-03-01T10:01:00.000Z', value: ['org', 1], count: 1 },
      { start: '2026-03-01T10:03:00.000Z', end: '2026-03-01T10:04:00.000Z', value: ['com', 1], count: 1 },
    ])
  })

  it('shows what a live run loses that may not wait, and where it differs', async () => {
    const { code, stdout } = await runFile('--time', 'ts', '--key', 'tld', '--lateness', '0s')
    expect(code).toBe(0)
    expect(stdout).toMatch(/file, live +expired +1 +line 5/)
    expect(stdout).toContain('2 differences')
    expect(stdout).toContain('1 element came too late to count live')
  })

  it.each([
    { args: ['--time', 'when', '--key', 'tld'], says: /--time names the field "when".*It has: ts, tld/ },
    { args: ['--time', 'tld', '--key', 'tld'], says: /"tld" of the first record is "com", which is no time/ },
    { args: ['--time', 'ts'], says: /needs --key, the field to count by/ },
    { args: ['--time', 'ts', '--key', 'tld', '--every', '5'], says: /a number and a unit/ },
    { args: ['--tim', 'ts'], says: /Did you mean --time\?/ },
  ])('teaches whoever types $args', async ({ args, says }) => {
    const { code, stderr } = await runFile(...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(says)
    expect(stderr).not.toContain('    at ')
  })
})
