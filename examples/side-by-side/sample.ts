/**
 * A small sample with the troubles of the real data: for a clone that has none of them.
 *
 * A seed makes it, so everybody has the same one. Mirrored ports bring queries twice, some rows are written minutes late, one in
 * six has no answer, one in thirty is NXDOMAIN, a few lines are malformed, and the registry's list is cut off twice. The files
 * have the formats, names and folders of the real ones.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from './seeded-random.ts'

const MINUTES = 20
const QUERIES = 3000
const FIRST_QUERY = Date.UTC(2026, 0, 15, 9, 0) * 1000
const NAMES = [
  'www.example.org',
  'mail.example.org',
  'cdn.example.net',
  'time.example.net',
  'api.example.com',
  'login.example.com',
]
const TYPES = [
  { number: 1, name: 'A' },
  { number: 28, name: 'AAAA' },
  { number: 12, name: 'PTR' },
]

/** Writes the sample below a folder. The same seed gives the same bytes. */
export function makeSample(folder: string, seed: number): void {
  const random = seededRandom(seed)
  const write = (path: string, lines: readonly string[]): void =>
    writeFileSync(join(folder, path), `${lines.join('\n')}\n`)
  mkdirSync(join(folder, 'zeek-dns'), { recursive: true })
  mkdirSync(join(folder, 'dotgov'), { recursive: true })
  const rows = sampleRows(random)
  write('zeek-dns/dns.json', withMalformed(rows.map(jsonLine)))
  write('zeek-dns/dns.log', [...TSV_HEADER, ...withMalformed(rows.map(tsvLine))])
  const { events, sizes } = sampleRegistry(random)
  write('dotgov/dotgov-events.csv', ['observed_ts,event_type,domain', ...events])
  write('dotgov/dotgov-counts.csv', ['observed_ts,domains', ...sizes])
}

interface SampleRow {
  /** Microseconds. */
  readonly at: number
  readonly writtenAt: number
  readonly uid: string
  readonly transId: number
  readonly name: string
  readonly type: { readonly number: number; readonly name: string }
  readonly code: string | undefined
}

/** Rows in the order in which they were written. */
function sampleRows(random: () => number): readonly SampleRow[] {
  const rows = Array.from({ length: QUERIES }, (_, i) => sampleQuery(random, i)).flat()
  return rows.toSorted((a, b) => a.writtenAt - b.writtenAt)
}

function sampleQuery(random: () => number, i: number): readonly SampleRow[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * random() * list.length)]!
  const at = FIRST_QUERY + Math.floor(random() * MINUTES * 60_000_000)
  const name = random() < 0.03 ? `gone-${Math.floor(random() * 40)}.example.org` : pick(NAMES)
  const code = random() < 1 / 6 ? undefined : name.startsWith('gone-') ? 'NXDOMAIN' : 'NOERROR'
  const row = {
    at,
    writtenAt: at + 200 + Math.floor(lagOf(random)),
    uid: `C${i.toString(36).padStart(6, '0')}`,
    transId: Math.floor(random() * 65_536),
    name,
    type: pick(TYPES),
    code,
  }
  const copies = random() < 0.8 ? 1 : 0
  // A mirrored port sees the packet microseconds later and writes it at about the same time.
  return [
    row,
    ...Array.from({ length: copies }, () => ({
      ...row,
      at: at + 1 + Math.floor(random() * 50),
      writtenAt: row.writtenAt + 2,
    })),
  ]
}

/** Microseconds from query to log: mostly a millisecond, at times seconds, now and then minutes. */
function lagOf(random: () => number): number {
  const kind = random()
  return random() * (kind < 0.01 ? 600_000_000 : kind < 0.15 ? 10_000_000 : 2000)
}

function withMalformed(lines: readonly string[]): readonly string[] {
  const third = Math.floor(lines.length / 3)
  return [
    ...lines.slice(0, third),
    '{"ts":"2026-01-15T09:0',
    ...lines.slice(third, 2 * third),
    'not a row',
    ...lines.slice(2 * third),
  ]
}

function jsonLine({ at, writtenAt, uid, transId, name, type, code }: SampleRow): string {
  return JSON.stringify({
    _path: 'dns',
    _write_ts: isoMicroseconds(writtenAt),
    ts: isoMicroseconds(at),
    uid,
    trans_id: transId,
    query: name,
    qtype: type.number,
    qtype_name: type.name,
    rcode_name: code,
  })
}

const TSV_HEADER = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tdns',
  '#fields\tts\tuid\ttrans_id\tquery\tqtype\tqtype_name\trcode_name',
  '#types\ttime\tstring\tcount\tstring\tcount\tstring\tstring',
]

function tsvLine({ at, uid, transId, name, type, code }: SampleRow): string {
  const time = `${Math.floor(at / 1_000_000)}.${String(at % 1_000_000).padStart(6, '0')}`
  return [time, uid, transId, name, type.number, type.name, code ?? '-'].join('\t')
}

function isoMicroseconds(at: number): string {
  return `${new Date(Math.floor(at / 1000)).toISOString().slice(0, 23)}${String(at % 1000).padStart(3, '0')}Z`
}

const DAYS = 90
const FIRST_DAY = Date.UTC(2025, 9, 15, 6, 10)

/** A list that grows, and is cut off on two days: to a tenth, and to its header. Hours later it is whole again. */
function sampleRegistry(random: () => number): {
  readonly events: readonly string[]
  readonly sizes: readonly string[]
} {
  const names = Array.from({ length: 900 }, (_, i) => `town-${i}.gov`)
  const events: string[] = []
  const sizes = [`${isoSeconds(FIRST_DAY - 86_400_000)},${names.length}`]
  for (let day = 0; day < DAYS; day++) {
    const at = FIRST_DAY + day * 86_400_000
    const enter = (change: string, name: string, when = at): unknown =>
      events.push(`${isoSeconds(when)},domain.${change},${name}`)
    if (day === 40 || day === 61) {
      const lost = names.slice(0, day === 40 ? Math.floor(names.length * 0.9) : names.length)
      for (const name of lost) enter('deleted', name)
      sizes.push(`${isoSeconds(at)},${names.length - lost.length}`)
      for (const name of lost) enter('created', name, at + 6 * 3_600_000)
      sizes.push(`${isoSeconds(at + 6 * 3_600_000)},${names.length}`)
      continue
    }
    for (let n = Math.floor(random() * 8); n > 0; n--) {
      const name = `city-${day}-${n}.gov`
      names.push(name)
      enter('created', name)
    }
    if (random() < 0.4) enter('deleted', names.splice(Math.floor(random() * names.length), 1)[0]!)
    if (random() < 0.6) enter('updated', names[Math.floor(random() * names.length)]!)
    sizes.push(`${isoSeconds(at)},${names.length}`)
  }
  return { events, sizes }
}

function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
