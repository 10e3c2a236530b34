/**
 * Sources and sinks in memory behave as those of files do.
 */
import type { SinkWriter } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { memorySink } from '../../src/memory/memory-sink.ts'
import { memorySource, readMemory } from '../../src/memory/memory-source.ts'
import { readAll } from '../read-all.ts'
import { windowed } from '../written.ts'

describe('memorySource', () => {
  it('gives a list as one split, in order, from any position', async () => {
    const transform = readMemory('Numbers', [1, 2, 3, 4, 5], { timestamp: () => 0 })
    expect((await readAll(transform, { credits: 2 })).elements).toEqual([1, 2, 3, 4, 5])
    const resumed = await readAll(transform, { credits: 2, resume: true })
    expect([resumed.elements, resumed.offsets]).toEqual([
      [1, 2, 3, 4, 5],
      [0, 1, 2, 3, 4],
    ])
    expect((await readAll(readMemory('None', [], { timestamp: () => 0 }))).elements).toEqual([])
  })

  it('gives a record as a split for each field', async () => {
    const source = memorySource({ early: [1], late: [2, 3] })
    expect((await source.splits()).map(({ id }) => id)).toEqual(['early', 'late'])
    expect((await readAll(readMemory('N', { early: [1], late: [2, 3] }, { timestamp: () => 0 }))).elements).toEqual([
      1, 2, 3,
    ])
    expect(() => source.open({ id: 'other', restriction: null })).toThrow(
      expect.objectContaining({ code: 'NO_SUCH_SPLIT' }),
    )
  })
})

describe('memorySink', () => {
  it('shows what was committed, and nothing that was taken back', async () => {
    const sink = memorySink<number>()
    const first = await sink.open()
    await first.write([windowed(1), windowed(2)])
    expect(sink.committed).toEqual([])
    await first.commit()
    const second = await sink.open()
    await second.write([windowed(3)])
    await second.abort()
    expect(sink.committed.map(({ value }) => value)).toEqual([1, 2])
  })

  it('takes what it is told to, and panes when it is told nothing', () => {
    expect(memorySink().takes).toBe('panes')
    expect(memorySink<number>({ takes: 'overwrites' }).takes).toBe('overwrites')
    expect(() => memorySink({ takes: 'all' as 'final' })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    expect(() => memorySink({ take: 'final' } as object)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
  })

  it('is done with once it has committed or aborted', () => {
    const sink = memorySink<number>()
    for (const end of ['commit', 'abort'] as const) {
      const writer = sink.open() as SinkWriter<number>
      void writer[end]()
      expect(() => writer.write([windowed(1)])).toThrow(expect.objectContaining({ code: 'WRITER_ENDED' }))
      expect(() => writer.commit()).toThrow(expect.objectContaining({ code: 'WRITER_ENDED' }))
    }
    expect(sink.committed).toEqual([])
  })
})
