/**
 * A log of forty minutes to try the job on: quiet domains, two attacks, and a rush that is none.
 *
 * A seed makes it, so everybody has the same one. It has Zeek's JSON format, copies by mirrored ports, and rows that were written late.
 */
import { seededRandom } from '../side-by-side/seeded-random.ts'

const START = Date.UTC(2026, 0, 15, 9, 0)
const MINUTES = 40
const QUERIES_PER_MINUTE = 120

/** Minutes of the sample in which something happens. */
export const PLANTED = {
  /** Everybody asks for one name of example.com. */
  rush: 20,
  /** Random names below example.net, which do not exist. */
  randomSubdomains: 25,
  /** A device that was set up wrongly asks for one name of example.org, again and again. */
  nxdomain: 32,
} as const

const NAMES = ['www', 'mail', 'cdn', 'api', 'login'].flatMap((label) =>
  ['example.com', 'example.net', 'example.org'].map((domain) => `${label}.${domain}`),
)

interface Query {
  readonly name: string
  readonly code: string
}

/** The lines of the sample. The same seed gives the same lines. */
export function sampleLines(seed = 1): readonly string[] {
  const random = seededRandom(seed)
  const lines: { readonly writtenAt: number; readonly line: string }[] = []
  for (let minute = 0; minute < MINUTES; minute++) {
    for (const query of queriesOf(minute, random)) {
      const at = START * 1000 + minute * 60_000_000 + Math.floor(random() * 60_000_000)
      // One row in a hundred is written minutes late.
      const writtenAt = at + 200 + Math.floor(random() * (random() < 0.01 ? 300_000_000 : 2000))
      const uid = `C${lines.length.toString(36).padStart(6, '0')}`
      const transId = Math.floor(random() * 65_536)
      lines.push({ writtenAt, line: lineOf(query, at, writtenAt, uid, transId) })
      // A mirrored port sees most packets again, microseconds later.
      if (random() < 0.8)
        lines.push({ writtenAt: writtenAt + 2, line: lineOf(query, at + 7, writtenAt + 2, uid, transId) })
    }
  }
  return lines.toSorted((a, b) => a.writtenAt - b.writtenAt).map(({ line }) => line)
}

function queriesOf(minute: number, random: () => number): readonly Query[] {
  const pick = (): Query => ({
    name: NAMES[Math.floor(random() * NAMES.length)]!,
    code: random() < 0.01 ? 'NXDOMAIN' : 'NOERROR',
  })
  const usual = Array.from({ length: QUERIES_PER_MINUTE }, pick)
  const more = (times: number, query: () => Query): readonly Query[] => [
    ...usual,
    ...Array.from({ length: times }, query),
  ]
  switch (minute) {
    case PLANTED.rush:
      return more(600, () => ({ name: 'www.example.com', code: 'NOERROR' }))
    case PLANTED.randomSubdomains:
      return more(120, () => ({ name: `${randomLabel(random)}.example.net`, code: 'NXDOMAIN' }))
    case PLANTED.nxdomain:
      return more(40, () => ({ name: 'printer.example.org', code: 'NXDOMAIN' }))
    default:
      return usual
  }
}

function randomLabel(random: () => number): string {
  return Array.from({ length: 12 }, () => Math.floor(random() * 36).toString(36)).join('')
}

function lineOf({ name, code }: Query, at: number, writtenAt: number, uid: string, transId: number): string {
  return JSON.stringify({
    _path: 'dns',
    _write_ts: isoMicroseconds(writtenAt),
    ts: isoMicroseconds(at),
    uid,
    trans_id: transId,
    query: name,
    qtype: 1,
    qtype_name: 'A',
    rcode_name: code,
  })
}

function isoMicroseconds(at: number): string {
  return `${new Date(Math.floor(at / 1000)).toISOString().slice(0, 23)}${String(at % 1000).padStart(3, '0')}Z`
}
