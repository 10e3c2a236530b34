/**
 * The entry of a metric, made from its definition, and what is missing in it.
 */
import { formatTrigger, toMillis } from '@tidemark/core'
import type { AnyDefinition } from './define-metric.ts'
import type { DictionaryEntry, MetricKind, SourceEntry } from './dictionary-entry.ts'
import { calculationFormula, functionFormula, joinFormulas, type Formula } from './formula-text.ts'
import type { Machinery } from './machinery.ts'
import type { MetricSource } from './metric-source.ts'

/** Makes the entry. */
export function entryOf(definition: AnyDefinition, machinery: Machinery, version: string): DictionaryEntry {
  const { inputs, sources, plan } = machinery
  const calculation = calculationFormula(definition.measure)
  const where = definition.where === undefined ? undefined : functionFormula(definition.where)
  const dimensions = dimensionFormulas(definition, machinery)
  const all = joinFormulas(
    [calculation, ...(where === undefined ? [] : [where]), ...Object.values(dimensions)],
    () => '',
  )
  const metrics = Object.values(inputs)
  const types = definition.types ?? [
    ...new Set([...metrics.flatMap(({ entry }) => entry.types), ...sources.flatMap((source) => source.types)]),
  ]
  const ownTypes =
    metrics.length > 0 && definition.types === undefined
      ? [...new Set(metrics.flatMap(({ entry }) => entry.types))]
      : types
  const audience = definition.audience ?? []
  const { description, owner, unit, decision, runbook, refresh, freshness } = definition
  const given = { description, owner, unit, decision, runbook, refresh }
  return Object.freeze({
    id: definition.id,
    kind: kindOf(definition.measure),
    definition: version,
    formula: definition.formula ?? calculation.text,
    isExact: all.isExact,
    ...(where !== undefined && { where: where.text }),
    dimensions: Object.entries(dimensions).map(([name, { text }]) => ({ name, formula: text })),
    slices: slicesOf(definition, machinery),
    grain: plan.windows.description,
    sources: sources.map(sourceEntry),
    types: ownTypes,
    fields: [...new Set([...all.fields, ...metrics.flatMap(({ entry }) => entry.fields)])].toSorted(),
    metrics: metrics.map(({ id }) => id),
    finality: isoText(machinery.wanted.finality),
    trigger: definition.trigger === undefined ? 'on time and for every late row' : formatTrigger(definition.trigger),
    ...(freshness !== undefined && { freshness: isoText(toMillis(freshness)) }),
    audience: Object.freeze(typeof audience === 'string' ? [audience] : [...audience]),
    ...(Object.fromEntries(Object.entries(given).filter(([, text]) => text !== undefined)) as Partial<
      typeof given & object
    >),
  }) as DictionaryEntry
}

/** What a strict dictionary misses in an entry. */
export function missingGovernance(
  entry: DictionaryEntry,
): { readonly code: string; readonly message: string } | undefined {
  const required = ['owner', 'unit', 'decision', 'runbook', 'freshness'] as const
  const missing = [...required.filter((name) => !entry[name]), ...(entry.audience.length === 0 ? ['audience'] : [])]
  if (missing.length > 0) {
    return {
      code: 'GOVERNANCE_MISSING',
      message:
        `says nothing of ${missing.join(', ')}. A number without them is looked at and not acted on, or acted on by nobody. Give them; a metric ` +
        "that decides nothing has decision: 'informational'.",
    }
  }
  if (!entry.isExact && /\bfunction\b/u.test(entry.formula)) {
    return {
      code: 'FORMULA_MISSING',
      message:
        `is computed by functions, so the dictionary can only say "${entry.formula}". People compare numbers by their formulas. Give formula: the ` +
        'calculation in words, or use the fields of a schema in place of functions.',
    }
  }
  if (entry.sources.length === 0)
    return { code: 'SOURCE_MISSING', message: 'names no source, so nobody can say what it rests on. Give source.' }
  return undefined
}

function kindOf(measure: object): MetricKind {
  const kind = 'kind' in measure ? (measure.kind as string) : 'simple'
  if (kind === 'rate') return 'ratio'
  return (kind === 'level' ? 'cumulative' : kind) as MetricKind
}

function dimensionFormulas(
  { dimensions }: AnyDefinition,
  { plan, inputs }: Machinery,
): Readonly<Record<string, Formula>> {
  if (dimensions !== undefined && !Array.isArray(dimensions)) {
    return Object.fromEntries(
      Object.entries(dimensions as Readonly<Record<string, (row: never) => unknown>>).map(([name, fn]) => [
        name,
        functionFormula(fn),
      ]),
    )
  }
  const first = Object.values(inputs)[0]?.entry.dimensions ?? []
  return Object.fromEntries(
    plan.dimensions.map((name) => {
      const text = first.find((dimension) => dimension.name === name)?.formula ?? name
      return [name, { text, isExact: true, fields: [] }]
    }),
  )
}

function slicesOf({ slices }: AnyDefinition, { plan }: Machinery): DictionaryEntry['slices'] {
  if (plan.dimensions.length === 0) return 'none'
  if (!plan.addsUp) return 'apart'
  if (plan.valueIsPart) return 'add up'
  return slices === 'accumulators' ? 'from accumulators' : 'recombine'
}

function sourceEntry({ name, schema, types, from, via }: MetricSource<unknown>): SourceEntry {
  return {
    name,
    ...(schema !== undefined && { schema }),
    types,
    from: from.map((origin) => origin.name),
    ...(via !== undefined && { via }),
  }
}

const UNITS = [
  [86_400_000, 'D'],
  [3_600_000, 'H'],
  [60_000, 'M'],
] as const

/** A length of time as ISO 8601 writes it: `P2D`, `PT1H30M`, `PT0S`. */
function isoText(length: number): string {
  let rest = length
  const [days = '', hours = '', mins = ''] = UNITS.map(([unit, letter]) => {
    const count = Math.floor(rest / unit)
    rest -= count * unit
    return count === 0 ? '' : `${count}${letter}`
  })
  const seconds = rest === 0 ? '' : `${rest / 1000}S`
  const time = `${hours}${mins}${seconds}`
  if (days === '' && time === '') return 'PT0S'
  return `P${days}${time === '' ? '' : `T${time}`}`
}
