/**
 * Combiners say which functions of an input they call, so that explain, lineage and a planner can read those that are expressions.
 */
import { formatExpression, expressionOf, schema } from '@tidemark/core/fields'
import {
  combineAll,
  count,
  countIf,
  firstBy,
  histogramOf,
  maxBy,
  over,
  ratio,
  sum,
  sumOf,
  top,
  varianceOf,
  where,
} from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { combine } from '../fold.ts'

const { fields } = schema('Order', { id: 'text', amount: 'integer', paid: 'boolean', at: 'timestamp' })

/** What a combiner says of its functions, in words. */
function said({ functions = {} }: { readonly functions?: Readonly<Record<string, unknown>> }): Record<string, string> {
  return Object.fromEntries(
    Object.entries(functions).map(([as, fn]) => {
      const expression = expressionOf(fn)
      return [as, expression === undefined ? 'a function' : formatExpression(expression)]
    }),
  )
}

describe('combiners', () => {
  it('say what they measure, order by and ask', () => {
    expect(said(sumOf(fields.amount))).toEqual({ measure: 'amount' })
    expect(said(varianceOf(fields.amount, { of: 'sample' }))).toEqual({ measure: 'amount' })
    expect(said(histogramOf(fields.amount, [0, 1]))).toEqual({ measure: 'amount' })
    expect(said(countIf(fields.amount.moreThan(250)))).toEqual({ condition: 'amount > 250' })
    expect(said(maxBy(fields.amount))).toEqual({ 'order by': 'amount' })
    expect(said(top(3, { by: fields.amount }))).toEqual({ 'order by': 'amount' })
    expect(said(firstBy(fields.at))).toEqual({ at: 'at' })
    expect(said(over((order: { amount: number }) => order.amount, sum()))).toEqual({ measure: 'a function' })
    expect(said(count())).toEqual({})
  })

  it('say it of all their parts', () => {
    const share = ratio({
      numerator: where(fields.amount.moreThan(250), sumOf(fields.amount)),
      denominator: sumOf(fields.amount),
    })
    expect(said(share)).toEqual({
      'denominator measure': 'amount',
      'numerator condition': 'amount > 250',
      'numerator measure': 'amount',
    })
    const both = combineAll({ count: count(), large: countIf(fields.amount.moreThan(250)) })
    expect(said(both)).toEqual({ 'large condition': 'amount > 250' })
  })

  // Mutation: packages/transforms/src/combiners/over.ts: `...Object.fromEntries(within)` → ``
  it('say that they ask something of an image, though nobody can say what of the element', () => {
    const large = over(
      fields.amount,
      where((amount: number) => amount > 250, sum()),
    )
    expect(said(large)).toEqual({ measure: 'amount', 'condition of measure': 'a function' })
    expect(large.functions?.['condition of measure']?.({ id: 'a', amount: 300, paid: true, at: 0 })).toBe(true)
  })

  it('show every one of several conditions', () => {
    const paidAndLarge = where(
      fields.paid,
      where(fields.amount.moreThan(250), where(fields.amount.lessThan(900), count())),
    )
    expect(said(paidAndLarge)).toEqual({
      condition: 'amount < 900',
      'outer condition': 'amount > 250',
      'outer outer condition': 'paid',
    })
    const orders = [100, 300, 950].flatMap((amount) => [true, false].map((paid) => ({ id: 'a', amount, paid, at: 0 })))
    expect(combine(paidAndLarge, orders)).toBe(1)
  })
})
