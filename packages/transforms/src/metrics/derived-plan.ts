/**
 * The plans of derived metrics: all parts in one pass, where inputs share their windows; a join of final values, where they do not.
 */
import { flatMap, flatten, type PCollection, type WindowFn } from '@tidemark/core'
import { over } from '../combiners/over.ts'
import { where } from '../combiners/where.ts'
import { formulaOf, type Derived, type MetricInputs } from './derived.ts'
import type { AnyCombineFn } from './measure.ts'
import type { Metric } from './metric.ts'
import type { Parts, SliceValue, TimedRow } from './metric-value.ts'
import type { OnePass } from './one-pass.ts'
import type { RowLists, Rows } from './plan.ts'
import type { Reshape, RowsPlanSpec } from './rows-plan.ts'

/** A row, and the input that it is for. */
interface Tagged {
  readonly input: string
  readonly row: unknown
}

type Inputs = Readonly<Record<string, Metric<never, unknown, never>>>

/** What a formula computed in one pass is made of; nothing about how parts are kept. */
export type OnePassFormula = Pick<RowsPlanSpec, 'windows' | 'onePass' | 'dimensions' | 'where' | 'reshape'>

/** The formula in one pass over rows; undefined where inputs do not share windows, or are no computations over rows. */
export function onePassFormula(
  derived: Derived<MetricInputs, unknown>,
  grain: WindowFn | undefined,
  dimensions: readonly string[],
): OnePassFormula | undefined {
  const inputs = derived.from as unknown as Inputs
  const specs = Object.entries(inputs).map(([name, metric]) => ({ name, metric, spec: metric['~metric'].spec }))
  const windows = grain ?? specs[0]?.spec?.windows
  if (windows === undefined) return undefined
  if (
    specs.some(
      ({ spec }) =>
        spec === undefined || spec.reshape !== undefined || spec.windows.description !== windows.description,
    )
  )
    return undefined
  const known = specs as readonly { name: string; metric: Inputs[string]; spec: RowsPlanSpec }[]
  const isOne = known.every(
    ({ metric, spec }) =>
      metric['~metric'].sources[0] === known[0]!.metric['~metric'].sources[0] &&
      dimensions.every((name) => spec.dimensions[name] === known[0]!.spec.dimensions[name]),
  )
  const parts: Record<string, AnyCombineFn> = {}
  for (const { name, spec } of known) {
    for (const [part, fn] of Object.entries(spec.onePass.parts)) {
      parts[`${name}.${part}`] = isOne ? whereOf(spec, fn) : ofTag(name, fn)
    }
  }
  const formula = formulaOf(derived)
  const onePass: OnePass = {
    parts,
    value: (outputs, window) =>
      formula(
        Object.fromEntries(known.map(({ name, spec }) => [name, spec.onePass.value(partsOf(name, outputs), window)])),
      ),
  }
  const ofDimension = (name: string): ((row: never) => SliceValue | undefined) => {
    if (isOne) return known[0]!.spec.dimensions[name]!
    const byInput = new Map(known.map((one) => [one.name, one.spec.dimensions[name]!]))
    return ({ input, row }: Tagged) => byInput.get(input)!(row as never)
  }
  return {
    windows,
    onePass,
    dimensions: Object.fromEntries(dimensions.map((name) => [name, ofDimension(name)])),
    where: isOne ? anyWhere(known.map(({ spec }) => spec.where)) : undefined,
    reshape: isOne ? undefined : tagging(known.map(({ name, spec }) => ({ name, where: spec.where }))),
  }
}

/** Rows that no input counts open no window and no slice. */
function anyWhere(conditions: readonly RowsPlanSpec['where'][]): RowsPlanSpec['where'] {
  const all = conditions.filter((condition) => condition !== undefined)
  return all.length < conditions.length ? undefined : (row) => all.some((condition) => condition(row))
}

function partsOf(input: string, outputs: Parts): Parts {
  const prefix = `${input}.`
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, part]) => [name.slice(prefix.length), part]),
  )
}

function whereOf(spec: RowsPlanSpec, fn: AnyCombineFn): AnyCombineFn {
  return spec.where === undefined ? fn : (where(spec.where, fn) as unknown as AnyCombineFn)
}

function ofTag(input: string, fn: AnyCombineFn): AnyCombineFn {
  const own = over((tagged: Tagged) => tagged.row, fn)
  return where((tagged: Tagged) => tagged.input === input, own) as unknown as AnyCombineFn
}

/** Rows for the inputs that count them: of one collection for all inputs, or of a collection for each. */
function tagging(inputs: readonly { readonly name: string; readonly where: RowsPlanSpec['where'] }[]): Reshape {
  const counts = (condition: RowsPlanSpec['where'], row: unknown): boolean =>
    condition === undefined || condition(row as never)
  const tagged = (row: unknown): readonly Tagged[] =>
    inputs.filter((input) => counts(input.where, row)).map(({ name }) => ({ input: name, row }))
  return {
    steps(rows: Rows): PCollection<Tagged> {
      if ('~ref' in rows) return (rows as PCollection<unknown>).pipe(flatMap(tagged))
      return flatten(
        inputs.map(({ name, where: condition }) =>
          rows[name]!.pipe(flatMap((row): readonly Tagged[] => (counts(condition, row) ? [{ input: name, row }] : []))),
        ),
      )
    },
    loops(rows: RowLists): readonly TimedRow[] {
      if (Array.isArray(rows)) {
        return (rows as readonly TimedRow[]).flatMap(({ row, timestamp }) =>
          tagged(row).map((one) => ({ row: one, timestamp })),
        )
      }
      const lists = rows as Readonly<Record<string, readonly TimedRow[]>>
      return inputs.flatMap(({ name, where: condition }) =>
        lists[name]!.filter(({ row }) => counts(condition, row)).map(({ row, timestamp }) => ({
          row: { input: name, row },
          timestamp,
        })),
      )
    },
  }
}
