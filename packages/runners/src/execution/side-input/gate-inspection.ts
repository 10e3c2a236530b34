/**
 * What a gate says of the rows that wait at it, when it is asked.
 */
import { formatWindow, type Window } from '@tidemark/core'
import { earliest, type AwaitedView, type GateInspection, type Holder } from '../explain/inspection.ts'
import type { GateClocks } from './gate-clocks.ts'
import type { NeededWindows } from './needed-windows.ts'
import type { SideView } from './side-view.ts'
import type { WaitingRow, WaitingUnit } from './waiting-units.ts'

/** All rows of units. */
export function rowsOf(units: Iterable<readonly [slot: number, unit: WaitingUnit]>): readonly WaitingRow[] {
  return Array.from(units, ([, { rows }]) => rows).flat()
}

/** The rows of one main window; `awaited` says what they wait for. `undefined` when there is none. */
export function inspectWindow(
  waiting: readonly WaitingRow[],
  { start, end }: Window,
  awaited: (window: Window) => readonly AwaitedView[],
): GateInspection | undefined {
  const here = waiting.filter(({ window }) => window.start === start && window.end === end)
  if (here.length === 0) return undefined
  const window = { start, end }
  const hold = Math.min(...here.map(({ timestamp }) => timestamp))
  return { kind: 'gate', window, waiting: here.length, awaited: awaited(window), hold }
}

/** The side windows that are not ready, of those that are needed. */
export function awaitedOf(
  { sides }: NeededWindows,
  views: readonly SideView[],
  clocks: GateClocks,
): readonly AwaitedView[] {
  return sides.flatMap(({ isReady, window, readyAfter }, index) => {
    const { path } = views[index]!.spec.view
    return isReady ? [] : [{ view: path, window, readyAfter, watermark: clocks.of(index + 1) }]
  })
}

/** The rows that hold the output watermark, the earliest first. */
export function holdersAmong(waiting: readonly WaitingRow[], limit: number): readonly Holder[] {
  const held = waiting.map(({ timestamp, window }): Holder => {
    return { timestamp, owner: `an element of ${formatWindow(window)} that waits for its side inputs` }
  })
  return earliest(held, limit)
}
