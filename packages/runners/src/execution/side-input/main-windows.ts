/**
 * MainWindows: what the rows of a main window need.
 *
 * Rows of one window mostly follow each other, so the last one is remembered; and only that, as there may be a window for every row.
 */
import type { Timestamp, Window } from '@tidemark/core'
import type { GateClocks } from './gate-clocks.ts'
import type { NeededWindows, Needs } from './needed-windows.ts'
import type { SideView } from './side-view.ts'

interface MainWindow {
  readonly window: Window
  /** The main clock strictly above which what its rows need is gone. */
  readonly unseenAfter: Timestamp
  needed: NeededWindows | undefined
}

/** The main windows of a gate. */
export class MainWindows {
  readonly #views: readonly SideView[]
  readonly #needs: Needs
  readonly #clocks: GateClocks
  #last: MainWindow | undefined

  constructor(views: readonly SideView[], needs: Needs, clocks: GateClocks) {
    this.#views = views
    this.#needs = needs
    this.#clocks = clocks
  }

  /** The main clock strictly above which what rows of a window need is gone. */
  unseenAfter(window: Window): Timestamp {
    return this.#of(window).unseenAfter
  }

  /** What rows of a window need; it is kept from then on, so it must not be gone. */
  neededBy(window: Window): NeededWindows {
    const main = this.#of(window)
    return (main.needed ??= this.#needs.of(
      this.#views.map((view, index) => view.open(view.windowOf(window), this.#clocks.of(index + 1))),
    ))
  }

  /** To be called when something that was needed has been forgotten. */
  forget(): void {
    this.#last = undefined
  }

  #of(window: Window): MainWindow {
    const last = this.#last
    if (last !== undefined && last.window.start === window.start && last.window.end === window.end) return last
    let unseenAfter = Infinity
    for (const view of this.#views) unseenAfter = Math.min(unseenAfter, view.unseenAfter(view.windowOf(window)))
    return (this.#last = { window, unseenAfter, needed: undefined })
  }
}
