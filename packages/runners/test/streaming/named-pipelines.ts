/**
 * Live pipelines that the tests of refs name by module and export.
 */
import { boundedOutOfOrderness, seconds, type KV, type PCollection, type Root } from '@tidemark/core'
import { fromObservable } from '@tidemark/runners/streaming'
import { from } from 'rxjs'
import { click, perMinute, type Click } from './clicks.ts'

const clicks: readonly Click[] = [click('10:00:01'), click('10:01:10', 'help'), click('10:00:58')]

type Counts = PCollection<KV<Click['page'], number>>

/** A pipeline. */
export const clickCounts = (root: Root): { readonly counts: Counts } => countsWithin({ disorder: 30 })(root)

/** Makes a pipeline of arguments: by how many seconds clicks may be out of order. */
export const countsWithin =
  ({ disorder }: { readonly disorder: number }) =>
  (root: Root): { readonly counts: Counts } => ({
    counts: root.pipe(
      fromObservable('Clicks', from(clicks), {
        timestamp: (one) => one.at,
        watermark: boundedOutOfOrderness(seconds(disorder)),
      }),
      perMinute,
    ),
  })
