/**
 * The windows of a view, as a step that reads it knows them: what they hold, whether they may be read, who has read them (71, 72).
 */
import { MAX_TIMESTAMP, maxTimestamp } from '@tidemark/core'
import type { SideInputView, Timestamp, Trigger, Window, WindowingStrategy } from '@tidemark/core'
import { textOfWindow } from '../evaluator/rows.ts'
import { expiryOf } from './expiry.ts'

/** One window of a view. */
interface KnownWindow {
  /** Its latest pane. */
  elements: readonly unknown[] | undefined
  isRead: boolean
}

/** The windows of one view. */
export class SideWindows {
  readonly windowing: WindowingStrategy
  readonly #view: SideInputView
  /** The trigger under which the view's elements were grouped. */
  readonly #trigger: Trigger
  readonly #known = new Map<string, KnownWindow>()

  constructor(view: SideInputView, windowing: WindowingStrategy, trigger: Trigger) {
    this.#view = view
    this.#trigger = trigger
    this.windowing = windowing
  }

  /** The elements of a window, by its latest pane (72). */
  elements(window: Window): readonly unknown[] {
    return this.#known.get(textOfWindow(window))?.elements ?? []
  }

  /** Whether a window may be read by the clock of the view. */
  isReady(window: Window, clock: Timestamp): boolean {
    if (clock > expiryOf(this.windowing, window)) return true
    if (this.#view.ready === 'final') return false
    // 71: it has a pane, or would have one if it had elements.
    return this.#known.get(textOfWindow(window))?.elements !== undefined || clock > guaranteed(this.#trigger, window)
  }

  /**
   * Takes a pane; says whether it may be seen. A final window is without it when it comes after that, unless nobody can have looked:
   * `isGone` says that nothing is known of the window any more.
   */
  take(window: Window, elements: readonly unknown[], clock: Timestamp, isGone: boolean): boolean {
    const known = this.#of(window)
    const isLate = this.#view.ready === 'final' && clock > expiryOf(this.windowing, window)
    if (isLate && (isGone || known.isRead)) return false
    if (!isGone) known.elements = elements
    return true
  }

  read(window: Window): void {
    this.#of(window).isRead = true
  }

  #of(window: Window): KnownWindow {
    const text = textOfWindow(window)
    const known = this.#known.get(text) ?? { elements: undefined, isRead: false }
    this.#known.set(text, known)
    return known
  }
}

/** The watermark past which a window that has elements has had a pane. */
function guaranteed(trigger: Trigger, window: Window): Timestamp {
  const all = (parts: readonly Trigger[]): Timestamp[] => parts.map((part) => guaranteed(part, window))
  switch (trigger.kind) {
    case 'default':
    case 'after-watermark':
      return maxTimestamp(window)
    case 'repeatedly':
      return guaranteed(trigger.of, window)
    case 'after-any':
      return Math.min(...all(trigger.of))
    case 'after-all':
      return Math.max(...all(trigger.of))
    case 'after-each':
      return all(trigger.of)[0]!
    case 'or-finally':
      return Math.min(...all([trigger.main, trigger.until]))
    default:
      return MAX_TIMESTAMP
  }
}
