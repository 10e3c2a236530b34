/**
 * Scenario S06 by the metric layer: what a metric publishes, arrival by arrival, and how it is restated from the raw source.
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  composite,
  fixedWindows,
  seconds,
  windowInto,
  type LedgerEntry,
  type PCollection,
} from '@tidemark/core'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { countDistinctOf, deduplicateById } from '@tidemark/transforms'
import { defineMetric, metricSource, PublishedBoard, restate, type PublishedValue } from '@tidemark/transforms/metrics'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  BEHIND,
  provisionalFinal,
  timeOfDay,
  timestampOf,
  type Arrival,
  type ProvisionalFinal,
} from './s06-provisional-final.ts'
import { hasRealData, skipNote } from './scenario-data.ts'

function metricOf({ window_s, allowed_lateness_s }: ProvisionalFinal) {
  return defineMetric({
    id: 'distinct_events',
    source: metricSource<Arrival>('Arrivals', { timestamp: timestampOf }),
    measure: countDistinctOf((arrival: Arrival) => arrival.id),
    grain: fixedWindows(seconds(window_s)),
    finality: seconds(allowed_lateness_s),
  })
}

/** Arrivals without copies, at once. */
function withoutCopies({ window_s, allowed_lateness_s }: ProvisionalFinal) {
  return composite(
    'WithoutCopies',
    (arrivals: PCollection<Arrival>) =>
      arrivals.pipe(
        windowInto(fixedWindows(seconds(window_s)), {
          trigger: afterWatermark({ late: afterCount(1) }),
          allowedLateness: seconds(allowed_lateness_s),
          accumulationMode: 'retracting',
        }),
        deduplicateById('Dedupe', { id: ({ id }) => id, emit: 'at-once' }),
      ).kept,
  )
}

type Published = PublishedValue<number, {}>

/** What is published, and what the ledger says, arrival by arrival. */
async function publish(scenario: ProvisionalFinal) {
  const arrivals$ = new Subject<Arrival>()
  const metric = metricOf(scenario)
  const board = new PublishedBoard<number, {}>()
  const said: Published[] = []
  const ledger: LedgerEntry[] = []
  const job = streamingRunner({ bundleSize: 1, maxFuture: 'off' }).run((root) => ({
    values: root.pipe(
      fromObservable('Arrivals', arrivals$, { timestamp: timestampOf, watermark: boundedOutOfOrderness(BEHIND) }),
      withoutCopies(scenario),
      metric,
    ),
  }))
  job.outputs.values.subscribe((pane) => said.push(...[board.take(pane, { watermark: 0 }) ?? []].flat()))
  job.ledger.subscribe((entry) => ledger.push(entry))
  job.start()
  const emissions = scenario.arrivals.flatMap((arrival, index): readonly object[] => {
    arrivals$.next(arrival)
    const number = index + 1
    const values = said.splice(0).toSorted((a, b) => a.window.start - b.window.start)
    return [
      ...values.map(({ window, value, status, replaces }) => ({
        arrival: number,
        kind: status === 'finalized' ? 'final_pane' : replaces === undefined ? 'on_time_pane' : 'late_pane',
        window: timeOfDay(window.start),
        value,
        status,
        ...(replaces !== undefined && { retract: replaces }),
      })),
      ...ledger.splice(0).map(({ reason, window }) => ({
        arrival: number,
        id: arrival.id,
        ...(reason === 'expired'
          ? { kind: 'beyond_lateness', window: timeOfDay(window!.start) }
          : { kind: reason === 'closed-window' ? 'duplicate' : reason }),
      })),
    ]
  })
  await job.stop()
  return { metric, board, emissions }
}

describe.skipIf(!hasRealData)(`S06 by the metric layer${skipNote}`, () => {
  // Mutation: packages/transforms/src/metrics/rows-plan.ts: `closing: 'always',` → `closing: 'if-non-empty',`
  it('publishes to the letter of the scenario', async () => {
    const scenario = provisionalFinal()
    expect((await publish(scenario)).emissions).toEqual(scenario.expected.emissions)
  })

  it('is restated from the raw source, in the windows of late rows only', async () => {
    const scenario = provisionalFinal()
    const { metric, board } = await publish(scenario)
    const late = scenario.arrivals.filter(({ id }) => scenario.expected.streaming_late_dropped.includes(id))
    const { recomputed, restated } = restate(metric, {
      published: board.values(),
      rows: scenario.arrivals,
      late,
      reason: `late data after finalization (${late.map(({ id }) => id).join(', ')})`,
    })
    expect(recomputed.map(({ start }) => timeOfDay(start))).toEqual(
      scenario.expected.restatement.map(({ window }) => window),
    )
    expect(
      restated.map(({ window, value, version, replaces, reason }) => ({
        window: timeOfDay(window.start),
        from_value: replaces,
        to_value: value,
        version,
        reason,
      })),
    ).toEqual(scenario.expected.restatement)
    expect(restated.map(({ status }) => status)).toEqual(['restated'])
  })
})
