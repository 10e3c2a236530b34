/**
 * The stateful step of random pipelines: what it emits depends on the order of elements and timers, so a wrong order shows.
 */
import {
  bagState,
  combiningState,
  eventTimeTimer,
  milliseconds,
  statefulParDo,
  valueState,
  type KV,
  type OnTimerContext,
  type PCollection,
  type ProcessContext,
  type PTransform,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import type { PipelineSpec, StageSpec } from './pipeline-spec.ts'

type Stateful = Extract<StageSpec, { kind: 'stateful' }>
type Report = KV<unknown, readonly [what: string, place: number, total: number]>

const cells = { place: valueState<number>(), total: combiningState(sum()), bag: bagState<number>() }
const alarms = { alarm: eventTimeTimer(), echo: eventTimeTimer() }
type Process = ProcessContext<unknown, number, typeof cells, typeof alarms>
type OnTimer = OnTimerContext<unknown, typeof cells, typeof alarms>

/**
 * Numbers the elements, sums them up, and sets an alarm `delay` units after each element whose number is positive. The alarm
 * reports and sets an echo after half that delay, which falls among elements and other alarms, and forgets the sum.
 */
export function statefulStage(
  name: string,
  { arrival, delay, lateness, expiration }: Stateful,
  { unit }: PipelineSpec,
): PTransform<PCollection<KV<unknown, number>>, PCollection<Report>> {
  const after = milliseconds(delay * unit)
  const half = milliseconds(Math.floor((delay * unit) / 2))
  return statefulParDo(name, {
    state: cells,
    timers: alarms,
    orderBy: (number: number) => Math.abs(number),
    *process({ key, value, timestamp, window, state, timers }: Process): Iterable<Report> {
      const place = (state.place.read() ?? 0) + 1
      state.place.write(place)
      state.total.add(value)
      if (place % 3 === 0) state.bag.add(value)
      if (value > 0) timers.alarm.setAfter(after)
      if (value === 2) timers.echo.clear()
      if (value < 0)
        timers.echo.setRelative(half, { align: after, ...(timestamp < window.end && { outputTimestamp: timestamp }) })
      yield [key, ['element', place, state.total.read()]]
    },
    onTimer: {
      *alarm({ key, state, timers }: OnTimer): Iterable<Report> {
        timers.echo.setAfter(half)
        yield [key, ['alarm', state.place.read() ?? 0, state.total.read()]]
      },
      *echo({ key, state }: OnTimer): Iterable<Report> {
        yield [key, ['echo', state.place.read() ?? 0, state.bag.read().length]]
        state.total.clear()
      },
    },
    ...(expiration && { onWindowExpiration }),
    ...(arrival && { order: 'arrival' as const }),
    ...(lateness !== undefined && { lateness: milliseconds(lateness * unit) }),
  })
}

function* onWindowExpiration({ key, state }: OnTimer): Iterable<Report> {
  yield [key, ['expired', state.place.read() ?? 0, state.total.read()]]
}
