/**
 * Numbers of the source `Side` in windows of ten: what the tests of side inputs see.
 */
import {
  fixedWindows,
  milliseconds,
  windowInto,
  type KV,
  type PCollection,
  type Root,
  type WindowFn,
} from '@tidemark/core'
import { numbers } from '../scripted.ts'

/** Keyed numbers. */
export type Numbers = PCollection<KV<string, number>>

/** Windows of ten milliseconds. */
export const perTen: WindowFn = fixedWindows(milliseconds(10))

const sides = new WeakMap<Root, Numbers>()

/** The numbers of the source `Side`; one source, however often it is asked for. */
export function side(root: Root): Numbers {
  const known = sides.get(root) ?? numbers(root, {}, 'Side').pipe(windowInto(perTen))
  sides.set(root, known)
  return known
}
