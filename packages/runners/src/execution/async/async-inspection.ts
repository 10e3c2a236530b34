/**
 * What an asynchronous step says of what waits in it, when it is asked.
 */
import type { Window } from '@tidemark/core'
import { earliest, type AsyncInspection, type Holder } from '../explain/inspection.ts'
import type { PendingElement } from './pending-unit.ts'

/** What waits of one window; `undefined` when nothing does. Elements of all keys alike: the step knows no keys. */
export function inspectElements(elements: readonly PendingElement[], asked: Window): AsyncInspection | undefined {
  const here = elements.filter(({ window: { start, end } }) => start === asked.start && end === asked.end)
  if (here.length === 0) return undefined
  const oldest = Math.min(...here.map(({ timestamp }) => timestamp))
  return { kind: 'async', window: asked, pending: here.length, oldest, hold: oldest }
}

/** What holds the step's output watermark. */
export function holdersOf(elements: readonly PendingElement[], limit: number): readonly Holder[] {
  const held = elements.map(({ timestamp, answered }): Holder => ({
    timestamp,
    owner: answered ? 'an element that waits for those before it' : 'an element whose call has not ended',
  }))
  return earliest(held, limit)
}
