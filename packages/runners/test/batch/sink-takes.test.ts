/**
 * What sinks take, in batch and live: a pipeline that says things early and takes them back, into each kind of sink.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  milliseconds,
  minutes,
  monotonousTimestamps,
  windowInto,
  withKeys,
  write,
  type AccumulationMode,
  type KV,
  type PCollection,
  type Root,
  type Takes,
} from '@tidemark/core'
import { writeCsv } from '@tidemark/io/csv'
import { memorySink, readMemory, type MemorySink } from '@tidemark/io/memory'
import { writeNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { scratch } from './scratch.ts'

interface Sale {
  readonly region: string
  readonly at: number
}

const sales: readonly Sale[] = [
  { region: 'eu', at: 0 },
  { region: 'us', at: 1_000 },
  { region: 'eu', at: 2_000 },
  { region: 'eu', at: 61_000 },
]
const options = { timestamp: ({ at }: Sale) => at, watermark: monotonousTimestamps() }

/** Sales per region and minute, a pane for each sale. */
function perMinute(root: Root, accumulationMode: AccumulationMode): PCollection<KV<string, number>> {
  return root.pipe(
    readMemory('Sales', sales, options),
    windowInto<Sale>(fixedWindows(minutes(1)), {
      trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
      allowedLateness: milliseconds(0),
      accumulationMode,
      onTime: 'if-non-empty',
    }),
    withKeys((sale) => sale.region),
    combinePerKey('Sales per region', count()),
  )
}

const runners = {
  batch: async (pipeline: (root: Root) => Record<string, PCollection<unknown>>) => {
    await batchRunner({ progress: 'never', bundleSize: 1 }).run(pipeline)
  },
  streaming: (pipeline: (root: Root) => Record<string, PCollection<unknown>>) =>
    streamingRunner({ bundleSize: 1, report: 'never' }).run(pipeline).done,
}

describe.each(['batch', 'streaming'] as const)('in the %s runner', (runner) => {
  const linesOf = async (mode: AccumulationMode, takes?: 'final' | 'changes' | 'panes') => {
    const folder = scratch()
    const file = join(folder, 'out.csv')
    await runners[runner]((root) => {
      perMinute(root, mode).pipe(
        writeCsv('Csv', file, { row: ([region, n]) => ({ region, n }), ...(takes && { takes }) }),
      )
      return {}
    })
    return readFileSync(file, 'utf8').split('\n').slice(0, -1)
  }

  it('a file has the settled rows, whatever the panes are', async () => {
    for (const mode of ['accumulating', 'discarding', 'retracting'] as const) {
      expect(await linesOf(mode)).toEqual([
        'region,n,windowStart,windowEnd',
        'us,1,1970-01-01T00:00:00.000Z,1970-01-01T00:01:00.000Z',
        'eu,2,1970-01-01T00:00:00.000Z,1970-01-01T00:01:00.000Z',
        'eu,1,1970-01-01T00:01:00.000Z,1970-01-01T00:02:00.000Z',
      ])
    }
  })

  it('a file has the changes, with their signs, where it is asked to', async () => {
    const minute = '1970-01-01T00:00:00.000Z,1970-01-01T00:01:00.000Z'
    for (const mode of ['accumulating', 'retracting'] as const) {
      expect(await linesOf(mode, 'changes')).toEqual([
        'region,n,windowStart,windowEnd,sign',
        `eu,1,${minute},-1`,
        `eu,1,${minute},1`,
        `us,1,${minute},1`,
        `eu,2,${minute},1`,
        'eu,1,1970-01-01T00:01:00.000Z,1970-01-01T00:02:00.000Z,1',
      ])
    }
  })

  it('a file has every pane where it is asked to', async () => {
    const file = join(scratch(), 'out.ndjson')
    await runners[runner]((root) => {
      perMinute(root, 'accumulating').pipe(writeNdjson('Ndjson', file, { takes: 'panes', window: false, pane: true }))
      return {}
    })
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe(
      '{"key":"eu","value":1,"paneTiming":"early","paneIndex":0,"paneIsLast":false,"sign":1}',
    )
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(5)
  })

  it('memory has what it says that it takes', async () => {
    const into = async <K extends Takes>(takes: K, mode: AccumulationMode) => {
      const sink = memorySink<KV<string, number>>({ takes } as never) as unknown as MemorySink<KV<string, number>, K>
      await runners[runner]((root) => {
        perMinute(root, mode).pipe(write('Memory', sink as never))
        return {}
      })
      return sink.committed
    }
    const changes = await into('changes', 'retracting')
    expect(changes.map(({ value: [region, n], sign }) => `${sign} ${region} ${n}`)).toEqual([
      '1 eu 1',
      '1 us 1',
      '-1 eu 1',
      '1 eu 2',
      '1 eu 1',
    ])
    const overwrites = await into('overwrites', 'retracting')
    expect(overwrites.map(({ step, key, elements }) => [step, key, elements.map(({ value }) => value[1])])).toEqual([
      ['Sales per region', 'eu', [1]],
      ['Sales per region', 'us', [1]],
      ['Sales per region', 'eu', [2]],
      ['Sales per region', 'eu', [1]],
    ])
    const final = await into('final', 'retracting')
    expect(final.map(({ value, pane }) => [...value, pane.index])).toEqual([
      ['eu', 2, 1],
      ['us', 1, 0],
      ['eu', 1, 0],
    ])
    expect(final[0]).not.toHaveProperty('sign')
  })
})

describe('a job that is stopped', () => {
  it('writes nothing of what was not final', async () => {
    const sink = memorySink<KV<string, number>>({ takes: 'final' })
    const job = streamingRunner({ report: 'never' }).run((root) => {
      perMinute(root, 'retracting').pipe(write('Memory', sink))
      return {}
    })
    job.start()
    await job.stop()
    expect(sink.committed).toEqual([])
  })
})
