/**
 * Which of several copies stays.
 */
import { create, fixedWindows, milliseconds, windowInto } from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { deduplicate } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { byId, keptInBatch, keptLive, timestampOf, type Rule, type Sighting } from './copies.ts'

const seen = (...times: readonly number[]): readonly Sighting[] => times.map((at) => ({ id: 'a', at }))
const keptTimes = async (times: readonly number[], rule: Rule): Promise<readonly number[]> =>
  (await keptInBatch(seen(...times), byId(rule))).map(({ at }) => at)

describe('deduplicate', () => {
  it('keeps the first of a run of copies, however long the run', async () => {
    expect(await keptTimes([1000, 1090, 1180, 1270], { within: 100 })).toEqual([1000])
  })

  it('takes an element at exactly the given distance for a copy, and one beyond for another', async () => {
    expect(await keptTimes([1000, 1100], { within: 100 })).toEqual([1000])
    expect(await keptTimes([1000, 1101], { within: 100 })).toEqual([1000, 1101])
  })

  it('measures from the last one kept under the anchored rule', async () => {
    expect(await keptTimes([1000, 1090, 1180, 1270], { within: 100, rule: 'anchored' })).toEqual([1000, 1180])
  })

  it('takes simultaneous elements for copies, at distance zero too', async () => {
    expect(await keptTimes([1000, 1000, 1001], { within: 0 })).toEqual([1000, 1001])
  })

  it('takes a Duration as well as microseconds', async () => {
    expect(await keptTimes([1000, 6000, 11_001], { within: milliseconds(5) })).toEqual([1000, 11_001])
  })

  it('looks at elements in the order of microseconds within a millisecond, not in that of arrival', async () => {
    expect(await keptTimes([5_300, 5_100, 5_200], { within: 100 })).toEqual([5_100])
  })

  it('keeps of simultaneous copies the one with the smaller bytes', async () => {
    const copies = [2, 1, 3].map((port) => ({ id: 'a', at: 1000, port }))
    expect(await keptInBatch(copies, byId({ within: 100 }))).toEqual([{ id: 'a', at: 1000, port: 1 }])
  })

  it('tells elements with different keys apart, and knows a copy after another element', async () => {
    const sightings = [
      { id: 'a', at: 1000 },
      { id: 'b', at: 1010 },
      { id: 'a', at: 1020 },
    ]
    expect(await keptInBatch(sightings, byId({ within: 100 }))).toEqual(sightings.slice(0, 2))
  })

  it('uses timestamps where elements know no finer time', async () => {
    const { outputs } = await batchRunner().run((root) => ({
      kept: root.pipe(
        create('Numbers', [1, 5, 11], { timestamp: (number) => number }),
        deduplicate('Dedupe', { key: () => 'same', within: milliseconds(5) }),
      ),
    }))
    expect(outputs.kept.map(({ value }) => value)).toEqual([1, 11])
  })

  it('finds no copies across windows', async () => {
    const { outputs } = await batchRunner().run((root) => ({
      kept: root.pipe(
        create('Sightings', seen(9_990, 10_010), { timestamp: timestampOf }),
        windowInto(fixedWindows(milliseconds(10))),
        deduplicate('Dedupe', byId({ within: 100 })),
      ),
    }))
    expect(outputs.kept.map(({ value }) => value.at)).toEqual([9_990, 10_010])
  })

  it('gives each element the timestamp that it had', async () => {
    const { outputs } = await batchRunner().run((root) => ({
      kept: root.pipe(
        create('Sightings', seen(1_234, 7_999), { timestamp: timestampOf }),
        deduplicate('Dedupe', byId({ within: 10 })),
      ),
    }))
    expect(outputs.kept.map(({ timestamp }) => timestamp)).toEqual([1, 7])
  })

  it('keeps live what it keeps in batch, as long as nothing comes later than allowed', async () => {
    const { kept, ledger } = await keptLive(seen(9_000, 1_000, 1_050, 20_000, 9_050), byId({ within: 100 }), 100)
    expect(kept.map(({ at }) => at)).toEqual([1_000, 9_000, 20_000])
    expect([...ledger]).toEqual([])
  })

  it('enters an element that comes later than allowed in the ledger', async () => {
    const { kept, ledger } = await keptLive(seen(90_000, 1_000), byId({ within: 100 }), 10)
    expect(kept.map(({ at }) => at)).toEqual([90_000])
    expect([...ledger]).toEqual([['Dedupe/Copies too-late', 1]])
  })

  it('refuses a time outside of the timestamp, such as milliseconds where microseconds belong', async () => {
    const inMilliseconds = keptInBatch(seen(1_000_000), { ...byId({ within: 100 }), at: ({ at }) => at / 1000 })
    await expect(inMilliseconds).rejects.toThrow(
      /at gives 1000 for an element with timestamp 1000.*must be microseconds/s,
    )
  })

  it.each([-1, 0.5, Number.NaN])('refuses %d as a distance', (within) => {
    expect(() => deduplicate('Dedupe', { key: () => 0, within })).toThrow(
      expect.objectContaining({ code: 'BAD_DURATION' }),
    )
  })
})
