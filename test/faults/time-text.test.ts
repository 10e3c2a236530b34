/**
 * C4, C5 and C6: times as text that are no times, are twice or never, or that only a zone would make one.
 */
import { ZoneId } from '@js-joda/core'
import {
  combinePerKey,
  fixedWindows,
  formatTimestamp,
  map,
  minutes,
  parseMicroseconds,
  parseNanoseconds,
  parseTimestamp,
  windowInto,
  type TimestampOptions,
} from '@tidemark/core'
import { calendarDays, toLocalDate, zoneOf } from '@tidemark/core/calendar'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { count } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inTimeZone } from '../drift/run-live.ts'
import { lineAt, readSourceText } from '../gates/source-text.ts'
import { packages, typescriptFiles } from '../gates/repository.ts'

const ZONES = ['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia']

const refused = (text: string, options?: TimestampOptions): string => {
  try {
    return `read as ${formatTimestamp(parseTimestamp(text, options))}`
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_TIMESTAMP' })
    return (error as Error).message
  }
}

function readOrRefused(text: string): unknown {
  try {
    return parseTimestamp(text)
  } catch (error) {
    return (error as { readonly code: string }).code
  }
}

describe('C4: a leap second', () => {
  it('C4: is refused, with what to do, since event time has none', () => {
    expect(Date.parse('2016-12-31T23:59:60Z')).toBeNaN()
    expect(refused('2016-12-31T23:59:60Z')).toMatch(/is a leap second, .*leapSecond: 'clamp'/)
  })

  it('C4: is clamped to the end of the second before it where that is asked for', () => {
    const clamp = { leapSecond: 'clamp' } as const
    expect(formatTimestamp(parseTimestamp('2016-12-31T23:59:60Z', clamp))).toBe('2016-12-31T23:59:59.999Z')
    expect(formatTimestamp(parseTimestamp('2016-12-31T23:59:60.5Z', clamp))).toBe('2016-12-31T23:59:59.999Z')
    expect(formatTimestamp(parseTimestamp('2017-01-01T05:44:60+05:45', clamp))).toBe('2016-12-31T23:59:59.999Z')
    expect(parseMicroseconds('2016-12-31T23:59:60Z', clamp)).toBe(Date.UTC(2017, 0) * 1000 - 1)
    expect(parseNanoseconds('2016-12-31T23:59:60Z', clamp)).toBe(BigInt(Date.UTC(2017, 0)) * 1_000_000n - 1n)
  })

  it.each(['2016-12-30T23:59:60Z', '2016-12-31T22:59:60Z', '2016-12-31T23:58:60Z', '2016-12-31T23:59:60+01:00'])(
    'C4: %s is none, and is refused even where leap seconds are clamped',
    (text) => {
      expect(refused(text, { leapSecond: 'clamp' })).toMatch(/has a second 60 where no leap second can be/)
    },
  )

  it('C4: a second 61 is none', () => {
    expect(refused('2016-12-31T23:59:61Z', { leapSecond: 'clamp' })).toMatch(/is not RFC 3339/)
  })
})

