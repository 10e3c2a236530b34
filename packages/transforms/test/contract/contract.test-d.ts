/**
 * What the types of event contracts promise: the schema's output, the last version of a chain, and one field more.
 */
import type { KV, PCollection, SideInput } from '@tidemark/core'
import { enrich, schemaFaults, upCast, validate, type SchemaFault } from '@tidemark/transforms'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

interface V1 {
  readonly version: 1
  readonly cents: number
}
interface V2 {
  readonly version: 2
  readonly amount: number
}
interface V3 {
  readonly version: 3
  readonly amount: number
  readonly currency: string
}
interface Order {
  readonly customer: 'ann' | 'bob'
  readonly amount: number
}
interface Customer {
  readonly segment: 'large' | 'small' | null
}

declare const lines: PCollection<unknown>
declare const events: PCollection<V1 | V2 | V3>
declare const orders: PCollection<Order>
declare const customers: PCollection<KV<'ann' | 'bob', Customer>>
declare const table: SideInput<ReadonlyMap<'ann' | 'bob', Customer>>

describe('validate', () => {
  it('gives the output of the schema, not its input', () => {
    const schema = z.object({
      id: z.string(),
      at: z.string().transform((text) => Date.parse(text)),
      note: z.string().default(''),
    })
    expectTypeOf(lines.pipe(validate('Orders', schema))).toEqualTypeOf<
      PCollection<{ id: string; at: number; note: string }>
    >()
    expectTypeOf(orders.pipe(validate('Orders', schema, { onError: 'fail', extraFields: 'refuse' }))).toEqualTypeOf<
      PCollection<{ id: string; at: number; note: string }>
    >()
    expectTypeOf(lines.pipe(schemaFaults('Faults', schema))).toEqualTypeOf<PCollection<SchemaFault>>()
    // @ts-expect-error That is no schema.
    validate('Orders', { id: 'text' })
    // @ts-expect-error There is no such policy.
    validate('Orders', schema, { extraFields: 'count' })
  })
})

describe('upCast', () => {
  const one = ({ cents }: V1): V2 => ({ version: 2, amount: cents })
  const two = (event: V2): V3 => ({ ...event, version: 3, currency: 'EUR' })

  it('gives the last version', () => {
    expectTypeOf(
      events.pipe(upCast('Current', { versionOf: (event) => event.version, to: 3, steps: { 1: one, 2: two } })),
    ).toEqualTypeOf<PCollection<V3>>()
    const steps = { 2: two }
    expectTypeOf(events.pipe(upCast('Current', { versionOf: ({ version }) => version, to: 3, steps }))).toEqualTypeOf<
      PCollection<V3>
    >()
  })

  it('counts versions beyond the first few', () => {
    const steps = { 409: one, 410: two }
    expectTypeOf(events.pipe(upCast('Current', { versionOf: ({ version }) => version, to: 411, steps }))).toEqualTypeOf<
      PCollection<V3>
    >()
  })

  it('has no step that the next one cannot take, and none that is missing', () => {
    const versionOf = ({ version }: V1 | V2 | V3) => version
    // @ts-expect-error The step from version 2 takes events of version 2.
    upCast('Current', { versionOf, to: 3, steps: { 1: (event: V1) => event, 2: two } })
    // @ts-expect-error Nobody makes version 3 of version 2.
    upCast('Current', { versionOf, to: 3, steps: { 1: one } })
    // @ts-expect-error Nobody makes version 2 of version 1 first.
    upCast('Current', { versionOf, to: 4, steps: { 1: one, 3: (event: V3) => event } })
  })
})

describe('enrich', () => {
  it('adds the field, which is what is taken or the fallback', () => {
    expectTypeOf(
      orders.pipe(
        enrich('Segment', {
          with: customers,
          key: (order) => order.customer,
          as: 'segment',
          take: (row) => row.segment,
        }),
      ),
    ).toEqualTypeOf<PCollection<Order & { readonly segment: 'large' | 'small' | 'unknown' }>>()
    expectTypeOf(
      orders.pipe(enrich('Customer', { with: table, key: (order) => order.customer, as: 'row', fallback: null })),
    ).toEqualTypeOf<PCollection<Order & { readonly row: Customer | null }>>()
  })

  it('refuses a field that is there, and a key that the dimension has not', () => {
    // @ts-expect-error Elements have an amount.
    orders.pipe(enrich('Segment', { with: customers, key: (order) => order.customer, as: 'amount' }))
    // @ts-expect-error Customers are found by name.
    orders.pipe(enrich('Segment', { with: customers, key: (order) => order.amount, as: 'segment' }))
  })
})
