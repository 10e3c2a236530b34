/**
 * Seen panes: what each pane of a view's bundle leaves to be seen of its window.
 */
import type { Window } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'

/** One pane of a view. */
export interface SeenPane {
  readonly window: Window
  /** The elements of the window; none where the pane only takes back what there was. */
  readonly elements: readonly unknown[]
  /** The row that holds them; `undefined` where there is none. */
  readonly row: number | undefined
}

/** The panes of a bundle, in order. What a pane takes back is not seen; that it leaves nothing is. */
export function seenPanes(bundle: Bundle): readonly SeenPane[] {
  const { panes, paneOf, signs, length } = bundle
  const rows = panes.map((): number | undefined => undefined)
  for (let row = 0; row < length; row++) if (signs === undefined || signs[row]! > 0) rows[paneOf![row]!] = row
  return panes.map(({ origin }, index) => {
    const row = rows[index]
    return { window: origin.window, elements: row === undefined ? [] : listAt(bundle, row), row }
  })
}

// The list stands under the key null.
function listAt({ keys, values }: Bundle, row: number): readonly unknown[] {
  const value = keys === undefined ? (values[row] as readonly unknown[])[1] : values[row]
  return value as readonly unknown[]
}
