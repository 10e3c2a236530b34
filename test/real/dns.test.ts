/**
 * A real DNS log with its real disorder: what is known of it, and that history and live agree on it.
 */
import {
  boundedOutOfOrderness,
  combineGlobally,
  fixedWindows,
  globalWindow,
  minutes,
  seconds,
  windowInto,
  type LedgerEntry,
  type PCollection,
  type PTransform,
  type Root,
} from '@tidemark/core'
import { buildGraph, type Outputs } from '@tidemark/core/graph'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { evaluate, settledDifferences, type SettledResult } from '@tidemark/runners/testing'
import { count, deduplicate } from '@tidemark/transforms'
import { beforeAll, describe, expect, it } from 'vitest'
import { disorderOf } from '../../examples/side-by-side/dns/disorder.ts'
import { BOUND, dnsKpis, LATENESS } from '../../examples/side-by-side/dns/dns-kpis.ts'
import { timestampOfRow, type DnsRow } from '../../examples/side-by-side/dns/dns-row.ts'
import { dnsHistoryOfJson, dnsHistoryOfTsv, loadDnsLog, type DnsLog } from '../../examples/side-by-side/dns/read-dns.ts'
import { liveSource } from '../../examples/side-by-side/recorded-log.ts'
import { hasRealData, realPath, skipNote } from './real-data.ts'

const json = realPath('zeek-dns/dns.json.gz')
const tsv = realPath('zeek-dns/dns.log.gz')

/** Rows without copies at one distance (microseconds), counted per minute. */
function queriesPerMinute(within: number): PTransform<PCollection<DnsRow>, PCollection<number>> {
  return {
    name: 'Queries',
    expand: (rows) =>
      rows.pipe(
        windowInto(globalWindow(), { allowedLateness: LATENESS, accumulationMode: 'retracting' }),
        deduplicate('Dedupe', {
          key: ({ uid, transId, name, type }) => [uid, transId, name, type],
          at: (row) => row.at,
          within,
        }),
        windowInto(fixedWindows(minutes(1))),
        combineGlobally('PerMinute', count()),
      ),
  }
}

interface Live {
  readonly settled: Readonly<Record<string, SettledResult>>
  readonly ledger: readonly LedgerEntry[]
}

async function runLive(pipeline: (root: Root) => Outputs, bundleSize = 1000): Promise<Live> {
  const job = streamingRunner({ settled: true, maxFuture: 'off', bundleSize }).run(pipeline)
  const ledger: LedgerEntry[] = []
  job.ledger.subscribe((entry) => ledger.push(entry))
  await job.done
  return { settled: job.settled, ledger }
}

const total = ({ entries }: SettledResult): number =>
  entries.reduce((sum, { value, count: times }) => sum + (value as number) * times, 0)

