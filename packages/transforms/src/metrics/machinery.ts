/**
 * Machinery: the plan of a definition, and what becomes of its raw values.
 */
import {
  composite,
  map,
  PipelineError,
  toMillis,
  type PCollection,
  type PTransform,
  type WindowFn,
} from '@tidemark/core'
import {
  quotient,
  reported,
  type ConversionCalculation,
  type CumulativeCalculation,
  type LevelCalculation,
  type RateCalculation,
  type RatioCalculation,
} from './calculation.ts'
import { outcomes, type Outcome } from './conversion-rows.ts'
import type { AnyDefinition } from './define-metric.ts'
import type { Quantity } from '../combiners/ratio.ts'
import type { Derived, MetricInputs } from './derived.ts'
import { onePassFormula } from './derived-plan.ts'
import { requireGrain } from './grain.ts'
import { joinedPlan } from './joined-plan.ts'
import { levelPlan } from './level-plan.ts'
import { combinerOf, type AnyCombineFn, type Measure } from './measure.ts'
import type { AnyMetric, Metric, MetricMachinery } from './metric.ts'
import type { MetricSource } from './metric-source.ts'
import type { MetricValue, RawValue, RowsByInput } from './metric-value.ts'
import { keepingOf, type OnePass, type SlicesOption } from './one-pass.ts'
import type { Plan, Wanted } from './plan.ts'
import { requireTiling, toDateWindows, trailingWindows } from './reach-windows.ts'
import { rowsPlan, type RowsPlanSpec } from './rows-plan.ts'
import { count } from '../combiners/count.ts'
import { countIf } from '../combiners/where.ts'

/** What a metric is made of, before its definition has a version. */
export interface Machinery extends Omit<MetricMachinery, 'toValue'> {
  readonly toValueOf: (version: string) => (raw: RawValue) => MetricValue
  readonly naming: (
    toValue: (raw: RawValue) => MetricValue,
  ) => PTransform<PCollection<RawValue>, PCollection<MetricValue>>
  readonly joinAs: (
    id: string,
    rows: RowsByInput,
    expand: (rows: RowsByInput) => PCollection<unknown>,
  ) => PCollection<unknown>
}

/** Makes the machinery of a definition. */
export function machineryOf(subject: string, definition: AnyDefinition): Machinery {
  const { measure } = definition
  if (typeof measure !== 'object' || measure === null) {
    throw new PipelineError(
      'MEASURE_MISSING',
      `${subject} has no measure, so there is nothing to compute. Give measure: count(), over(field, sum()), ratio({ … }) or another one.`,
    )
  }
  const isDerived = 'kind' in measure && measure.kind === 'derived'
  const made = isDerived ? derivedMachinery(subject, definition) : rowsMachinery(subject, definition)
  const { plan } = made
  const finality = Math.max(
    definition.finality === undefined ? 0 : toMillis(definition.finality),
    ...Object.values(made.inputs).map((input) => input['~metric'].wanted.finality),
  )
  const wanted: Wanted = { dimensions: plan.dimensions, finalOnly: false, finality, trigger: definition.trigger }
  return {
    ...made,
    wanted,
    toValueOf:
      (version) =>
      ({ window, slice, value, parts }) => ({
        metric: definition.id,
        definition: version,
        window,
        slice,
        value,
        ...(!plan.valueIsPart && { parts }),
      }),
    naming: (toValue) => map(toValue),
    joinAs(id, rows, expand) {
      const first = Object.values(rows)[0]
      if (first === undefined)
        throw new PipelineError('NO_INPUT', `${subject} was joined without any collection. Give one for each input.`)
      return first.pipe(composite(id, () => expand(rows)))
    },
  }
}

type Made = Pick<Machinery, 'plan' | 'spec' | 'sources' | 'inputs'>

function rowsMachinery(subject: string, definition: AnyDefinition): Made {
  const { source, measure, slices, where, naive } = definition
  const grain = definition.grain
  if (source === undefined) {
    throw new PipelineError(
      'SOURCE_MISSING',
      `${subject} has no source, so nobody could say what it is computed of. Give source: metricSource(…).`,
    )
  }
  requireGrain(subject, grain, [source])
  const dimensions = (definition.dimensions ?? {}) as RowsPlanSpec['dimensions']
  const hasSlices = Object.keys(dimensions).length > 0
  const sources: readonly MetricSource<unknown>[] = [source]
  const kind = 'kind' in measure ? measure.kind : 'simple'
  if (kind === 'level') {
    return {
      plan: levelOf(subject, measure as LevelCalculation<never, unknown>, grain!, { dimensions, where, slices }),
      spec: undefined,
      sources,
      inputs: {},
    }
  }
  const onePass = onePassOf(measure)
  const windows = windowsOf(measure, grain!)
  const spec: RowsPlanSpec = {
    windows,
    onePass,
    keeping: keepingOf(subject, onePass, { hasSlices, slices, windows }),
    dimensions: kind === 'conversion' ? ofBeginnings(dimensions) : dimensions,
    where,
    reshape: kind === 'conversion' ? outcomes(measure as ConversionCalculation<never>, where) : undefined,
    naive,
  }
  return { plan: rowsPlan(spec), spec, sources, inputs: {} }
}

function windowsOf(measure: object, grain: WindowFn): WindowFn {
  if (!('kind' in measure) || measure.kind !== 'cumulative') return grain
  const { reach } = measure as CumulativeCalculation<never, unknown>
  return 'trailing' in reach ? trailingWindows(grain, reach.trailing) : toDateWindows(grain, reach.toDate)
}

