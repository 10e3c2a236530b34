/**
 * A pipeline to draw: outputs by name, a view, panes that grow, and a step that takes each pane for an element.
 */
import type { Sink } from '../../src/model/sink.ts'
import {
  asSingleton,
  combinePerKey,
  fixedWindows,
  groupByKey,
  hours,
  map,
  minutes,
  parDo,
  tagged,
  windowInto,
  withKeys,
  write,
  type PCollection,
  type Root,
} from '../../src/index.ts'
import { orders, type Order } from '../described-source.ts'
import { largest } from './largest.ts'

const nowhere: Sink<unknown> = {
  description: 'nowhere',
  open: () => {
    throw new Error('a picture opens no sink')
  },
}

/** The pipeline; its texts in the tests were written by hand. */
export function pictured(root: Root): { rated: PCollection<unknown>; groups: PCollection<unknown> } {
  const { eu, us } = orders(root).pipe(
    parDo({
      outputs: ['eu', 'us'],
      *process(order: Order) {
        yield tagged(order.region, order.amount)
      },
    }),
  )
  const rate = us.pipe(windowInto(fixedWindows(hours(1))), asSingleton<number>('Rate'))
  const best = eu.pipe(
    windowInto(fixedWindows(minutes(1)), {
      allowedLateness: hours(1),
      accumulationMode: 'accumulating',
      mayDrift: true,
    }),
    withKeys((amount) => amount % 10),
    combinePerKey('Best', largest),
  )
  const rated = best.pipe(map(([digit, amount], side) => [digit, amount * side.rate] as const, { side: { rate } }))
  const groups = best.pipe(groupByKey('Groups', { order: 'any' }))
  groups.pipe(map(([digit]) => digit)).pipe(write('Table', nowhere))
  return { rated, groups }
}
