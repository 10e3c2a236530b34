/**
 * Counts per key and window with early and late panes, as the tests of sinks write them.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  milliseconds,
  windowInto,
  type AccumulationMode,
  type KV,
  type PCollection,
  type Root,
  type WindowFn,
} from '@tidemark/core'
import { count } from '@tidemark/transforms'
import { numbers } from '../scripted.ts'

/** Windows that take elements for 5 ms after their end, and have a pane for each bundle. */
export function panesOf(
  windows: WindowFn,
  accumulationMode: AccumulationMode,
): (root: Root) => PCollection<KV<string, number>> {
  return (root) =>
    numbers(root).pipe(
      windowInto(windows, {
        trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
        allowedLateness: milliseconds(5),
        accumulationMode,
        onTime: 'if-non-empty',
      }),
      combinePerKey('Count', count()),
    )
}
