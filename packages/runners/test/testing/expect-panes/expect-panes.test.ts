/**
 * Time lines: what they can say, and what is shown when the panes are others.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  combinePerKey,
  composite,
  fixedWindows,
  flatten,
  groupByKey,
  map,
  minutes,
  parDo,
  pipe,
  seconds,
  sessions,
  slidingWindows,
  tagged,
  windowInto,
  type AccumulationMode,
  type KV,
  type PCollection,
} from '@tidemark/core'
import { expectPanes, PanesError, testStream } from '@tidemark/runners/testing'
import { describe, expect, it } from 'vitest'
import { SUM } from '../panes/running-sum.ts'

const perMinute = (accumulationMode: AccumulationMode) =>
  pipe(
    windowInto<KV<string, number>>(fixedWindows(minutes(1)), {
      trigger: afterWatermark({ early: afterProcessingTime(seconds(10)), late: afterCount(1) }),
      allowedLateness: minutes(1),
      accumulationMode,
    }),
    combinePerKey('Total', SUM),
  )

const messageOf = (act: () => void): string => {
  try {
    act()
  } catch (error) {
    return (error as Error).message
  }
  return 'nothing was thrown'
}

describe('a time line', () => {
  it('shows early, on-time and late panes, accumulating', () => {
    expectPanes(
      perMinute('accumulating'),
      `
      elements    10:00:05 a=1 |           | 10:00:40 a=2 |             | 10:00:59 a=4
      processing               | 00:00:11  |              |             |
      watermark                |           |              | 10:01:00    |
      panes                    | early a=1 |              | on-time a=3 | late a=7
      `,
    )
  })

  it('shows discarding panes, and panes that take back', () => {
    expectPanes(
      perMinute('discarding'),
      `
      elements    10:00:05 a=1 |           | 10:00:40 a=2 |             | 10:00:59 a=4
      processing               | 00:00:11  |              |             |
      watermark                |           |              | 10:01:00    |
      panes                    | early a=1 |              | on-time a=2 | late a=4
      `,
    )
    expectPanes(
      perMinute('retracting'),
      `
      elements    10:00:05 a=1 |           | 10:00:40 a=2 |                           | 10:00:59 a=4
      processing               | 00:00:11  |              |                           |
      watermark                |           |              | 10:01:00                  |
      panes                    | early a=1 |              | - a=1  on-time a=3        | - a=3  late a=7
      `,
    )
  })

  it('shows what is dropped, and when', () => {
    expectPanes(
      perMinute('accumulating'),
      `
      elements    10:00:05 a=1 |             |               | 10:00:30 a=2
      watermark                | 10:01:00    | 10:02:00      |
      panes                    | on-time a=1 |               |
      ledger                   |             |               | expired a=2
      `,
    )
  })

  it('shows several keys and windows, in any order, and the rest of a pane', () => {
    const sliding = pipe(
      windowInto<KV<string, number>>(slidingWindows(minutes(2), minutes(1))),
      combinePerKey('Total', SUM),
    )
    expectPanes(
      sliding,
      `
      elements   +30s a=1  +61s b=2 | +65s a=4 |                                     |
      watermark                     |          | +1m                                 | +2m
      panes                         |          | on-time a=1 in [-1m,+1m) #0 last    | on-time b=2 in [+0s,+2m)  on-time a=5 at +1m59s999ms
      `,
    )
  })

  it('goes on in further blocks, below an empty line', () => {
    expectPanes(
      perMinute('accumulating'),
      `
      // The first minute.
      elements    10:00:05 a=1 |             | 10:00:59 a=4
      watermark                | 10:01:00    |
      panes                    | on-time a=1 | late a=5

      // The second.
      elements    10:01:05 a=8 |
      watermark                | 10:02:00
      panes                    | on-time a=8
      `,
    )
  })

  it('merges sessions', () => {
    const perSession = pipe(windowInto<KV<string, number>>(sessions(seconds(10))), groupByKey('Group'))
    expectPanes(
      perSession,
      `
      elements    +0s a=1 | +18s a=2 | +9s a=4 |
      watermark           |          |         | +28s
      panes               |          |         | on-time a=[1, 4, 2] in [+0s,+28s)
      `,
    )
  })

  it('has streams with splits, silences and ends', () => {
    const shop = testStream<KV<string, number>>('Shop', { splits: ['east', 'west'] })
    const market = testStream<KV<string, number>>('Market')
    const windowed = windowInto<KV<string, number>>(fixedWindows(seconds(10)))
    expectPanes(
      (root) => {
        const shops = root.pipe(shop, windowed)
        return {
          shops: shops.pipe(combinePerKey('Shops', SUM)),
          all: flatten([shops, root.pipe(market, windowed)]).pipe(groupByKey('All')),
        }
      },
      `
      elements(Shop#east)    +1s a=1 |       |             |
      elements(Market)       +2s a=2 |       |             |
      watermark(Shop#east)           | +10s  |             |
      idle                           |       | Shop#west   |
      complete                       |       |             | all
      panes(shops)                   |       | on-time a=1 |
      panes(all)                     |       |             | on-time a=[1, 2]
      `,
    )
  })

  it('takes the current watermark for an element without a time', () => {
    expectPanes(
      pipe(windowInto<KV<string, number>>(fixedWindows(seconds(10))), groupByKey('Group')),
      `
      watermark  +5s |                 | +10s
      elements       | a=1  +2s a=2    |
      panes          |                 | on-time a=[2, 1]
      `,
    )
  })

  it('has values of any form, and elements made of them', () => {
    interface Click {
      readonly user: string
      readonly at: number
    }
    const clicks = testStream<Click>('Clicks', { timestamp: (click) => click.at })
    expectPanes(
      (root) => ({
        out: root.pipe(
          clicks,
          map((click) => [click.user, [click.at, null, 1n, -0, 'two words', true]] as const),
        ),
      }),
      `
      elements  +5s { user: ann, at: 5000 }                          | +7s { 'user': "it's late", at: 7000 }
      panes     ann=[5000, null, 1n, -0, 'two words', true] at +5s   | 'it\\'s late'=[7000, null, 1n, -0, 'two words', true]
      `,
    )
    expectPanes(
      composite('Users', (input: PCollection<Click>) => input.pipe(map((click) => click.user))),
      `
      elements  10:00 ann   | 10:01 'early'
      panes     ann         | 'early'
    `,
      { element: (user) => ({ user: user as string, at: 0 }) },
    )
  })

  it('compares the outputs that have a line', () => {
    const parity = parDo({
      outputs: ['even', 'odd'],
      process: (n: number) => [tagged(n % 2 === 0 ? 'even' : 'odd', n)],
    })
    expectPanes(
      parity,
      `
      elements     +0s 1  +1s 2  +2s 3
      panes(odd)   1  3
    `,
    )
  })

  it('begins processing time at the base, and has times in full', () => {
    expectPanes(
      perMinute('accumulating'),
      `
      processing  10:00:05     |                          | 10:00:16  |
      elements    10:00:05 a=1 | 2026-03-01T10:00:06Z a=2 |           | 34:00:00 a=9
      watermark                |                          |           | 2026-03-01T10:01:00Z
      panes                    |                          | early a=3 | on-time a=3
      `,
      { base: Date.parse('2026-03-01') },
    )
  })

  it('plays the lines of a step from top to bottom', () => {
    const elements = 'elements   10:00:05 a=1'
    const processing = 'processing 10:00:16'
    expectPanes(perMinute('accumulating'), `${elements}\n${processing}\npanes early a=1`)
    expectPanes(perMinute('accumulating'), `${processing}\n${elements}\npanes`)
  })
})

describe('a time line that is not what came', () => {
  const wrong = `
    elements    10:00:05 a=1 |           | 10:00:40 a=2  10:00:41 b=5 |             | 10:00:59 a=4
    processing               | 00:00:11  |                            |             |
    watermark                |           |                            | 10:01:00    |
    panes                    | early a=1 |                            | on-time a=4 | late a=7
  `

  it('is shown over what came, with a mark under the first difference', () => {
    expect(messageOf(() => expectPanes(perMinute('accumulating'), wrong))).toBe(
      [
        'The output "panes" differs first in step 4: on-time a=4 was expected, and on-time a=3 came.',
        '',
        '  elements    10:00:05 a=1 |           | 10:00:40 a=2  10:00:41 b=5 |                          | 10:00:59 a=4',
        '  processing               | 00:00:11  |                            |                          |',
        '  watermark                |           |                            | 10:01:00                 |',
        '  panes                    | early a=1 |                            | on-time a=4              | late a=7',
        '  actual                   | early a=1 |                            | on-time a=3  on-time b=5 | late a=7',
        '                                                                      ^^^^^^^^^^^',
        '',
        'Where "actual" is right, copy it into the line above it. A line that is left out expects an empty ledger.',
      ].join('\n'),
    )
    expect(() => expectPanes(perMinute('accumulating'), wrong)).toThrow(PanesError)
  })

  it('passes when what came is copied', () => {
    const right = wrong.replace('on-time a=4 |', 'on-time a=3  on-time b=5 |')
    expect(() => expectPanes(perMinute('accumulating'), right)).not.toThrow()
  })

  it.each([
    ['too little', 'panes | on-time a=1  on-time b=2', 'on-time b=2 was expected and did not come.'],
    ['too much', 'panes |', 'on-time a=1 came and was not expected.'],
    ['another time of the pane', 'panes | late a=1', 'late a=1 was expected, and on-time a=1 came.'],
    [
      'another window',
      'panes | on-time a=1 in [+0s,+1m)',
      'on-time a=1 in [+0s,+1m) was expected, and on-time a=1 in [+1m,+2m) came.',
    ],
    [
      'another timestamp',
      'panes | on-time a=1 at +2m',
      'on-time a=1 at +2m was expected, and on-time a=1 at +1m59s999ms came.',
    ],
    ['another index', 'panes | on-time a=1 #1', 'on-time a=1 #1 was expected, and on-time a=1 #0 came.'],
    ['a pane that is not the last', 'panes | on-time a=1 last', 'on-time a=1 last was expected, and on-time a=1 came.'],
    [
      'an addition for one that takes back',
      'panes | on-time - a=1',
      'on-time - a=1 was expected, and on-time a=1 came.',
    ],
    ['a value of another type', "panes | on-time a='1'", "on-time a='1' was expected, and on-time a=1 came."],
    ['another key', 'panes | on-time b=1', 'on-time b=1 was expected and did not come.'],
    ['another step', 'panes on-time a=1 |', 'on-time a=1 was expected and did not come.'],
  ])('says that there is %s', (_, panes, problem) => {
    const line = `
      elements   +1m a=1 |
      watermark          | +2m
      ${panes}
    `
    expect(messageOf(() => expectPanes(perMinute('accumulating'), line))).toContain(problem)
  })

  it('is one where something was dropped and it does not say so', () => {
    const line = `
      watermark  +5m |
      elements       | +1m a=1
      panes
    `
    const message = messageOf(() => expectPanes(perMinute('accumulating'), line))
    expect(message).toContain('The ledger differs first in step 2: expired a=1 came and was not expected.')
    expect(message).toContain('actual         | expired a=1')
  })

  it('is printed in blocks where it would be too wide', () => {
    const cells = Array.from({ length: 12 }, () => '+1s a=1  +2s b=1')
    const message = messageOf(() =>
      expectPanes(
        perMinute('accumulating'),
        `
        elements   ${cells.join(' | ')} |
        watermark  ${cells.map(() => '').join(' | ')} | +1m
        panes
        `,
      ),
    )
    const table = message.split('\n').slice(2, -2)
    expect(Math.max(...table.map((row) => row.length))).toBeLessThanOrEqual(118)
    expect(table.filter((row) => row.trimStart().startsWith('elements'))).toHaveLength(3)
  })

  it('says the windows where only they tell panes apart', () => {
    const line = `
      elements   +1m a=1  +2m a=1 |
      watermark                   | +3m
      panes                       | on-time a=1
    `
    expect(messageOf(() => expectPanes(perMinute('accumulating'), line))).toContain(
      'on-time a=1 in [+1m,+2m)  on-time a=1 in [+2m,+3m)',
    )
  })
})

describe('a pipeline', () => {
  it('in which a function remembers its calls is told from one that does not', () => {
    let calls = 0
    const counting = composite('Count', (input: PCollection<number>) => input.pipe(map(() => ++calls)))
    const message = messageOf(() =>
      expectPanes(
        counting,
        `
      elements  +0s 7
      panes     1
    `,
      ),
    )
    expect(message).toMatch(
      /^Output "panes", event 0, key all, window .*: the engine emits\n {2}1 1 at 0 .*\nand the reference evaluator\n {2}1 2 at 0/,
    )
    expect(message).toContain('keeps something between calls')
  })
})
