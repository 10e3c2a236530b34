/**
 * What the types of asOfJoin promise: the row by its side, `null` unless the join is inner, and functions of rows that see rows.
 */
import { asOfJoin, hours, type Coder, type KV, type PCollection } from '@tidemark/core'
import { describe, expectTypeOf, it } from 'vitest'

interface Order {
  readonly id: string
}
interface Rate {
  readonly rate: number
  readonly entered: number
}

declare const orders: PCollection<KV<'eur' | 'usd', Order>>
declare const rates: PCollection<KV<'eur' | 'usd', Rate>>
declare const unkeyed: PCollection<Rate>

type Of<V> = PCollection<KV<'eur' | 'usd', V>>
type Found = { readonly left: Order; readonly right: Rate }
type Alone = { readonly left: Order; readonly right: null }

const inputs = { left: orders, right: rates }

describe('asOfJoin', () => {
  it('gives the row, or null unless the join is inner', () => {
    expectTypeOf(asOfJoin('J', inputs)).toEqualTypeOf<Of<Found | Alone>>()
    expectTypeOf(asOfJoin('J', inputs, {})).toEqualTypeOf<Of<Found | Alone>>()
    expectTypeOf(asOfJoin('J', inputs, { maxAge: hours(1) })).toEqualTypeOf<Of<Found | Alone>>()
    expectTypeOf(asOfJoin('J', inputs, { type: 'left', lateRows: 'restate' })).toEqualTypeOf<Of<Found | Alone>>()
    expectTypeOf(asOfJoin('J', inputs, { type: 'inner' })).toEqualTypeOf<Of<Found>>()
  })

  it('asks rows when they became known and which is later', () => {
    asOfJoin('J', inputs, {
      lateRows: 'freeze',
      knownAt: (row) => {
        expectTypeOf(row).toEqualTypeOf<Rate>()
        return row.entered
      },
      orderBy: (row) => {
        expectTypeOf(row).toEqualTypeOf<Rate>()
        return row.rate
      },
    })
    // @ts-expect-error A timestamp is a number.
    asOfJoin('J', inputs, { lateRows: 'freeze', knownAt: () => new Date() })
  })

  it('takes two keyed inputs with keys of one type, and what it knows of options', () => {
    // @ts-expect-error Rows without a key answer nobody.
    asOfJoin('J', { left: orders, right: unkeyed })
    // @ts-expect-error A join has two sides.
    asOfJoin('J', { left: orders })
    // @ts-expect-error Rows without an element do not come out.
    asOfJoin('J', inputs, { type: 'full' })
    // @ts-expect-error There is no such policy.
    asOfJoin('J', inputs, { lateRows: 'drop' })
    // @ts-expect-error A bare number says no unit.
    asOfJoin('J', inputs, { maxAge: 5 })
    const ofRates = {} as Coder<Rate>
    // @ts-expect-error The coder of the other side.
    asOfJoin('J', inputs, { leftCoder: ofRates })
    asOfJoin('J', inputs, { rightCoder: ofRates })
  })
})
