/**
 * Expressions stand wherever a function does: pipelines written with them settle on what pipelines with functions do, in every runner.
 */
import {
  asOfJoin,
  coGroupByKey,
  combinePerKey,
  composite,
  create,
  filter,
  fixedWindows,
  groupByKey,
  hours,
  intervalJoin,
  map,
  monotonousTimestamps,
  seconds,
  statefulParDo,
  valueState,
  windowInto,
  withKeys,
  withTimestamps,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { allOf, recordOf, schema, tupleOf } from '@tidemark/core/fields'
import { explainGraph } from '@tidemark/core/graph'
import { batchRunner } from '@tidemark/runners/batch'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { deduplicate, max, min, over, sumOf, top } from '@tidemark/transforms'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'

const sale = schema('Sale', { id: 'text', region: 'text', amount: 'integer', discount: 'integer?', at: 'timestamp' })
const { id, region, amount, discount, at } = sale.fields
interface Sale {
  readonly id: string
  readonly region: string
  readonly amount: number
  readonly discount?: number | null | undefined
  readonly at: number
}

const noon = Date.UTC(2026, 2, 29, 12)
const sales: readonly Sale[] = Array.from({ length: 60 }, (_, index) => ({
  id: `s${index % 50}`,
  region: index % 3 === 0 ? 'eu' : 'us',
  amount: (index * 37) % 101,
  ...(index % 4 === 0 && { discount: index % 8 === 0 ? null : 5 }),
  at: noon + index * 900_000,
}))

/** The functions of one pipeline: either expressions or what a person would write. */
interface Functions {
  readonly at: (row: Sale) => number
  readonly isLarge: (row: Sale) => boolean
  readonly key: (row: Sale) => readonly [string, number]
  readonly net: (row: Sale) => number
  readonly id: (row: Sale) => string
  readonly region: (row: Sale) => string
  readonly summary: (row: Sale) => { readonly region: string; readonly net: number }
  readonly later: (row: Sale) => number
}

const net = amount.minus(discount.orElse(0))
const expressions: Functions = {
  at,
  isLarge: allOf(amount.moreThan(20), region.isNot('none')),
  key: tupleOf(region, at.truncatedTo('day', 'Europe/Berlin')),
  net,
  id,
  region,
  summary: recordOf({ region, net }),
  later: at.plus(1000),
}
// In Berlin the second day begins at 22:00 UTC, as summer has begun.
const midnight = Date.UTC(2026, 2, 29, 22)
const functions: Functions = {
  at: (row) => row.at,
  isLarge: (row) => row.amount > 20 && row.region !== 'none',
  key: (row) => [row.region, row.at < midnight ? Date.UTC(2026, 2, 28, 23) : midnight],
  net: (row) => row.amount - (row.discount ?? 0),
  id: (row) => row.id,
  region: (row) => row.region,
  summary: (row) => ({ region: row.region, net: row.amount - (row.discount ?? 0) }),
  later: (row) => row.at + 1000,
}

function pipelineOf(fns: Functions) {
  return (root: Root) => {
    const all = root.pipe(create('Sales', sales, { timestamp: fns.at }))
    const hourly = all.pipe(filter(fns.isLarge), windowInto(fixedWindows(hours(1))))
    const byRegion = hourly.pipe(withKeys(fns.region))
    const left: PCollection<KV<string, Sale>> = all.pipe(withKeys(fns.id))
    const right: PCollection<KV<string, Sale>> = all.pipe(filter(fns.isLarge), withKeys(fns.id))
    return {
      large: all.pipe(filter(fns.isLarge), map(fns.summary)),
      perDay: all.pipe(withKeys(fns.key), combinePerKey('Net', sumOf(fns.net))),
      extremes: byRegion.pipe(combinePerKey('Most', over(fns.net, max()))),
      least: byRegion.pipe(combinePerKey('Least', over(fns.net, min()))),
      lists: byRegion.pipe(groupByKey('Lists')),
      once: all.pipe(deduplicate('Once', { key: fns.id, within: seconds(3_600) })),
      later: all.pipe(withTimestamps(fns.later), windowInto(fixedWindows(hours(1))), map(fns.id)),
      together: coGroupByKey('Together', {
        sales: byRegion,
        others: byRegion.pipe(filter(([, row]) => fns.isLarge(row))),
      }),
      pairs: intervalJoin('Pairs', { left, right }, { before: hours(1), after: hours(1) }),
      known: asOfJoin('Known', { left, right }, { orderBy: fns.net }),
      counted: left.pipe(
        statefulParDo('Counted', {
          orderBy: fns.net,
          state: { last: valueState<number>() },
          *process({ value, state }) {
            yield fns.net(value) + (state.last.read() ?? 0)
            state.last.write(fns.net(value))
          },
        }),
      ),
      best: byRegion.pipe(combinePerKey('Best', over(fns.net, top(2)))),
    }
  }
}

describe('an expression where a function stands', () => {
  it('does what the function does: filters, keys, dimensions, measures, orders, timestamps, joins', async () => {
    const written = await batchRunner().run(pipelineOf(expressions))
    const byHand = await batchRunner().run(pipelineOf(functions))
    expect(written.outputs).toEqual(byHand.outputs)
    expect(Object.values(written.outputs).filter((output) => output.length === 0)).toEqual([])
    const perDay = written.outputs.perDay.map(({ value: [key, sum] }) => [JSON.stringify(key), sum] as const)
    expect(new Map(perDay)).toEqual(totals())
  })

  it('settles on one answer in the engine, the evaluator and every arrangement of arrivals', () => {
    const perDay = composite('PerDay', (all: PCollection<Sale>) =>
      all.pipe(
        filter(expressions.isLarge),
        windowInto(fixedWindows(hours(1))),
        withKeys(expressions.key),
        combinePerKey('Net', sumOf(expressions.net)),
      ),
    )
    expect(() => assertSameAnswer(perDay, sales, { timestamp: at, runs: 20, seed: 6 })).not.toThrow()
  })

  it('is shown by the picture of the pipeline, in combiners and joins too', () => {
    const { steps } = explainGraph(pipelineOf(expressions))
    const shown = new Map(
      steps.map(({ step, expressions: all = [] }) => [step, all.map(({ as, text }) => `${as}: ${text}`)]),
    )
    expect(shown.get('Sales')).toEqual(['timestamp: at'])
    expect(shown.get('Net')).toEqual(['measure: amount - (discount or else 0)'])
    expect(shown.get('Known')).toEqual(['order by: amount - (discount or else 0)'])
    expect(shown.get('Filter')).toEqual(['condition: amount > 20 and region is not "none"'])
    // Of the pipeline that was written by hand nothing is known.
    expect(explainGraph(pipelineOf(functions)).steps.filter((step) => 'expressions' in step)).toEqual([])
  })

  it('is the timestamp of a stream', async () => {
    const job = streamingRunner().run((root) => ({
      ids: root.pipe(
        fromObservable('Sales', from(sales), { timestamp: at, watermark: monotonousTimestamps() }),
        map(id),
      ),
    }))
    const seen: number[] = []
    job.outputs.ids.subscribe(({ timestamp }) => seen.push(timestamp))
    await job.done
    expect(seen).toEqual(sales.map((row) => row.at))
  })
})

/** What each region sold on each day, by a loop. */
function totals(): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const row of sales) {
    const key = JSON.stringify(functions.key(row))
    sums.set(key, (sums.get(key) ?? 0) + functions.net(row))
  }
  return sums
}
