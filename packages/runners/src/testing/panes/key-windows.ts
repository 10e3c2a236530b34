/**
 * The windows of one key in a grouping.
 *
 * Windows are open (elements, a running trigger) or tombstones (34). Only open windows merge. Where elements may be taken back again,
 * so do those that have merged part again.
 */
import {
  assert,
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
import { becoming, isLoose, netOf, successorOf } from './changed-windows.ts'
import { applyValue, heldValue, isEqual } from './grouped-value.ts'
import type { GroupingSpec } from './grouping-spec.ts'
import { mergeCells } from './merge-cells.ts'
import { emitPane, MERGED_AWAY, retractEmitted, triggerContext } from './pane-emission.ts'
import { holdElement } from './pane-hold.ts'
import type { StepClock } from './pane-timing.ts'
import { onFire } from './trigger-fire.ts'
import { isReady, onElement } from './trigger-rules.ts'
import { entomb, holdsOf, isDue, newWindowCell, takeDue, type HeldValue, type WindowCell } from './window-cell.ts'

type Element = WindowedValue<unknown>

/** An element, and its value as a window holds it. */
interface Taken {
  readonly element: Element
  readonly held: HeldValue
}

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
    const touched: Window[] = []
    const accepted = elements
      .filter((element) => this.#accepts(element, clock))
      .map((element) => ({ element, held: heldValue(this.#grouping.payload, element) }))
    const changes = this.#isChanging ? netOf(accepted) : accepted
    const coming = this.#isChanging ? changes.filter(({ held }) => held.sign > 0) : changes
    const loose = this.#takeBack(
      changes.filter((change) => !coming.includes(change)),
      coming,
      touched,
      clock,
    )
    const { become, left } = this.#merge(
      coming.map(({ held }) => held.window),
      loose,
      clock,
      emitted,
    )
    for (const held of left) {
      this.#put(this.#openCell(become(held.window)), held, clock)
      touched.push(become(held.window))
    }
    for (const { element, held } of coming) {
      this.#add(become(held.window), element, held, clock)
      touched.push(become(held.window))
    }
    // 24: triggers are asked once, when all elements of the bundle are in.
    for (const text of new Set(touched.map(textOfWindow))) {
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

  get #isChanging(): boolean {
    return this.#grouping.fedByChanges && isMerging(this.#windowing)
  }

  get #open(): readonly WindowCell[] {
    return [...this.#cells.values()].filter((cell) => !cell.trigger.finished)
  }

  /** Takes values out of the open windows that hold them, and returns those that may not hold together any more. */
  #takeBack(
    going: readonly Taken[],
    coming: readonly Taken[],
    touched: Window[],
    clock: StepClock,
  ): ReadonlySet<WindowCell> {
    const lost = new Map<WindowCell, Window[]>()
    for (const { element, held } of going) {
      const cell = this.#open.find(({ values }) => values.some((value) => isEqual(value, held)))
      if (cell === undefined) {
        assert(this.#windowing.mayLoseData, 'a change takes back an element that no window holds')
        this.#enter('closed-window', element, held.window, clock) // 34: a tombstone keeps nothing
        continue
      }
      this.#put(cell, held, clock)
      touched.push(cell.window)
      lost.set(cell, [...(lost.get(cell) ?? []), held.window])
    }
    const windows = coming.map(({ held }) => held.window)
    return new Set([...lost].filter(([cell, own]) => isLoose(cell, own, windows)).map(([cell]) => cell))
  }

  /** Merges windows with those that come, parts the loose ones, and returns what windows become and what is left of those that are no more. */
  #merge(
    coming: readonly Window[],
    loose: ReadonlySet<WindowCell>,
    clock: StepClock,
    emitted: Element[],
  ): { readonly become: (window: Window) => Window; readonly left: readonly HeldValue[] } {
    if (!isMerging(this.#windowing)) return { become: (window) => window, left: [] }
    const standing = this.#open.flatMap((cell) =>
      loose.has(cell) ? cell.values.map(({ window }) => window) : [cell.window],
    )
    const windows = new Map([...standing, ...coming].map((window) => [textOfWindow(window), window]))
    const merges = this.#windowing.windowFn.merge?.([...windows.values()]) ?? []
    const become = becoming(merges)
    const left: HeldValue[] = []
    const goingOn = new Map<string, { readonly into: Window; readonly sources: readonly WindowCell[] }>()
    for (const cell of this.#open) {
      const into = loose.has(cell) ? successorOf(cell, become) : become(cell.window)
      if (into === undefined) {
        this.#takeAway(cell, emitted)
        left.push(...cell.values)
      } else {
        goingOn.set(textOfWindow(into), { into, sources: [...(goingOn.get(textOfWindow(into))?.sources ?? []), cell] })
      }
    }
    const merged = new Set(merges.flatMap(({ from }) => from.map(textOfWindow)))
    for (const { into, sources } of goingOn.values()) {
      const isSame = sources.every(({ window }) => textOfWindow(window) === textOfWindow(into))
      const isJoined = sources.some((cell) => !loose.has(cell) && merged.has(textOfWindow(cell.window)))
      if (isSame && !isJoined) continue
      // A tombstone of the very window gives way: what is merged into it was accepted.
      const own = sources.find(({ window }) => textOfWindow(window) === textOfWindow(into))
      for (const source of sources) {
        if (source === own) this.#cells.delete(textOfWindow(into))
        else this.#takeAway(source, emitted)
      }
      this.#cells.set(textOfWindow(into), mergeCells(into, own, sources, this.#windowing, clock))
    }
    return { become, left }
  }

  #takeAway(cell: WindowCell, emitted: Element[]): void {
    emitted.push(...retractEmitted(this.#windowing, cell, MERGED_AWAY))
    this.#cells.delete(textOfWindow(cell.window))
  }

  #add(window: Window, element: Element, held: HeldValue, clock: StepClock): void {
    if (this.#cells.get(textOfWindow(window))?.trigger.finished === true) {
      this.#enter('closed-window', element, window, clock) // 34
      return
    }
    this.#noteSplits(element, clock)
    this.#put(this.#openCell(window), held, clock)
  }

  /** The open cell of a window. A tombstone gives way to it. */
  #openCell(window: Window): WindowCell {
    const known = this.#cells.get(textOfWindow(window))
    if (known !== undefined && !known.trigger.finished) return known
    const cell = newWindowCell(window, this.#windowing.trigger)
    this.#cells.set(textOfWindow(window), cell)
    return cell
  }

  #put(cell: WindowCell, held: HeldValue, clock: StepClock): void {
    cell.values = applyValue(cell.values, held)
    cell.fresh += 1
    cell.wakeByWatermark.add(expiryOf(this.#windowing, cell.window))
    holdElement(cell.hold, this.#windowing, cell.window, held.timestamp, clock)
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
