/**
 * Scenario S06: a count of five minutes that is provisional, then final, then restated.
 *
 * What is deduplicated is counted at once; what a window said when it was final is published, and a restatement replaces it.
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  combineGlobally,
  composite,
  fixedWindows,
  seconds,
  windowInto,
  type LedgerEntry,
  type PCollection,
  type PTransform,
  type WindowedValue,
} from '@tidemark/core'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import type { SettledResult } from '@tidemark/runners/testing'
import { count, deduplicateById } from '@tidemark/transforms'
import { Subject } from 'rxjs'
import { readScenario } from './scenario-data.ts'

/** An event as it arrives. */
export interface Arrival {
  readonly id: string
  /** Time of the day. */
  readonly event_time: string
}

/** What is emitted when an arrival has come, as the scenario writes it. */
export interface Emission {
  readonly arrival: number
  readonly kind: string
  readonly window?: string
  readonly value?: number
  readonly retract?: number
  readonly status?: 'provisional' | 'finalized'
  readonly id?: string
}

/** A window whose published value is replaced. */
export interface Restatement {
  readonly window: string
  readonly from_value: number
  readonly to_value: number
  readonly version: number
  readonly reason: string
}

/** The file. */
export interface ProvisionalFinal {
  readonly window_s: number
  readonly allowed_lateness_s: number
  readonly arrivals: readonly Arrival[]
  readonly expected: {
    readonly emissions: readonly Emission[]
    readonly streaming_late_dropped: readonly string[]
    readonly batch_truth: Readonly<Record<string, number>>
    readonly restatement: readonly Restatement[]
  }
}

/** How far the watermark stays behind: the file says it in words. */
export const BEHIND: ReturnType<typeof seconds> = seconds(60)

/** Reads the file. */
export function provisionalFinal(): ProvisionalFinal {
  return readScenario<ProvisionalFinal>('S06-provisional-final.json')
}

const DAY = Date.UTC(2026, 2, 1)

/** The timestamp of an arrival, on a day of its own. */
export function timestampOf({ event_time }: Arrival): number {
  return Date.parse(`2026-03-01T${event_time}Z`)
}

/** A timestamp of that day as the file writes it. */
export function timeOfDay(timestamp: number): string {
  return new Date(timestamp - DAY).toISOString().slice(11, 19)
}

/** Distinct events of each window, at once. */
export function distinctEvents({
  window_s,
  allowed_lateness_s,
}: ProvisionalFinal): PTransform<PCollection<Arrival>, PCollection<number>> {
  return composite('DistinctEvents', (arrivals: PCollection<Arrival>) =>
    arrivals
      .pipe(
        windowInto(fixedWindows(seconds(window_s)), {
          trigger: afterWatermark({ late: afterCount(1) }),
          allowedLateness: seconds(allowed_lateness_s),
          accumulationMode: 'retracting',
          closing: 'always',
        }),
        deduplicateById('Dedupe', { id: ({ id }) => id, emit: 'at-once' }),
      )
      .kept.pipe(combineGlobally('Count', count())),
  )
}

/** What a live job emits, arrival by arrival; the end of the stream, which would close all windows, is never reached. */
export async function emissionsOf(
  scenario: ProvisionalFinal,
  arrivals: readonly Arrival[] = scenario.arrivals,
): Promise<readonly Emission[]> {
  const arrivals$ = new Subject<Arrival>()
  const panes: WindowedValue<number>[] = []
  const ledger: LedgerEntry[] = []
  const job = streamingRunner({ bundleSize: 1, maxFuture: 'off' }).run((root) => ({
    counts: root.pipe(
      fromObservable('Arrivals', arrivals$, { timestamp: timestampOf, watermark: boundedOutOfOrderness(BEHIND) }),
      distinctEvents(scenario),
    ),
  }))
  job.outputs.counts.subscribe((pane) => panes.push(pane))
  job.ledger.subscribe((entry) => ledger.push(entry))
  job.start()
  const emissions = arrivals.flatMap((arrival, index) => {
    arrivals$.next(arrival)
    const number = index + 1
    return [...emittedAt(number, panes.splice(0)), ...ledger.splice(0).map((entry) => leftAt(number, entry, arrival))]
  })
  await job.stop()
  return emissions
}

const KINDS = { 'on-time': 'on_time_pane', late: 'late_pane', early: 'early_pane', unknown: 'no_pane' } as const

/** The panes of an arrival in the order of their windows; a final one that changes nothing retracts nothing that anybody has to know. */
function emittedAt(arrival: number, panes: readonly WindowedValue<number>[]): readonly Emission[] {
  const said = panes.filter(({ sign }) => sign > 0).toSorted((a, b) => a.window.start - b.window.start)
  return said.map(({ window, value, pane }) => {
    const before = panes.find(({ sign, window: { start } }) => sign < 0 && start === window.start)
    const emission = { arrival, window: timeOfDay(window.start), value }
    if (pane.isLast && before?.value === value) return { ...emission, kind: 'final_pane', status: 'finalized' }
    const retract = before === undefined ? {} : { retract: before.value }
    return { ...emission, ...retract, kind: KINDS[pane.timing], status: pane.isLast ? 'finalized' : 'provisional' }
  })
}

function leftAt(arrival: number, { reason, window }: LedgerEntry, { id }: Arrival): Emission {
  if (reason === 'closed-window') return { arrival, kind: 'duplicate', id }
  if (reason === 'expired') return { arrival, kind: 'beyond_lateness', id, window: timeOfDay(window!.start) }
  throw new Error(`${reason} is no part of the scenario.`)
}

/** The settled result of what has been published as final: the last final value of each window. */
export function published(emissions: readonly Emission[]): ReadonlyMap<string, number> {
  const final = emissions.filter(({ status }) => status === 'finalized')
  return new Map(final.map(({ window, value }) => [window!, value!]))
}

/**
 * What has to be said anew, given what was published and what all that is in the raw source comes to: the next version of every
 * published window that is otherwise, and why.
 */
export function restatements(
  before: ReadonlyMap<string, number>,
  raw: SettledResult,
  beyondLateness: readonly Emission[],
): readonly Restatement[] {
  const truth = raw.entries.map(({ window, value }) => [timeOfDay(window.start), value as number] as const)
  return truth.flatMap(([window, to]) => {
    const from = before.get(window)
    if (from === undefined || from === to) return []
    const late = beyondLateness.filter((emission) => emission.window === window).map(({ id }) => id)
    const reason = `late data after finalization (${late.join(', ')})`
    return [{ window, from_value: from, to_value: to, version: 2, reason }]
  })
}
