/**
 * RowsPlan: values of the rows of each window and slice, in one pass.
 *
 * Simple metrics, ratios, rates, totals to date and conversions are all this, over different rows and windows.
 */
import {
  canonicalCoder,
  combinePerKey,
  defaultTrigger,
  filter,
  keyText,
  milliseconds,
  never,
  parDo,
  windowInto,
  withKeys,
  type KV,
  type PCollection,
  type Window,
  type WindowFn,
} from '@tidemark/core'
import type { Parts, RawValue, Slice, SliceValue, TimedRow } from './metric-value.ts'
import { mergeParts, outputsOf, partsFn, type Keeping, type OnePass } from './one-pass.ts'
import type { Plan, RowLists, Rows, Wanted } from './plan.ts'

/** What a plan over rows is made of. */
export interface RowsPlanSpec {
  readonly windows: WindowFn
  readonly onePass: OnePass
  readonly keeping: Readonly<Record<string, Keeping>>
  readonly dimensions: Readonly<Record<string, (row: never) => SliceValue | undefined>>
  /** The rows that count. */
  readonly where: ((row: never) => boolean) | undefined
  /** What is computed of, where it is not the rows themselves. */
  readonly reshape: Reshape | undefined
  /** The author's own naive computation of a value. */
  readonly naive: ((rows: readonly never[]) => unknown) | undefined
}

/** Makes other rows of rows, as steps and by plain loops. What does so filters by itself. */
export interface Reshape {
  readonly steps: (rows: Rows, wanted: Wanted) => PCollection<unknown>
  readonly loops: (rows: RowLists) => readonly TimedRow[]
}

/** Makes the plan. */
export function rowsPlan(spec: RowsPlanSpec): Plan {
  const { windows, onePass, keeping, dimensions } = spec
  const valueOf = (parts: Parts, window: Window): unknown => onePass.value(outputsOf(parts, keeping), window)
  const names = Object.keys(onePass.parts)
  return {
    windows,
    dimensions: Object.keys(dimensions),
    addsUp: Object.values(keeping).every((keep) => keep !== 'apart'),
    valueIsPart: names.length === 1 && names[0] === 'value' && keeping['value'] !== 'accumulator',
    steps: (rows, wanted) =>
      preparedRows(spec, rows, wanted).pipe(
        windowInto(windows, windowingOf(wanted)),
        withKeys((row) => sliceOf(dimensions, wanted.dimensions, row)),
        combinePerKey('Slices', partsFn(onePass, keeping)),
        valuesOf(valueOf),
      ),
    loops: (rows, wanted) => loops(spec, preparedList(spec, rows), wanted.dimensions),
    merge: (a, b) => mergeParts(onePass, keeping, a, b),
    valueOf,
  }
}

/** The rows that count, as a collection. */
export function preparedRows(
  { where, reshape }: Pick<RowsPlanSpec, 'where' | 'reshape'>,
  rows: Rows,
  wanted: Wanted,
): PCollection<unknown> {
  if (reshape !== undefined) return reshape.steps(rows, wanted)
  const collection = oneCollection(rows)
  return where === undefined ? collection : collection.pipe(filter((row) => where(row as never)))
}

/** The rows that count, as a list. */
export function preparedList(
  { where, reshape }: Pick<RowsPlanSpec, 'where' | 'reshape'>,
  rows: RowLists,
): readonly TimedRow[] {
  if (reshape !== undefined) return reshape.loops(rows)
  const list = oneList(rows)
  return where === undefined ? list : list.filter(({ row }) => where(row as never))
}

/** The rows of a metric with one source. */
export function oneCollection(rows: Rows): PCollection<unknown> {
  return rows as PCollection<unknown>
}

/** The rows of a metric with one source. */
export function oneList(rows: RowLists): readonly TimedRow[] {
  return rows as readonly TimedRow[]
}

/** How metrics window: whole panes, a last one in any case; or that one alone. */
export function windowingOf({
  finality,
  finalOnly,
  trigger,
}: Omit<Wanted, 'dimensions'>): Parameters<typeof windowInto>[1] {
  return {
    allowedLateness: milliseconds(finality),
    accumulationMode: 'accumulating',
    trigger: finalOnly ? never() : (trigger ?? defaultTrigger()),
    closing: 'always',
  }
}

/** The wanted dimensions of a row. */
export function sliceOf(dimensions: RowsPlanSpec['dimensions'], names: readonly string[], row: unknown): Slice {
  return Object.fromEntries(names.map((name) => [name, dimensions[name]!(row as never) ?? null]))
}

function valuesOf(valueOf: (parts: Parts, window: Window) => unknown) {
  return parDo({
    process: ([slice, parts]: KV<Slice, Parts>, { window }): readonly RawValue[] => [
      { window: { start: window.start, end: window.end }, slice, value: valueOf(parts, window), parts },
    ],
  })
}

/** The rows of one slice and window. */
interface Group {
  readonly slice: Slice
  readonly window: Window
  readonly rows: unknown[]
}

function loops(spec: RowsPlanSpec, rows: readonly TimedRow[], names: readonly string[]): readonly RawValue[] {
  return groupsOf(spec, rows, names).map(({ slice, window, rows: members }) => {
    const parts: Record<string, unknown> = {}
    for (const [name, part] of Object.entries(spec.onePass.parts)) {
      let accumulator = part.createAccumulator()
      for (const row of members) accumulator = part.addInput(accumulator, row)
      const coder = part.accumulatorCoder ?? canonicalCoder<unknown>()
      const output = part.extractOutput(accumulator)
      parts[name] = spec.keeping[name] === 'accumulator' ? { output, accumulator: coder.encode(accumulator) } : output
    }
    const value =
      spec.naive === undefined
        ? spec.onePass.value(outputsOf(parts, spec.keeping), window)
        : spec.naive(members as unknown as readonly never[])
    return { slice, window, value, parts }
  })
}

function groupsOf({ windows, dimensions }: RowsPlanSpec, rows: readonly TimedRow[], names: readonly string[]): Group[] {
  const bySlice = new Map<string, Map<string, Group>>()
  for (const { row, timestamp } of rows) {
    const slice = sliceOf(dimensions, names, row)
    const text = keyText(slice)
    const groups = bySlice.get(text) ?? new Map<string, Group>()
    bySlice.set(text, groups)
    for (const window of windows.assign(timestamp, row)) {
      const name = `${window.start} ${window.end}`
      const group = groups.get(name)
      if (group === undefined) groups.set(name, { slice, window, rows: [row] })
      else group.rows.push(row)
    }
  }
  return [...bySlice.values()].flatMap((groups) => mergedGroups(windows, [...groups.values()]))
}

// Windows that merge do so when all rows are there.
function mergedGroups(windows: WindowFn, groups: Group[]): Group[] {
  if (windows.merge === undefined) return groups
  const merges = windows.merge(groups.map(({ window }) => window))
  const same = (a: Window, b: Window): boolean => a.start === b.start && a.end === b.end
  const isIn = ({ window }: Group, from: readonly Window[]): boolean => from.some((other) => same(other, window))
  return [
    ...groups.filter((group) => !merges.some(({ from }) => isIn(group, from))),
    ...merges.map(({ from, into }) => {
      const members = groups.filter((group) => isIn(group, from))
      return { slice: members[0]!.slice, window: into, rows: members.flatMap(({ rows }) => rows) }
    }),
  ]
}
