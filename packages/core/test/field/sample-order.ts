/**
 * A schema with a field of every type, and a row of it, for the tests of named fields.
 */
import { schema, type RowOfSchema } from '../../src/field/index.ts'

/** Every type once, most of them optional. */
export const order = schema('Order', {
  id: 'text',
  note: 'text?',
  amount: 'integer',
  discount: 'integer?',
  weight: 'number',
  score: 'number?',
  isGift: 'boolean',
  isPaid: 'boolean?',
  cents: 'bigint',
  refund: 'bigint?',
  placedAt: 'timestamp',
  shippedAt: 'timestamp?',
  price: 'decimal',
  oldPrice: 'decimal?',
  tags: 'text[]',
  buyer: { name: 'text', age: 'integer?' },
})

/** A row of it. */
export type Order = RowOfSchema<typeof order>

/** A row without what is optional. */
export const plain: Order = Object.freeze({
  id: 'o-1',
  amount: 250,
  weight: 1.5,
  isGift: false,
  cents: 1999n,
  placedAt: Date.UTC(2026, 2, 29, 12),
  price: '12.50',
  tags: ['a'],
  buyer: { name: 'Ann' },
})
