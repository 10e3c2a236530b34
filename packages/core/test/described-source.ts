/**
 * A source that is only described, for tests that build graphs and run none.
 */
import type { PCollection, Root } from '../src/model/pcollection.ts'
import type { PullSource } from '../src/model/source.ts'
import { read } from '../src/primitives/read.ts'

/** An element of the described source. */
export interface Order {
  readonly region: 'eu' | 'us'
  readonly amount: number
  readonly at: number
}

/** A source of orders without any. */
export function orderSource(bounded: boolean): PullSource<Order> {
  return {
    mode: 'pull',
    description: 'orders',
    bounded,
    unit: 'line',
    splits: () => Promise.resolve([]),
    open: () => {
      throw new Error('a described source is never opened')
    },
  }
}

/** Reads orders without end. */
export function orders(root: Root, name = 'Orders'): PCollection<Order> {
  return root.pipe(read(name, orderSource(false), { timestamp: (order) => order.at }))
}
