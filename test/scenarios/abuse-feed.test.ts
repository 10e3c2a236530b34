/**
 * A real feed of abuse reports (R10, R49, R50): three rules of counting give three numbers, a fifth of the hosts has no registrar, and one
 * registrar has three names. Hosts are data here: nothing is looked up and nothing is asked.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  asMap,
  combineGlobally,
  combinePerKey,
  composite,
  create,
  filter,
  parseTimestamp,
  pipe,
  windowInto,
  withKeys,
  map,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { calendarYears } from '@tidemark/core/calendar'
import { readCsv } from '@tidemark/io/csv'
import { batchRunner } from '@tidemark/runners/batch'
import { evaluate, settledDifferences, type SettledResult } from '@tidemark/runners/testing'
import { combineAll, count, countDistinctOf, enrich, unmatchedRate, validate } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { hasRealData, realPath, skipNote } from '../real/real-data.ts'

const COLUMNS = ['event_ts', 'reporter_token', 'ioc_type', 'host'] as const
const reportSchema = z.object({
  event_ts: z.iso.datetime(),
  reporter_token: z.string().min(1),
  ioc_type: z.enum(['url', 'domain', 'ip', 'md5', 'sha256']),
  host: z.string(),
})
type Report = z.infer<typeof reportSchema>

interface DomainMeta {
  readonly status: string
  readonly registrar: string | null
}

/** Which names are one registrar, by its IANA id. */
const REGISTRAR_IDS: readonly KV<string, number>[] = [
  ['NameSilo, LLC', 1479],
  ['NameSilo,LLC', 1479],
  ['NameSilo', 1479],
]

const timestamp = (row: { readonly event_ts: string }) => parseTimestamp(row.event_ts)

const domainReports = pipe(
  validate('Reports', reportSchema),
  filter((report: Report) => report.ioc_type === 'url' || report.ioc_type === 'domain'),
  windowInto(calendarYears({ zone: 'UTC' })),
)

/** How many reports there are, by each rule: what a figure of abuse means has to be said with it. */
const abuseCounts = combineAll({
  rows: count(),
  oncePerComplainant: countDistinctOf(({ reporter_token, host }: Report) => [reporter_token, host]),
  oncePerDomain: countDistinctOf(({ host }: Report) => host),
})

/** What is known of hosts and registrars: rows by key, and a map. */
function tables(root: Root, domains: Readonly<Record<string, DomainMeta>>) {
  // Valid from the beginning of time on: the table says what a host is, and not since when.
  const known = root.pipe(create('DomainMeta', Object.entries(domains)))
  const ids = root.pipe(create('RegistrarIds', REGISTRAR_IDS), asMap('ByName'))
  return { known, ids }
}

/** The feed's KPIs, from its rows on. */
const abuse = (root: Root, domains: Readonly<Record<string, DomainMeta>>) => {
  const { known, ids } = tables(root, domains)
  return composite('Abuse', (rows: PCollection<unknown>) => {
    const reports = rows.pipe(domainReports)
    const hosts = reports.pipe(
      withKeys(({ host }) => host),
      combinePerKey('Hosts', count()),
      map(([host, n]) => ({ host, reports: n })),
      enrich('Meta', { with: known, key: ({ host }) => host, as: 'status', take: ({ status }) => status }),
      // A host that the table does not have is not a host without a registrar: nobody has looked.
      filter(({ status }) => status !== 'unknown'),
      enrich('Registrar', {
        with: known,
        key: ({ host }) => host,
        as: 'registrar',
        take: ({ registrar }) => registrar,
      }),
      enrich('RegistrarId', { with: ids, key: ({ registrar }) => registrar, as: 'ianaId', fallback: null }),
    )
    const nameSilo = hosts.pipe(filter(({ registrar }) => registrar.startsWith('NameSilo')))
    return {
      counts: reports.pipe(combineGlobally('Counts', abuseCounts)),
      unmatched: hosts.pipe(combineGlobally('Unmatched', unmatchedRate('registrar'))),
      byName: nameSilo.pipe(
        withKeys(({ registrar }) => registrar),
        combinePerKey('ByName', count()),
      ),
      byId: nameSilo.pipe(
        withKeys(({ ianaId }) => ianaId),
        combinePerKey('ById', count()),
      ),
    }
  })
}

/** The values of 2026. */
const of2026 = ({ entries }: SettledResult) =>
  entries.flatMap(({ window, value }) => (window.start === Date.UTC(2026, 0, 1) ? [value] : []))

describe.skipIf(!hasRealData)(`the real feed of abuse reports${skipNote}`, () => {
  const path = hasRealData ? realPath('tweetfeed/abuse-reports.csv.gz') : ''
  const unzipped = (file: string) => gunzipSync(readFileSync(realPath(file))).toString('utf8')
  const domains = (): Readonly<Record<string, DomainMeta>> =>
    (JSON.parse(unzipped('tweetfeed/domainmeta.json.gz')) as { readonly entries: Record<string, DomainMeta> }).entries

  it('counts by three rules, finds how much of it has no registrar, and folds the names of one registrar', async () => {
    const meta = domains()
    const { settled, ledgerCounts } = await batchRunner({ settled: true, progress: 'never' }).run((root) =>
      root.pipe(readCsv('Reports', path, { columns: COLUMNS, timestamp }), abuse(root, meta)),
    )
    expect([...ledgerCounts]).toEqual([])
    expect(of2026(settled.counts)).toEqual([{ rows: 25_641, oncePerComplainant: 12_891, oncePerDomain: 12_409 }])
    expect(of2026(settled.unmatched)).toEqual([{ numerator: 841, denominator: 3945, value: 841 / 3945 }])
    expect(((841 / 3945) * 100).toFixed(1)).toBe('21.3')
    expect(new Map(of2026(settled.byName) as [string, number][])).toEqual(
      new Map([
        ['NameSilo', 1],
        ['NameSilo, LLC', 160],
        ['NameSilo,LLC', 128],
      ]),
    )
    expect(of2026(settled.byId)).toEqual([[1479, 289]])

    // The file has no quotes, so a line is its cells.
    const [header = '', ...lines] = unzipped('tweetfeed/abuse-reports.csv.gz').trimEnd().split('\n')
    const places = COLUMNS.map((column) => [column, header.split(',').indexOf(column)] as const)
    const rows = lines.map((line) => {
      const cells = line.split(',')
      return Object.fromEntries(places.map(([column, place]) => [column, cells[place]!]))
    })
    const meant = evaluate(
      (root) => root.pipe(readCsv('Reports', path, { columns: COLUMNS, timestamp }), abuse(root, meta)),
      { Reports: rows },
    )
    for (const output of ['counts', 'unmatched', 'byName', 'byId'] as const) {
      expect(settledDifferences(settled[output], meant.outputs[output])).toEqual([])
    }
  })
})
