/**
 * result.explain: how a key and window stand at a step when a batch run is over.
 */
import {
  combineGlobally,
  combinePerKey,
  fixedWindows,
  minutes,
  seconds,
  sessions,
  statefulParDo,
  valueState,
  windowInto,
  withKeys,
} from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner, formatExplanation } from '@tidemark/runners/batch'
import { count, sumOf } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'

interface Sale {
  readonly region: string
  readonly at: string
  readonly amount: number
}

const sale = (region: string, at: string, amount: number): Sale => ({ region, at, amount })
const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`)
const window = (from: string, to: string) => ({ start: at(from), end: at(to) })

/** Sales, of which the source promises that none lies more than a minute behind; one of them does. */
const sales: readonly Sale[] = [
  sale('eu', '10:00:05', 5),
  sale('eu', '10:00:50', 7),
  sale('us', '10:00:20', 11),
  sale('eu', '10:05:00', 13),
  sale('eu', '10:00:30', 17),
]

const partition = (split: string): number => at(split === 'north' ? '10:00:00' : '10:10:00')

function run(options: { readonly settled: boolean }) {
  return batchRunner(options).run((root) => {
    const perRegion = root.pipe(
      readMemory(
        'Sales',
        { north: sales, south: [] },
        { timestamp: (one) => at(one.at), eventTimeOrder: { disorder: minutes(1), partition } },
      ),
      withKeys((one) => one.region),
    )
    return {
      perMinute: perRegion.pipe(
        windowInto(fixedWindows(minutes(1))),
        combinePerKey(
          'PerMinute',
          sumOf((one: Sale) => one.amount),
        ),
      ),
      all: perRegion.pipe(windowInto(fixedWindows(minutes(1))), combineGlobally('All', count())),
      firsts: perRegion.pipe(
        windowInto(fixedWindows(minutes(1))),
        statefulParDo('Firsts', {
          state: { seen: valueState<boolean>() },
          process: ({ key }) => [key],
        }),
      ),
    }
  })
}

describe('explain of a batch result', () => {
  // Mutation: packages/runners/src/batch/batch-result.ts: `source.completeSplits - 1` → `source.completeSplits`
  // Mutation: packages/runners/src/execution/explain/what-became.ts: `!keyed || sameKey(value, key)` → `true`
  it('says what a key and window have settled on, and which of its elements came too late', async () => {
    const { explain } = await run({ settled: true })
    const text = formatExplanation(explain('eu', window('10:00:00', '10:01:00'), 'PerMinute'))
    // 5 + 7; the 17 came when the source, at 10:05, had promised nothing before 10:04 any more.
    expect(text.replaceAll('2026-03-01T', '').replaceAll('.000Z', '')).toBe(`\
PerMinute, key "eu", window [10:00:00, 10:01:00): expired
  The window expired when the watermark passed 10:00:59.999Z. If elements came in time, their result was emitted; nothing is kept.
  watermark in +infinity, out +infinity; expires past 10:00:59.999Z
  source "Sales" +infinity, 2 splits complete
  ledger: 1 expired at "PerMinute"
    expired: ["eu",{"region":"eu","at":"10:00:30","amount":17}] at 10:00:30; window [10:00:00, 10:01:00) took elements until the watermark passed 10:00:59.999Z
  settled on 12
  drift-safe: its settled result does not depend on arrival`)
  })

  // Mutation: packages/runners/src/execution/explain/what-became.ts: `!isKeyed(step) || sameKey(entry.element, key)` → `sameKey(entry.element, key)`
  it('says the same of what was combined without a key, of a stateful step, and of what never was', async () => {
    const { explain } = await run({ settled: true })
    const minute = window('10:00:00', '10:01:00')
    const reasons = (step: string, key: unknown, of = minute) => {
      const { status, settled, ledger } = explain(key, of, step)
      return { status, settled, reasons: ledger.entries.map(({ reason }) => reason) }
    }
    expect(reasons('All', null)).toEqual({ status: 'expired', settled: [3], reasons: ['expired'] })
    expect(reasons('Firsts', 'eu')).toEqual({ status: 'expired', settled: undefined, reasons: ['too-late'] })
    expect(reasons('PerMinute', 'us')).toEqual({ status: 'expired', settled: [11], reasons: [] })
    expect(reasons('PerMinute', 'us', window('10:05:00', '10:06:00'))).toEqual({
      status: 'expired',
      settled: [],
      reasons: [],
    })
  })

  // Mutation: packages/runners/src/execution/explain/what-became.ts: `merging ? settled?.overlapping(window) : undefined` → `undefined`
  it('finds the first session that overlaps the window asked for, and tells of that one alone', async () => {
    const { explain } = await batchRunner({ settled: true }).run((root) => ({
      visits: root.pipe(
        readMemory('Sales', sales, { timestamp: (one) => at(one.at) }),
        withKeys((one) => one.region),
        windowInto(sessions(seconds(30))),
        combinePerKey(
          'Visits',
          sumOf((one: Sale) => one.amount),
        ),
      ),
    }))
    const found = (from: string, to: string, key = 'eu') => {
      const { window: of, settled, expiry, status } = explain(key, window(from, to))
      return { window: of, settled, expiry, status }
    }
    // Of eu 10:00:05 and 10:00:30 make one session and 10:00:50 widens it; 10:05:00 is one of its own.
    const first = { window: window('10:00:05', '10:01:20'), settled: [5 + 17 + 7], expiry: at('10:01:19.999') }
    const second = { window: window('10:05:00', '10:05:30'), settled: [13], expiry: at('10:05:29.999') }
    expect(found('10:00:00', '10:10:00')).toEqual({ ...first, status: 'expired' })
    expect(found('10:01:19', '10:01:20')).toEqual({ ...first, status: 'expired' })
    expect(found('10:01:20', '10:10:00')).toEqual({ ...second, status: 'expired' })
    expect(found('10:00:10', '10:00:20', 'us')).toMatchObject({ window: window('10:00:10', '10:00:20'), settled: [] })
  })

  it('has no settled result where the run kept none', async () => {
    const { explain } = await run({ settled: false })
    const explanation = explain('eu', window('10:00:00', '10:01:00'), 'PerMinute')
    expect(explanation).toMatchObject({ status: 'expired', settled: undefined, drift: { safe: true } })
    expect(formatExplanation(explanation)).not.toContain('settled on')
  })

  it('asks which step is meant', async () => {
    const { explain } = await run({ settled: false })
    expect(() => explain('eu', window('10:00:00', '10:01:00'))).toThrow(
      expect.objectContaining({
        code: 'AMBIGUOUS_STEP',
        message: expect.stringContaining('Say which: "PerMinute", "All", "Firsts".'),
      }),
    )
  })
})
