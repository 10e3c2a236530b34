/**
 * Seven years of a real registry with its real incidents: which snapshots are broken, and that history and live agree.
 */
import { calendarDays } from '@tidemark/core/calendar'
import { batchRunner, type BatchResult } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { settledDifferences } from '@tidemark/runners/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { judge } from '../../examples/side-by-side/dotgov/quarantine.ts'
import { loadRegistry, registryHistory, registryLive } from '../../examples/side-by-side/dotgov/read-registry.ts'
import { registryKpis, ZONE, type Changes } from '../../examples/side-by-side/dotgov/registry-kpis.ts'
import { hasRealData, realPath, skipNote } from './real-data.ts'

const files = { events: realPath('dotgov/dotgov-events.csv.gz'), sizes: realPath('dotgov/dotgov-counts.csv') }

const dayOf = (instant: string) => calendarDays({ zone: ZONE }).assign(Date.parse(instant), null)[0]

describe.skipIf(!hasRealData)(`the life of 59,867 changes to .gov${skipNote}`, () => {
  let history: BatchResult<ReturnType<typeof registryKpis.expand>>
  beforeAll(async () => {
    history = await batchRunner({ settled: true }).run((root) => root.pipe(registryHistory(files), registryKpis))
  })
  const changesOn = (instant: string): unknown =>
    history.settled.changesPerDay.entries.find(({ window }) => window.start === dayOf(instant)?.start)?.value
  const sumOf = (output: 'changesPerDay' | 'changesPerMonth'): number =>
    history.settled[output].entries.reduce((sum, { value }) => {
      const { created, deleted, updated } = value as Changes
      return sum + created + deleted + updated
    }, 0)

  it('has two broken snapshots and their reverts, and no others', () => {
    const quarantined = history.outputs.quarantined.map(({ value: [{ at, soundness }, events] }) => [
      new Date(at).toISOString(),
      soundness,
      events,
    ])
    expect(quarantined.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))).toEqual([
      ['2024-02-28T21:15:04.000Z', 'broken', 8996],
      ['2024-02-28T21:45:04.000Z', 'revert', 8996],
      ['2024-03-06T06:12:39.000Z', 'broken', 9910],
      ['2024-03-06T12:13:28.000Z', 'revert', 9910],
    ])
  })

  it('counts every other change, per day and per month', () => {
    expect(sumOf('changesPerDay')).toBe(59_867 - 2 * 8996 - 2 * 9910)
    expect(sumOf('changesPerMonth')).toBe(59_867 - 2 * 8996 - 2 * 9910)
    expect([...history.ledgerCounts]).toEqual([])
  })

  it('counts what changed during the gap of two years, as a list may well have grown', () => {
    expect(changesOn('2021-04-29T17:48:20Z')).toEqual({ created: 942, deleted: 237, updated: 1088 })
  })

  it('counts large but sound changes', () => {
    expect(changesOn('2024-11-01T06:10:19Z')).toMatchObject({ created: 13, deleted: 370 })
  })

  it('has no changes on the days of the incidents but sound ones', () => {
    expect(changesOn('2024-02-28T21:15:04Z')).toBeUndefined()
    expect(changesOn('2024-03-06T06:12:39Z')).toBeUndefined()
  })

  it.each([1, 2, 3])('settles on the same bytes live, shuffled by delays of seed %d', async (seed) => {
    const arrivals = await loadRegistry(files, seed)
    const job = streamingRunner({ settled: true, maxFuture: 'off' }).run((root) =>
      root.pipe(registryLive(arrivals), registryKpis),
    )
    await job.done
    expect([...job.ledgerCounts]).toEqual([])
    for (const output of ['changesPerDay', 'changesPerMonth', 'quarantined'] as const) {
      expect(settledDifferences(history.settled[output], job.settled[output])).toEqual([])
    }
  })
})

describe('the rule of broken snapshots', () => {
  const soundnessOf = (...sizes: readonly number[]): readonly string[] => {
    let known: Parameters<typeof judge>[0] = { soundSize: null, inDoubt: false }
    return sizes.map((size) => {
      const judged = judge(known, size)
      known = judged.known
      return judged.soundness
    })
  }

  it('trusts the first snapshot, growth, and a loss of up to a tenth', () => {
    expect(soundnessOf(100, 250, 225, 203)).toEqual(['sound', 'sound', 'sound', 'sound'])
  })

  it('takes a snapshot that lost more than a tenth for broken, and the next sound one for its revert', () => {
    expect(soundnessOf(100, 89, 100, 101)).toEqual(['sound', 'broken', 'revert', 'sound'])
  })

  it('stays in doubt until the list is whole again, and compares with what was sound before', () => {
    expect(soundnessOf(100, 0, 50, 89, 90, 85)).toEqual(['sound', 'broken', 'broken', 'broken', 'revert', 'sound'])
  })
})
