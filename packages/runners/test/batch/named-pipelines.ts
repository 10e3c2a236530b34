/**
 * Pipelines over history that the tests of refs name by module and export.
 */
import { combinePerKey, create, type KV, type PCollection, type Root } from '@tidemark/core'
import { sum } from '@tidemark/transforms'

const sales: readonly KV<'eu' | 'us', number>[] = [
  ['eu', 3],
  ['us', 5],
  ['eu', 4],
]

/** A pipeline. */
export const revenue = (root: Root): { readonly perRegion: PCollection<KV<'eu' | 'us', number>> } => ({
  perRegion: root.pipe(create('Sales', sales), combinePerKey('Revenue', sum())),
})

/** Makes a pipeline of arguments. */
export const revenueAbove =
  ({ least }: { readonly least: number }) =>
  (root: Root): { readonly perRegion: PCollection<KV<'eu' | 'us', number>> } => ({
    perRegion: root.pipe(
      create(
        'Sales',
        sales.filter(([, amount]) => amount >= least),
      ),
      combinePerKey('Revenue', sum()),
    ),
  })

/** Two siblings of one name: a fault that is found when the pipeline is built. */
export const twice = (root: Root): { readonly all: PCollection<number> } => {
  root.pipe(create('Sales', [1]))
  return { all: root.pipe(create('Sales', [2])) }
}

/** No pipeline. */
export const year = 2026
