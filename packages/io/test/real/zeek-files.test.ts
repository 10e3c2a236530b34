/**
 * Real logs: the DNS log of a competition, 53,615 rows written by Zeek twice, as JSON and as TSV. Skipped where the shared folder is absent.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseMicroseconds } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { readNdjson } from '../../src/ndjson/read-ndjson.ts'
import { readTsv } from '../../src/tsv/read-tsv.ts'
import { readAll } from '../read-all.ts'

const folder = fileURLToPath(new URL('../../../../../shared/data/zeek-dns/', import.meta.url))

type Row = Readonly<Record<string, unknown>>

// Zeek leaves unset fields out of JSON, and writes intervals there with all the digits they have.
const comparable = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name, value]) => value !== null && !['_path', '_write_ts'].includes(name))
      .map(([name, value]) => [name, name === 'rtt' ? Math.round(Number(value) * 1e6) : value]),
  )

describe.skipIf(!existsSync(folder))('the DNS log', () => {
  const timestamp = () => 0
  const parse = (value: unknown) => {
    const row = value as Row
    return { ...row, ts: parseMicroseconds(String(row['ts'])) } as Row
  }

  it('has the same rows in both forms', async () => {
    const json = await readAll(readNdjson('Json', `${folder}dns.json.gz`, { parse, timestamp }))
    const tsv = await readAll(readTsv('Tsv', `${folder}dns.log.gz`, { timestamp }))
    expect([json.elements.length, json.rejected]).toEqual([53_615, []])
    expect([tsv.elements.length, tsv.rejected]).toEqual([53_615, []])
    expect(json.elements.filter(({ rcode }) => rcode === undefined)).toHaveLength(9497)
    expect(tsv.elements.filter((row) => row['rcode'] === null)).toHaveLength(9497)
    for (const [i, row] of tsv.elements.entries()) expect(comparable(row)).toEqual(comparable(json.elements[i] ?? {}))
  })
})
