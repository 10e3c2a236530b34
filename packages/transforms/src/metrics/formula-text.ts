/**
 * Formulas in words: what a measure, a filter or a dimension computes, and which fields it reads, as far as its functions say so.
 */
import { expressionOf, fieldsOf, formatExpression } from '@tidemark/core/fields'
import type {
  ConversionCalculation,
  CumulativeCalculation,
  LevelCalculation,
  RateCalculation,
  RatioCalculation,
} from './calculation.ts'
import type { Derived, MetricInputs } from './derived.ts'
import { combinerOf, type AnyCombineFn, type Measure } from './measure.ts'

/** A formula, whether all of it is known, and the fields that it reads. */
export interface Formula {
  readonly text: string
  /** Whether it was made from what computes; if not, it says `function` where nobody knows. */
  readonly isExact: boolean
  /** As `schema.field`. */
  readonly fields: readonly string[]
}

type AnyFunction = (row: never) => unknown

/** The formula of a function of rows. */
export function functionFormula(fn: AnyFunction): Formula {
  const expression = expressionOf(fn)
  if (expression === undefined) return { text: 'function', isExact: false, fields: [] }
  return { text: formatExpression(expression), isExact: true, fields: fieldNames(expression) }
}

/** The formula of any calculation. */
export function calculationFormula(calculation: object): Formula {
  if (!('kind' in calculation)) return measureFormula(combinerOf(calculation as Measure<never, unknown>))
  const known = calculation as
    | RatioCalculation<never>
    | RateCalculation<never>
    | CumulativeCalculation<never, unknown>
    | LevelCalculation<never, unknown>
    | ConversionCalculation<never>
    | Derived<MetricInputs, unknown>
  switch (known.kind) {
    case 'ratio':
      return joinFormulas([known.numerator, known.denominator].map(calculationFormula), ([numerator, denominator]) =>
        known.times === 1 ? `(${numerator}) / (${denominator})` : `${known.times} × (${numerator}) / (${denominator})`,
      )
    case 'rate':
      return joinFormulas([calculationFormula(known.measure)], ([measure]) => `(${measure}) / seconds of the window`)
    case 'cumulative':
      return joinFormulas([calculationFormula(known.of)], ([of]) =>
        'trailing' in known.reach
          ? `${of} over the last ${known.reach.trailing} units`
          : `${of} since the start of ${known.reach.toDate.description}`,
      )
    case 'level':
      return joinFormulas(
        [calculationFormula(known.of)],
        ([of]) =>
          `${REPORTS[known.report]} ${of} of all rows until ${known.report === 'opening' ? 'the start' : 'the end'} of it`,
      )
    case 'conversion':
      return joinFormulas(
        [known.entity, known.from, known.to].map(functionFormula),
        ([entity, from, to]) => `share of ${entity} with ${from} that have ${to} within ${known.within} ms`,
      )
    case 'derived': {
      const names = Object.entries(known.from).map(([name, { id }]) => (name === id ? id : `${name}: ${id}`))
      return { text: `function of ${names.join(', ')}`, isExact: false, fields: [] }
    }
  }
}

const REPORTS = {
  closing: 'for each unit',
  opening: 'for each unit',
  change: 'change in each unit of',
  growth: 'growth in each unit of',
} as const

// A condition of the whole measure, as where names it; those of parts and of images have more to their names.
const CONDITION = /^(?:outer )*condition$/u

function measureFormula({ name, functions = {} }: AnyCombineFn): Formula {
  const all = Object.entries(functions)
  const conditions = all.filter(([as]) => CONDITION.test(as))
  const asked = all.filter(([as]) => !CONDITION.test(as))
  const of = conditions.reduce((wrapped) => wrapped.replace(/^where\((.*)\)$/su, '$1'), name)
  // The innermost condition stands last among the functions, and comes first.
  return joinFormulas(
    [
      combinerFormula(
        of,
        asked.map(([, fn]) => functionFormula(fn)),
      ),
      ...conditions.toReversed().map(([, fn]) => functionFormula(fn)),
    ],
    (texts) => texts.join(' where '),
  )
}

function combinerFormula(name: string, asked: readonly Formula[]): Formula {
  if (asked.length > 0) return joinFormulas(asked, (texts) => `${name}(${texts.join(', ')})`)
  // A count is of rows and reads nothing of them; any other combiner may hold a function that nobody sees.
  return name === 'count'
    ? { text: 'count', isExact: true, fields: [] }
    : { text: `${name} of function`, isExact: false, fields: [] }
}

/** Puts formulas together. */
export function joinFormulas(formulas: readonly Formula[], text: (texts: readonly string[]) => string): Formula {
  return {
    text: text(formulas.map((formula) => formula.text)),
    isExact: formulas.every(({ isExact }) => isExact),
    fields: [...new Set(formulas.flatMap(({ fields }) => fields))].toSorted(),
  }
}

function fieldNames(expression: Parameters<typeof fieldsOf>[0]): readonly string[] {
  return fieldsOf(expression).map(({ schema, field }) => `${schema}.${field}`)
}
