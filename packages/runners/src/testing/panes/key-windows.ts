/**
 * The windows of one key in a grouping.
 *
 * Windows are open (elements, a running trigger) or tombstones (34). Only open windows merge.
 */
import {
  isMerging,
  MAX_TIMESTAMP,
  windowsIntersect,
  type LedgerReason,
  type Timestamp,
  type Window,
  type WindowedValue,
  type WindowingStrategy,
} from '@tidemark/core'
import { textOfWindow } from '../evaluator/rows.ts'
import { expiryOf, isExpired } from './expiry.ts'
import { applyElement } from './grouped-value.ts'
import type { GroupingSpec } from './grouping-spec.ts'
import { mergeCells } from './merge-cells.ts'
import { emitPane, MERGED_AWAY, retractEmitted, triggerContext } from './pane-emission.ts'
import { holdElement } from './pane-hold.ts'
import type { StepClock } from './pane-timing.ts'
import { onFire } from './trigger-fire.ts'
import { isReady, onElement } from './trigger-rules.ts'
import { entomb, holdsOf, isDue, newWindowCell, takeDue, type WindowCell } from './window-cell.ts'

type Element = WindowedValue<unknown>

/** All windows of one key. */
export class KeyWindows {
  readonly #grouping: GroupingSpec
  readonly #windowing: WindowingStrategy
  readonly #key: unknown
  readonly #cells = new Map<string, WindowCell>()
  /** Sessions that have expired: an element that overlaps one would have joined it, had it come in time. */
  #past: readonly Window[] = []

  constructor(grouping: GroupingSpec, key: unknown) {
    this.#grouping = grouping
    this.#windowing = grouping.windowing
    this.#key = key
  }

  /** Takes the key's elements of a bundle and returns what is emitted. */
  process(elements: readonly Element[], clock: StepClock): readonly Element[] {
    const emitted: Element[] = []
    const accepted = elements.filter((element) => this.#accepts(element, clock))
    const mergedInto = this.#merge(accepted, clock, emitted)
    const touched = new Map<string, Window>()
    for (const element of accepted) {
      const window = mergedInto.get(textOfWindow(element.window)) ?? element.window
      this.#add(window, element, clock)
      touched.set(textOfWindow(window), window)
    }
    // 24: triggers are asked once, when all elements of the bundle are in.
    for (const text of touched.keys()) {
      const cell = this.#cells.get(text)
      if (cell !== undefined) this.#fireIfReady(cell, clock, emitted)
    }
    return emitted
  }

  /** Whether a timer of some window is due. */
  isDue(clock: StepClock): boolean {
    return [...this.#cells.values()].some((cell) => isDue(cell, clock))
  }

  /** Looks at the windows whose timers are due and returns what is emitted. */
  wake(clock: StepClock): readonly Element[] {
    const emitted: Element[] = []
    for (const [text, cell] of [...this.#cells].filter(([, windowCell]) => isDue(windowCell, clock))) {
      const byWatermark = takeDue(cell, clock)
      const expired = isExpired(this.#windowing, cell.window, clock.input)
      if (expired && !byWatermark) continue // 28
      if (expired) {
        // 25, 33, 41: one last pane, whatever the trigger says, then nothing is left.
        if (!cell.trigger.finished) this.#emit(cell, true, clock, emitted)
        this.#cells.delete(text)
        if (isMerging(this.#windowing)) this.#past = [...this.#past, cell.window]
      } else {
        this.#fireIfReady(cell, clock, emitted)
      }
    }
    return emitted
  }

  /** The earliest hold or pending event-time timer. */
  hold(): Timestamp {
    return Math.min(MAX_TIMESTAMP, ...[...this.#cells.values()].flatMap(holdsOf))
  }

  // 10, 13: by the element's own window, even when it would join a session that is open.
  #accepts(element: Element, clock: StepClock): boolean {
    const { window } = element
    if (isExpired(this.#windowing, window, clock.input)) {
      this.#enter('expired', element, window, clock)
      return false
    }
    return true
  }

  #merge(elements: readonly Element[], clock: StepClock, emitted: Element[]): ReadonlyMap<string, Window> {
    const mergedInto = new Map<string, Window>()
    if (!isMerging(this.#windowing)) return mergedInto
    const open = [...this.#cells.values()].filter((cell) => !cell.trigger.finished).map((cell) => cell.window)
    const windows = new Map([...open, ...elements.map((element) => element.window)].map((w) => [textOfWindow(w), w]))
    for (const { from, into } of this.#windowing.windowFn.merge?.([...windows.values()]) ?? []) {
      const sources = from.flatMap((window) => {
        mergedInto.set(textOfWindow(window), into)
        const cell = this.#cells.get(textOfWindow(window))
        return cell === undefined || cell.trigger.finished ? [] : [cell]
      })
      if (sources.length === 0) continue
      const own = this.#cells.get(textOfWindow(into))
      for (const source of sources) {
        if (source !== own) emitted.push(...retractEmitted(this.#windowing, source, MERGED_AWAY))
        this.#cells.delete(textOfWindow(source.window))
      }
      this.#cells.set(textOfWindow(into), mergeCells(into, own, sources, this.#windowing, clock))
    }
    return mergedInto
  }

  #add(window: Window, element: Element, clock: StepClock): void {
    let cell = this.#cells.get(textOfWindow(window))
    if (cell?.trigger.finished === true) {
      this.#enter('closed-window', element, window, clock) // 34
      return
    }
    this.#noteSplits(element, clock)
    if (cell === undefined) {
      cell = newWindowCell(window, this.#windowing.trigger)
      this.#cells.set(textOfWindow(window), cell)
    }
    cell.values = applyElement(this.#grouping.payload, cell.values, element)
    cell.fresh += 1
    cell.wakeByWatermark.add(expiryOf(this.#windowing, window))
    holdElement(cell.hold, this.#windowing, window, element.timestamp, clock)
    onElement(this.#windowing.trigger, cell.trigger, triggerContext(this.#windowing, cell, clock))
  }

  // Batch would have joined it with a session that takes nothing any more: it has expired, or its trigger has finished.
  #noteSplits(element: Element, clock: StepClock): void {
    const closed = [...this.#cells.values()].flatMap(({ trigger, window }) => (trigger.finished ? [window] : []))
    for (const other of isMerging(this.#windowing) ? [...closed, ...this.#past] : []) {
      if (windowsIntersect(other, element.window)) this.#enter('session-split', element, element.window, clock)
    }
  }

  #fireIfReady(cell: WindowCell, clock: StepClock, emitted: Element[]): void {
    const { trigger } = this.#windowing
    const context = triggerContext(this.#windowing, cell, clock)
    if (cell.trigger.finished || !isReady(trigger, cell.trigger, context)) return
    onFire(trigger, cell.trigger, context)
    const finished = cell.trigger.finished
    this.#emit(cell, finished, clock, emitted)
    cell.fresh = 0
    if (this.#windowing.accumulationMode === 'discarding') cell.values = []
    if (finished) entomb(cell)
  }

  #emit(cell: WindowCell, isLast: boolean, clock: StepClock, emitted: Element[]): void {
    emitted.push(...emitPane(this.#grouping, this.#key, cell, isLast, clock))
  }

  #enter(reason: LedgerReason, element: Element, window: Window, clock: StepClock): void {
    const { value, timestamp } = element
    this.#grouping.ledger({ reason, element: value, timestamp, window, watermark: clock.input })
  }
}
