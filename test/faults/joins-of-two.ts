/**
 * The joins that faults are tried on, each over two sources in the hands of a test; and what a refusal says.
 */
import { asOfJoin, fixedWindows, intervalJoin, milliseconds, PipelineError, windowInto } from '@tidemark/core'
import type { JoinType, KV, LateRows } from '@tidemark/core'
import { windowJoin } from '@tidemark/transforms'
import type { OfTwo } from './two-sources.ts'

/** Bounds of an interval join, milliseconds. */
export interface Bounds {
  readonly before?: number
  readonly after?: number
  readonly lateness?: number
  readonly type?: JoinType
}

/** An interval join, by 5 ms on both sides and of all elements when nothing is said. */
export const interval =
  ({ before = 5, after = 5, lateness = 0, type = 'full' }: Bounds = {}): OfTwo =>
  (left, right) =>
    intervalJoin(
      'Join',
      { left, right },
      {
        before: milliseconds(before),
        after: milliseconds(after),
        lateness: milliseconds(lateness),
        type,
      },
    )

/** An as-of join. */
export const asOf =
  (lateRows: LateRows = 'wait', lateness = 0): OfTwo =>
  (left, right) =>
    asOfJoin('Join', { left, right }, { lateRows, lateness: milliseconds(lateness) })

/** A join of windows of 10 ms. */
export const perWindow: OfTwo = (left, right) => {
  const windows = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)))
  return windowJoin('Join', { left: left.pipe(windows), right: right.pipe(windows) }, { type: 'full' })
}

/** Every join, by name. */
export const joins: readonly (readonly [name: string, of: OfTwo])[] = [
  ['an interval join', interval()],
  ['an as-of join', asOf()],
  ['an as-of join that freezes', asOf('freeze')],
  ['an as-of join that restates', asOf('restate')],
  ['a window join', perWindow],
]

/** A refusal. */
export interface Fault {
  readonly code: string
  readonly step: string | undefined
  readonly message: string
}

/** What something is refused with; throws when it is not. */
export function faultOf(act: () => unknown): Fault {
  try {
    act()
  } catch (error) {
    if (error instanceof PipelineError) return { code: error.code, step: error.step, message: error.message }
    throw error
  }
  throw new Error('Nothing was thrown.')
}
