/**
 * What a module of pipelines may export, right and wrong: the tests of refs name these.
 */
import type { Pipeline } from '../../src/graph/index.ts'
import {
  combineGlobally,
  fixedWindows,
  minutes,
  windowInto,
  map,
  type PCollection,
  type Root,
} from '../../src/index.ts'
import { orders, type Order } from '../described-source.ts'
import { largest } from './largest.ts'

/** A pipeline. */
export const largestOrder = (root: Root): { readonly largest: PCollection<number> } => ({
  largest: orders(root).pipe(
    windowInto(fixedWindows(minutes(1))),
    map((order) => order.amount),
    combineGlobally('Largest', largest),
  ),
})

/** A pipeline made from arguments. */
export const ordersOf =
  ({ name }: { readonly name: string }) =>
  (root: Root): { readonly orders: PCollection<Order> } => ({ orders: orders(root, name) })

/** Not a pipeline. */
export const someNumber = 1

/** Makes a pipeline too late. */
export const madeLater = async (args: object): Promise<Pipeline<never>> =>
  Promise.reject(new Error(JSON.stringify(args)))

/** Makes none of some arguments. */
export const pickyMaker = ({ days }: { readonly days: number }): Pipeline<never> => {
  throw new RangeError(`days is ${days}`)
}
