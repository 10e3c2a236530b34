/**
 * Progress: one line for a person, silence for a pipe.
 */
import { create, map } from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { describe, expect, it } from 'vitest'
import { Progress, progressText } from '../../src/batch/progress.ts'
import type { ProgressMode } from '../../src/driver/progress-target.ts'

function screen(isTTY: boolean, columns?: number) {
  const written: string[] = []
  return {
    written,
    target: { isTTY, ...(columns === undefined ? {} : { columns }), write: (text: string) => written.push(text) },
  }
}

describe('progress', () => {
  it('tells bytes, share, records, pace and time left', () => {
    expect(progressText({ bytes: 312_000_000, totalBytes: 624_000_000, records: 1_234_567 }, 2000)).toBe(
      '50 %  312 MB of 624 MB  1,234,567 records  617,284/s  ETA 0:02',
    )
  })

  it('tells what it can of a source of unknown size', () => {
    expect(progressText({ bytes: 1500, totalBytes: undefined, records: 10 }, 1000)).toBe('1.5 kB  10 records  10/s')
    expect(progressText({ bytes: 0, totalBytes: 0, records: 0 }, 0)).toBe('0 records')
  })

  it('tells how long it took in the end', () => {
    expect(progressText({ bytes: 999, totalBytes: 999, records: 999 }, 3_661_000, true)).toBe(
      '100 %  999 B of 999 B  999 records  0/s  in 1:01:01',
    )
  })

  it('writes over its line on a terminal, ten times a second at most', () => {
    const { written, target } = screen(true)
    const progress = new Progress('auto', target, 0)
    const counts = { bytes: 1, totalBytes: 2, records: 1 }
    for (const now of [50, 100, 150, 199, 200]) progress.update(counts, now)
    expect(written).toHaveLength(2)
    expect(written.every((text) => text.startsWith('\r') && text.endsWith('\u001b[K'))).toBe(true)
    progress.finish(counts, 300)
    expect(written.at(-1)).toBe('\n')
  })

  it('never wraps', () => {
    const { written, target } = screen(true, 20)
    new Progress('auto', target, 0).update({ bytes: 1, totalBytes: 2, records: 1 }, 100)
    expect(written[0]).toBe('\r50 %  1 B of 2 B  1\u001b[K')
  })

  it.each<readonly [ProgressMode, boolean, boolean]>([
    ['auto', true, true],
    ['auto', false, false],
    ['always', false, true],
    ['never', true, false],
  ])('with %s on a terminal (%s) shows something: %s', async (progress, isTTY, shows) => {
    const { written, target } = screen(isTTY)
    await batchRunner({ progress, progressTo: target }).run((root) => ({ all: root.pipe(create('Numbers', [1, 2])) }))
    expect(written.length > 0).toBe(shows)
  })

  it('leaves its line when the run fails', async () => {
    const { written, target } = screen(true)
    const broken = map(() => {
      throw new Error('boom')
    })
    const run = batchRunner({ progressTo: target }).run((root) => ({ all: root.pipe(create('Numbers', [1]), broken) }))
    await expect(run).rejects.toThrow('boom')
    expect(written).toEqual([])
    const progress = new Progress('auto', target, 0)
    progress.update({ bytes: 1, totalBytes: 2, records: 1 }, 100)
    progress.leave()
    expect(written.at(-1)).toBe('\n')
  })
})
