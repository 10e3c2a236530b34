/**
 * LevelPlan: what there is at the end of each unit, from all rows since the beginning.
 *
 * Rows of a slice run in the order of event time, so a level is a function of the rows up to an instant, never of arrival. It is told once for
 * each unit, when the unit can no longer change.
 */
import {
  combiningState,
  compareWindows,
  defaultTrigger,
  eventTimeTimer,
  globalWindow,
  keyText,
  milliseconds,
  statefulParDo,
  valueState,
  windowInto,
  withKeys,
  type CombineFn,
  type KV,
  type PCollection,
  type PTransform,
  type Window,
  type WindowFn,
} from '@tidemark/core'
import type { Parts, RawValue, Slice, TimedRow } from './metric-value.ts'
import { mergeParts, outputsOf, partsFn, type Keeping, type OnePass } from './one-pass.ts'
import type { Plan, ToldParts } from './plan.ts'
import { unitOf } from './reach-windows.ts'
import { preparedList, preparedRows, sliceOf, windowingOf, type RowsPlanSpec } from './rows-plan.ts'

/** What a plan of levels is made of. */
export interface LevelPlanSpec {
  readonly grain: WindowFn
  /** Of the levels at the start and at the end of a unit: the same measure twice. */
  readonly onePass: OnePass
  readonly keeping: Readonly<Record<string, Keeping>>
  /** For how long after the last row a level is told again, in milliseconds. */
  readonly carry: number
  readonly dimensions: RowsPlanSpec['dimensions']
  readonly where: RowsPlanSpec['where']
}

/** Makes the plan. */
export function levelPlan(spec: LevelPlanSpec): Plan {
  const { grain, onePass, keeping, dimensions } = spec
  const total = totalOf(spec)
  const valueOf = (parts: Parts): unknown => onePass.value(outputsOf(parts, keeping), NO_WINDOW)
  return {
    windows: grain,
    dimensions: Object.keys(dimensions),
    addsUp: keeping['closing'] !== 'apart',
    valueIsPart: false,
    steps: (rows, wanted) =>
      preparedRows({ where: spec.where, reshape: undefined }, rows, wanted).pipe(
        globally(wanted.finality),
        withKeys((row) => sliceOf(dimensions, wanted.dimensions, row)),
        levels(spec, total, valueOf),
        windowInto(grain, windowingOf({ ...wanted, trigger: undefined, finalOnly: true })),
      ),
    loops: (rows, wanted) =>
      loops(spec, total, valueOf, preparedList({ where: spec.where, reshape: undefined }, rows), wanted.dimensions),
    merge: (a, b) => mergeParts(onePass, keeping, a, b),
    fill: carried,
    valueOf,
  }
}

/** A level is what it is in a window of any length. */
const NO_WINDOW: Window = { start: 0, end: 1 }

type Total = CombineFn<unknown, unknown[], Parts>

/** The total of a slice, as its values keep it. */
function totalOf({ onePass, keeping }: LevelPlanSpec): Total {
  return partsFn({ ...onePass, parts: { level: onePass.parts['closing']! } }, { level: keeping['closing']! })
}

/** The global window for ordered state, which needs no panes: it waits for late rows as long as finality says. */
export function globally(finality: number): PTransform<PCollection<unknown>, PCollection<unknown>> {
  return windowInto(globalWindow(), {
    allowedLateness: milliseconds(finality),
    accumulationMode: 'accumulating',
    trigger: defaultTrigger(),
  })
}

function levels(
  { grain, carry }: LevelPlanSpec,
  total: Total,
  valueOf: (parts: Parts) => unknown,
): PTransform<PCollection<KV<Slice, unknown>>, PCollection<RawValue>> {
  return statefulParDo('Levels', {
    state: {
      total: combiningState(total),
      opening: valueState<unknown>(),
      last: valueState<number>(),
    },
    timers: { unit: eventTimeTimer() },
    process({ value, timestamp, state, timers }): readonly RawValue[] {
      state.total.add(value)
      state.last.write(timestamp)
      timers.unit.set(unitOf(grain, timestamp).end - 1)
      return []
    },
    onTimer: {
      unit({ key, timestamp, state, timers }): readonly RawValue[] {
        const window = unitOf(grain, timestamp)
        const closing = state.total.read()['level']
        const parts: Parts = { closing, opening: state.opening.read() ?? levelOfNothing(total) }
        state.opening.write(closing)
        if (window.end <= state.last.read()! + carry) timers.unit.set(unitOf(grain, window.end).end - 1)
        return [{ window: { start: window.start, end: window.end }, slice: key, value: valueOf(parts), parts }]
      },
    },
  })
}

/** What a slice is not told of has not changed: it is as it was, in every unit that any slice is told of. */
function carried(told: readonly ToldParts[]): readonly ToldParts[] {
  const units = new Map(told.map(({ window }) => [window.end, window]))
  const sorted = [...units.values()].toSorted(compareWindows)
  const slices = new Map<string, { readonly slice: Slice; readonly byEnd: Map<number, ToldParts> }>()
  for (const one of told) {
    const text = keyText(one.slice)
    const own = slices.get(text) ?? { slice: one.slice, byEnd: new Map<number, ToldParts>() }
    slices.set(text, own)
    own.byEnd.set(one.window.end, one)
  }
  return [...slices.values()].flatMap(({ slice, byEnd }) => {
    let closing: unknown
    return sorted.flatMap((window): readonly ToldParts[] => {
      const own = byEnd.get(window.end)
      if (own !== undefined) closing = own.parts['closing']
      if (closing === undefined) return []
      return [own ?? { window, slice, parts: { opening: closing, closing } }]
    })
  })
}

function levelOfNothing(total: Total): unknown {
  return total.extractOutput(total.createAccumulator())['level']
}

function loops(
  { grain, carry, dimensions }: LevelPlanSpec,
  total: Total,
  valueOf: (parts: Parts) => unknown,
  rows: readonly TimedRow[],
  names: readonly string[],
): readonly RawValue[] {
  const slices = new Map<string, { readonly slice: Slice; readonly rows: TimedRow[] }>()
  for (const timed of rows) {
    const slice = sliceOf(dimensions, names, timed.row)
    const text = keyText(slice)
    const members = slices.get(text)
    if (members === undefined) slices.set(text, { slice, rows: [timed] })
    else members.rows.push(timed)
  }
  const totalBefore = (members: readonly TimedRow[], end: number): unknown => {
    let accumulator = total.createAccumulator()
    for (const { row, timestamp } of members) if (timestamp < end) accumulator = total.addInput(accumulator, row)
    return total.extractOutput(accumulator)['level']
  }
  return [...slices.values()].flatMap(({ slice, rows: members }) => {
    const units = new Map<number, { start: number; end: number }>()
    for (const { timestamp } of members) {
      let unit = unitOf(grain, timestamp)
      units.set(unit.start, unit)
      while (unit.end <= timestamp + carry) {
        unit = unitOf(grain, unit.end)
        units.set(unit.start, unit)
      }
    }
    const sorted = [...units.values()].toSorted((a, b) => a.start - b.start)
    return sorted.map((window) => {
      const parts = { closing: totalBefore(members, window.end), opening: totalBefore(members, window.start) }
      return { window, slice, value: valueOf(parts), parts }
    })
  })
}