describe('C5: a day that is in no calendar', () => {
  it('C5: 30 February is refused and not taken for 1 March', () => {
    expect(new Date(Date.parse('2024-02-30 00:00Z')).toISOString()).toBe('2024-03-01T00:00:00.000Z')
    expect(refused('2024-02-30T00:00:00Z')).toMatch(/has no day of the calendar/)
  })

  it('C5: of all texts that could name a day, exactly the days of the calendar are read', () => {
    for (const year of [1900, 2000, 2023, 2024, 2100]) {
      for (let month = 0; month <= 13; month += 1) {
        const last = month >= 1 && month <= 12 ? new Date(Date.UTC(year, month, 0)).getUTCDate() : 0
        for (let day = 0; day <= 32; day += 1) {
          const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T12:00:00Z`
          const instant = Date.UTC(year, month - 1, day, 12)
          const exists = day >= 1 && day <= last
          expect(readOrRefused(text)).toBe(exists ? instant : 'BAD_TIMESTAMP')
        }
      }
    }
  })

  it('C5: 30 February is a dead letter, not 1 March', async () => {
    const texts = ['2024-02-29T10:00:00Z', '2024-02-30T10:00:00Z', '2016-12-31T23:59:60Z', '2024-03-01T10:00:00']
    const { outputs, ledger } = await batchRunner({ progress: 'never' }).run((root) => ({
      perDay: root.pipe(
        readMemory('In', texts, { timestamp: (text) => parseTimestamp(text) }),
        windowInto(calendarDays({ zone: 'UTC' })),
        map((text) => [text.slice(0, 10), text] as const),
        combinePerKey('Count', count()),
      ),
    }))
    expect(outputs.perDay.map(({ value, window }) => [value, toLocalDate(window.start, 'UTC')])).toEqual([
      [['2024-02-29', 1], '2024-02-29'],
    ])
    expect(ledger.map(({ reason, element }) => [reason, element])).toEqual(
      texts.slice(1).map((text) => ['dead-letter', text]),
    )
    expect(ledger.every(({ detail }) => detail?.startsWith('BAD_TIMESTAMP: timestamp() threw: "20'))).toBe(true)
  })
})

describe('C6: text that names no zone', () => {
  it('C6: is refused unless a zone is given: the machine is not asked', async () => {
    for (const zone of ZONES) {
      await inTimeZone(zone, () => {
        expect(refused('2026-03-01T10:00:00')).toMatch(/names no zone, and no zone was given/)
        return Promise.resolve()
      })
    }
    expect(parseTimestamp('2026-03-01T10:00:00', { zone: 'Z' })).toBe(Date.UTC(2026, 2, 1, 10))
    expect(parseTimestamp('2026-03-01T10:00:00.5', { zone: '-03:30' })).toBe(Date.UTC(2026, 2, 1, 13, 30, 0, 500))
    expect(parseTimestamp('2026-03-01T10:00:00', { zone: zoneOf('Asia/Kathmandu') })).toBe(Date.UTC(2026, 2, 1, 4, 15))
    // A zone in the text is the text's own.
    expect(parseTimestamp('2026-03-01T10:00:00Z', { zone: zoneOf('Asia/Kathmandu') })).toBe(Date.UTC(2026, 2, 1, 10))
  })

  it('C6: is refused where clocks went forward over it, and where they showed it twice unless one is chosen', () => {
    const zone = zoneOf('Europe/Berlin')
    expect(refused('2026-03-29T02:30:00', { zone })).toMatch(/never was in Europe\/Berlin/)
    expect(refused('2026-10-25T02:30:00', { zone })).toMatch(/was twice in Europe\/Berlin/)
    expect(parseTimestamp('2026-10-25T02:30:00', { zone, ambiguous: 'earlier' })).toBe(Date.UTC(2026, 9, 25, 0, 30))
    expect(parseTimestamp('2026-10-25T02:30:00', { zone, ambiguous: 'later' })).toBe(Date.UTC(2026, 9, 25, 1, 30))
    const apia = zoneOf('Pacific/Apia')
    expect(refused('2011-12-30T12:00:00', { zone: apia })).toMatch(/never was in Pacific\/Apia/)
  })

  it('C6: comes back as the local time of every instant that its clocks showed once', () => {
    const instant = fc.integer({ min: Date.UTC(2000, 0) / 1000, max: Date.UTC(2030, 0) / 1000 }).map((s) => s * 1000)
    fc.assert(
      fc.property(fc.constantFrom(...ZONES, 'Europe/Berlin', 'Australia/Lord_Howe'), instant, (name, at) => {
        const zone = zoneOf(name)
        const local = localText(at, zone)
        expect([
          parseTimestamp(local, { zone, ambiguous: 'earlier' }),
          parseTimestamp(local, { zone, ambiguous: 'later' }),
        ]).toContain(at)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['the machine', ZoneId.SYSTEM],
    ['a place, by a name that needs rules', 'Europe/Berlin'],
    ['nothing', ''],
    ['an offset that is none', '+25:00'],
    ['something else', {}],
  ])('C6: has no zone of %s', (_, zone) => {
    const options = { zone } as TimestampOptions
    expect(() => parseTimestamp('2026-03-01T10:00:00', options)).toThrow(expect.objectContaining({ code: 'BAD_ZONE' }))
  })
})

describe('C6: machines in other zones', () => {
  const texts = [
    '2026-03-29T00:59:59.999Z',
    '2026-03-29T02:30:00+02:00',
    '2026-10-25T02:30:00-03:30',
    '1969-12-31T23:59:59Z',
  ]
  const pipeline = async () => {
    const zone = zoneOf('America/St_Johns')
    const local = texts.map((text) => localText(parseTimestamp(text), zone))
    const { outputs } = await batchRunner({ progress: 'never' }).run((root) => {
      const read = root.pipe(
        readMemory('In', [...texts, ...local], {
          timestamp: (text) => parseTimestamp(text, { zone, ambiguous: 'later' }),
        }),
        map((text) => ['all', text] as const),
      )
      return {
        days: read.pipe(windowInto(calendarDays({ zone: 'Pacific/Apia' })), combinePerKey('Days', count())),
        minutes: read.pipe(windowInto(fixedWindows(minutes(1))), combinePerKey('Minutes', count())),
      }
    })
    const names = outputs.days.map(({ window }) => toLocalDate(window.start, 'Pacific/Apia'))
    return JSON.stringify([
      outputs.days,
      outputs.minutes,
      names,
      texts.map((text) => formatTimestamp(parseTimestamp(text))),
    ])
  }

  it('C6: compute the same windows, results and names of days from the same text', async () => {
    const results = []
    for (const zone of ZONES) results.push(await inTimeZone(zone, pipeline))
    expect(new Set(results).size).toBe(1)
    expect(results[0]).toContain('2026-03-29T00:59:59.999Z')
  })

  it('C6: are told apart by the platform, so that the test above says something', async () => {
    const hours = []
    for (const zone of ZONES) hours.push(await inTimeZone(zone, () => Promise.resolve(new Date(0).getTimezoneOffset())))
    expect(new Set(hours).size).toBe(4)
  })

  it('C6: are never asked: no source of the library uses local time', () => {
    const local =
      /\.(?:get|set)(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|TimezoneOffset)\(|\.toLocale\w*\(|(?<![\w.])Date\.parse\(|\.(?:toDateString|toTimeString)\(|Intl\.|systemDefault|ZoneId\.SYSTEM/g
    const uses = typescriptFiles(...packages.map((name) => `packages/${name}/src`)).flatMap(({ path, source }) => {
      const { bare } = readSourceText(source)
      return [...bare.matchAll(local)].map((match) => `${path}:${lineAt(bare, match.index)} uses ${match[0]}`)
    })
    expect(uses).toEqual([])
  })
})

/** What the clocks of a zone show at an instant, without the zone. */
function localText(at: number, zone: ReturnType<typeof zoneOf>): string {
  const ahead = zone.rules().offsetOfEpochMilli(at).totalSeconds() * 1000
  return new Date(at + ahead).toISOString().slice(0, -1)
}