/** What is computed in one pass over the rows of a window. */
function onePassOf(measure: object): OnePass {
  if (!('kind' in measure))
    return { parts: { value: combinerOf(measure as Measure<never, unknown>) }, value: (outputs) => outputs['value'] }
  const known = measure as
    | RatioCalculation<never>
    | RateCalculation<never>
    | CumulativeCalculation<never, unknown>
    | ConversionCalculation<never>
  switch (known.kind) {
    case 'ratio':
      return {
        parts: { numerator: combinerOf(known.numerator), denominator: combinerOf(known.denominator) },
        value: ({ numerator, denominator }) => quotient(numerator as Quantity, denominator as Quantity, known.times),
      }
    case 'rate':
      return {
        parts: { amount: combinerOf(known.measure) },
        value: ({ amount }, { start, end }) => quotient(amount as Quantity, end - start, known.per),
      }
    case 'cumulative':
      return onePassOf(known.of)
    case 'conversion':
      return {
        parts: {
          converted: countIf((outcome: Outcome) => outcome.converted) as unknown as AnyCombineFn,
          began: count() as unknown as AnyCombineFn,
        },
        value: ({ converted, began }) => quotient(converted as number, began as number, 1),
      }
  }
}

function ofBeginnings(dimensions: RowsPlanSpec['dimensions']): RowsPlanSpec['dimensions'] {
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, of]) => [name, ({ row }: Outcome) => of(row as never)]),
  )
}

function levelOf(
  subject: string,
  { of, carry, report }: LevelCalculation<never, unknown>,
  grain: WindowFn,
  {
    dimensions,
    where,
    slices,
  }: Pick<RowsPlanSpec, 'dimensions' | 'where'> & { readonly slices: SlicesOption | undefined },
): Plan {
  requireTiling(grain, 'A level at the end of each unit')
  const measure = combinerOf(of as Measure<never, unknown>)
  const onePass: OnePass = {
    parts: { opening: measure, closing: measure },
    value: ({ opening, closing }) => reported(report, opening, closing),
  }
  const keeping = keepingOf(subject, onePass, { hasSlices: Object.keys(dimensions).length > 0, slices, windows: grain })
  return levelPlan({ grain, onePass, keeping, carry, dimensions, where })
}

function derivedMachinery(subject: string, definition: AnyDefinition): Made {
  const derived = definition.measure as Derived<MetricInputs, unknown>
  const inputs = derived.from as unknown as Readonly<Record<string, Metric<never, unknown, never>>>
  const metrics = Object.values(inputs)
  requireInputs(subject, metrics)
  const shared = sharedDimensions(metrics)
  const dimensions = definition.dimensions === undefined ? shared : (definition.dimensions as readonly string[])
  const unknown = dimensions.find((name) => !shared.includes(name))
  if (unknown !== undefined) {
    throw new PipelineError(
      'UNKNOWN_DIMENSION',
      `${subject} is to be sliced by "${unknown}", which not all of its inputs can be. A formula needs a value of each input for each slice. Their ` +
        `common dimensions are ${shared.join(', ') || 'none'}.`,
    )
  }
  const sources = [...new Set(metrics.flatMap((metric) => metric['~metric'].sources))]
  const made = { sources, inputs: derived.from }
  const formula = onePassFormula(derived, definition.grain, dimensions)
  if (formula !== undefined) {
    requireGrain(subject, formula.windows, sources)
    const slices = definition.slices ?? slicesOf(metrics)
    const keeping = keepingOf(subject, formula.onePass, {
      hasSlices: dimensions.length > 0,
      slices,
      windows: formula.windows,
    })
    const spec: RowsPlanSpec = { ...formula, keeping, naive: undefined }
    return { ...made, plan: rowsPlan(spec), spec }
  }
  const grain = definition.grain ?? sharedGrain(metrics)
  requireGrain(`${subject}, whose inputs have different windows,`, grain, sources)
  requireTiling(grain!, 'A formula over metrics of different windows')
  return { ...made, plan: joinedPlan(derived, grain!, dimensions), spec: undefined }
}

function requireInputs(subject: string, metrics: readonly AnyMetric[]): void {
  if (
    metrics.length > 0 &&
    metrics.every((metric) => (metric as Partial<AnyMetric> | undefined)?.['~metric'] !== undefined)
  )
    return
  throw new PipelineError(
    'NO_INPUT',
    `${subject} is a formula over ${metrics.length === 0 ? 'no metrics' : 'something that is no metric'}. Give from: metrics made by defineMetric, by name.`,
  )
}

function sharedDimensions(metrics: readonly AnyMetric[]): readonly string[] {
  const [first, ...others] = metrics.map((metric) => metric['~metric'].plan.dimensions)
  return (first ?? []).filter((name) => others.every((names) => names.includes(name)))
}

function sharedGrain(metrics: readonly AnyMetric[]): WindowFn | undefined {
  const grains = metrics.map((metric) => metric['~metric'].plan.windows)
  return grains.every(({ description }) => description === grains[0]?.description) ? grains[0] : undefined
}

function slicesOf(metrics: readonly AnyMetric[]): SlicesOption | undefined {
  const kept = metrics.flatMap((metric) => Object.values(metric['~metric'].spec?.keeping ?? {}))
  if (kept.includes('apart') && metrics.some((metric) => metric.entry.slices === 'apart')) return 'apart'
  return kept.includes('accumulator') ? 'accumulators' : undefined
}
