/**
 * What clocks show, against js-joda's own local times, where clocks change and elsewhere.
 */
import { Instant, LocalDateTime, ZoneId, ZoneOffset } from '@js-joda/core'
import { wallClock } from '@tidemark/core/calendar'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('a wall clock', () => {
  it('shows what local time is, before and after clocks change', () => {
    const berlin = wallClock('Europe/Berlin')
    const shown = (text: string): string => new Date(berlin(Date.parse(text))).toISOString().slice(0, 16)
    expect(shown('2026-03-29T00:59Z')).toBe('2026-03-29T01:59')
    expect(shown('2026-03-29T01:00Z')).toBe('2026-03-29T03:00')
    expect(shown('2026-10-25T00:30Z')).toBe('2026-10-25T02:30')
    expect(shown('2026-10-25T01:30Z')).toBe('2026-10-25T02:30')
  })

  // Mutation: packages/core/src/calendar/wall-clock.ts: `* 1000` → `* 1001`
  it('agrees with local date-times anywhere and at any time', () => {
    const zones = fc.constantFrom('UTC', 'Australia/Lord_Howe', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia')
    const times = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2100, 0) })
    fc.assert(
      fc.property(zones, times, (zone, at) => {
        const local = LocalDateTime.ofInstant(Instant.ofEpochMilli(at), ZoneId.of(zone))
        expect(wallClock(zone)(at)).toBe(local.toInstant(ZoneOffset.UTC).toEpochMilli())
      }),
      { numRuns: 500, seed: 621 },
    )
  })

  it('is of a place that means the same on every machine', () => {
    for (const zone of ['SYSTEM', 'Mars/Olympus'])
      expect(() => wallClock(zone)).toThrow(expect.objectContaining({ code: 'BAD_ZONE' }))
  })
})