describe.skipIf(!hasRealData)(`a DNS log of 53,615 rows${skipNote}`, () => {
  let log: DnsLog
  let rows: readonly DnsRow[]
  beforeAll(async () => {
    log = await loadDnsLog(json)
    rows = log.rows.map(({ row }) => row)
  })

  const live = (bound: Parameters<typeof boundedOutOfOrderness>[0]): PTransform<Root, PCollection<DnsRow>> =>
    liveSource('Rows', log.arrivals, {
      timestamp: timestampOfRow,
      watermark: boundedOutOfOrderness(bound),
      speed: 'max',
    })

  it('has the disorder that is written of it', () => {
    const { behind, late, afterClose, lag } = disorderOf(log.rows)
    expect(rows).toHaveLength(53_615)
    expect(rows.filter(({ code }) => code === null)).toHaveLength(9497)
    expect(behind / rows.length).toBeCloseTo(0.2425, 4)
    let latest = -Infinity
    const behindInMilliseconds = rows.filter(
      (row) => timestampOfRow(row) < latest || ((latest = timestampOfRow(row)), false),
    )
    expect(behindInMilliseconds.length / rows.length).toBeCloseTo(0.2123, 4)
    expect({ late, afterClose }).toEqual({ late: 493, afterClose: 287 })
    expect(lag).toEqual({ p50: 1139, p99: 96_848_568, max: 671_273_301 })
  })

  it('has as many rows without copies within 10 µs, 1, 10 and 100 ms live as in batch', async () => {
    const widths = [10, 1000, 10_000, 100_000]
    const pipeline = (source: PTransform<Root, PCollection<DnsRow>>) => (root: Root) => {
      const all = root.pipe(source)
      return Object.fromEntries(
        widths.map((within) => [`within${within}`, all.apply(`Within${within}`, queriesPerMinute(within))]),
      )
    }
    const batch = await batchRunner({ settled: true }).run(pipeline(dnsHistoryOfJson(json)))
    const { settled, ledger } = await runLive(pipeline(live(BOUND)))
    expect(widths.map((within) => total(batch.settled[`within${within}`]!))).toEqual([27_782, 26_788, 26_787, 26_787])
    for (const within of widths)
      expect(settledDifferences(batch.settled[`within${within}`]!, settled[`within${within}`]!)).toEqual([])
    expect(ledger).toEqual([])
  })

  it('loses the same 4,057 rows in bundles of any size when it waits for nobody, and is the evaluator over the rest', async () => {
    const pipeline = (root: Root) => ({
      rows: root.pipe(live(seconds(0)), windowInto(fixedWindows(minutes(1))), combineGlobally('PerMinute', count())),
    })
    const { settled, ledger } = await runLive(pipeline)
    expect(ledger).toHaveLength(4057)
    expect(ledger.filter(({ reason }) => reason === 'expired')).toHaveLength(4057)
    expect(total(settled['rows']!)).toBe(53_615 - 4057)
    const expected = evaluate(buildGraph(pipeline), { 'LiveRows/Rows': log.arrivals }, ledger)
    expect(settledDifferences(settled['rows']!, expected.outputs['rows']!)).toEqual([])
    for (const bundleSize of [1, 70]) {
      const other = await runLive(pipeline, bundleSize)
      expect(other.ledger).toEqual(ledger)
      expect(settledDifferences(settled['rows']!, other.settled['rows']!)).toEqual([])
    }
  })

  it('loses none when it waits as long as its slowest row, and the evaluator agrees on what remains without copies', async () => {
    const pipeline = (root: Root) => ({ queries: root.pipe(live(BOUND), queriesPerMinute(10_000)) })
    const { settled, ledger } = await runLive(pipeline)
    expect(ledger).toEqual([])
    const expected = evaluate(buildGraph(pipeline), { 'LiveRows/Rows': log.arrivals })
    expect(settledDifferences(settled['queries']!, expected.outputs['queries']!)).toEqual([])
    expect(total(settled['queries']!)).toBe(26_787)
  })

  it('would keep other rows if copies were told apart in the order of arrival', () => {
    const keptByArrival = (within: number): number => {
      const last = new Map<string, number>()
      return rows.filter(({ uid, transId, name, type, at }) => {
        const key = JSON.stringify([uid, transId, name, type])
        const before = last.get(key)
        last.set(key, at)
        return before === undefined || Math.abs(at - before) > within
      }).length
    }
    expect([10, 1000, 10_000, 100_000].map(keptByArrival)).toEqual([27_783, 26_790, 26_789, 26_789])
  })

  it('keeps 27,784 rows within 10 µs under the anchored rule', async () => {
    const { outputs } = await batchRunner().run((root) => ({
      kept: root.pipe(
        dnsHistoryOfJson(json),
        deduplicate('Dedupe', {
          key: ({ uid, transId, name, type }) => [uid, transId, name, type],
          at: (row) => row.at,
          within: 10,
          rule: 'anchored',
        }),
      ),
    }))
    expect(outputs.kept).toHaveLength(27_784)
  })

  it('has the same KPIs as history of either format and as a live stream', async () => {
    const run = batchRunner({ settled: true })
    const ofJson = await run.run((root) => root.pipe(dnsHistoryOfJson(json), dnsKpis))
    const ofTsv = await run.run((root) => root.pipe(dnsHistoryOfTsv(tsv), dnsKpis))
    const { settled } = await runLive((root) => root.pipe(live(BOUND), dnsKpis), 100)
    for (const output of Object.keys(settled)) {
      const name = output as keyof typeof ofJson.settled
      expect(settledDifferences(ofJson.settled[name], ofTsv.settled[name])).toEqual([])
      expect(settledDifferences(ofJson.settled[name], settled[name]!)).toEqual([])
    }
    expect(total(ofJson.settled.rowsPerMinute)).toBe(53_615)
    expect(
      ofJson.settled.totalsPerMinute.entries.reduce(
        (sum, { value }) => sum + (value as { queries: number }).queries,
        0,
      ),
    ).toBe(26_787)
  })
})
