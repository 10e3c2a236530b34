/**
 * ChangingSessions: a grouping over windows that merge, fed by changes. An element that is taken back leaves the windows that the
 * elements still there would have had without it: a session may shrink, fall into several, or vanish.
 *
 * Every session keeps its elements, each with the window that it was assigned. The changes of a key are taken once per bundle, and
 * those that cancel each other (-old, +new of one value) do nothing. Then, where a session has lost a window that no other element
 * of it and none of the bundle has, the windows of what is left are merged anew, together with those that come:
 *
 * - A session goes on when all that is left of it is in one window that covers its own. It merges as ever (35, 36, 47).
 * - Any other session is no more. What it has emitted is void, or taken back where panes are changes, at once and before anything new.
 *   What is left of it goes into its new windows as if it came only now: a window that was not there begins with a fresh trigger, pane
 *   index 0, and timers and holds by the present watermarks. Its panes come when its trigger says so, like those of a merged session.
 *
 * **Expiry** — An element is tested by its own window, when it comes and when it is taken back: once that has expired it goes to the
 * ledger as `expired`, and the session stays as it is. No part of a session has expired where a change comes no later than the allowed
 * lateness after its element (a grouping above emits none later, and the part reached the element, so it closes later). Of windows that
 * begin before their elements a part may have expired at once; it is emitted all the same, by the next step of the watermark at the
 * latest, and a grouping below that has to drop it says so in its ledger.
 *
 * **Finished triggers** — A tombstone keeps no elements. What takes one of its back goes to the ledger as `closed-window`; what
 * is taken back and was never here, although no trigger may finish, is an error of the steps above (code `UNKNOWN_CHANGE`).
 *
 * **Custom windows** — `merge` is given windows of sessions that have lost nothing together with assigned ones of elements, so merging
 * in several steps must come to the same as at once, which is its law.
 *
 * A change costs no more than in a session that only grows, as long as it takes back no window: then the elements of the session are
 * gone through once. State is all elements until the session expires. `plan` chooses this class for changes into merging windows alone.
 */
import { formatTimestamp, type Window } from '@tidemark/core'
import { signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import { ElementReducer, type Copies, type HeldElement } from './element-reducer.ts'
import type { GroupingSpec } from './grouping.ts'
import type { Group } from './group.ts'
import { groupingError, unknownChange } from './grouping-error.ts'
import { sameWindow, type KeyWindows } from './key-windows.ts'
import { MergingGrouping } from './merging-grouping.ts'

/** What the rows of a bundle do to elements of one text. */
interface Change {
  readonly element: HeldElement
  /** How many come, or go when it is below zero. */
  by: number
  rows: number
  /** The last of the rows. */
  row: number
}

/** What becomes of windows: those that are not there stay as they are. */
type Merged = ReadonlyMap<string, Window>

/** What is left of a session that is no more. */
interface Parted {
  readonly left: readonly Copies[]
  /** Rows that no pane has accounted for yet. */
  readonly pending: number
}

/** A grouping of changes over windows that merge. */
export class ChangingSessions extends MergingGrouping {
  readonly #elements: ElementReducer

  constructor(spec: GroupingSpec) {
    const elements = new ElementReducer(spec.payload)
    super(spec, elements)
    this.#elements = elements
  }

  protected override takeKey(known: KeyWindows, bundle: Bundle): void {
    const changes = this.#net(known, bundle)
    const coming = changes.filter(({ by }) => by > 0)
    const loosened = this.#takeBack(
      known,
      bundle,
      changes,
      new Set(coming.map(({ element }) => textOf(element.window))),
    )
    const merged = this.#merge(known, coming, loosened)
    if (merged !== undefined) this.#regroup(known, merged, loosened)
    for (const change of coming) this.#bring(known, bundle, change, becomes(change.element.window, merged))
  }

  /** The rows of a key as changes that do not cancel each other. What has expired goes to the ledger. */
  #net(known: KeyWindows, bundle: Bundle): readonly Change[] {
    const changes = new Map<string, Change>()
    for (let row = known.head; row >= 0; row = this.nextRow(row)) {
      if (this.isExpired(windowAt(bundle, row))) {
        this.enterExpired(bundle, row)
        continue
      }
      const element = this.#elementAt(bundle, row)
      const change = changes.get(element.text) ?? { element, by: 0, rows: 0, row }
      changes.set(element.text, change)
      change.by += signAt(bundle, row)
      change.rows++
      change.row = row
    }
    // What came and went in one bundle is in the net of all panes: nothing of it waits.
    for (const { by, rows } of changes.values()) this.log.counters.withOutput += rows - Math.abs(by)
    return [...changes.values()].filter(({ by }) => by !== 0)
  }

  #elementAt(bundle: Bundle, row: number): HeldElement {
    try {
      return this.#elements.element(this.valueAt(bundle, row), bundle.timestamps[row]!, windowAt(bundle, row))
    } catch (cause) {
      throw groupingError('The value coder', this.log.step.path, cause)
    }
  }

  /**
   * Takes elements out of their sessions and returns the slots of those that have lost a window, which none of the elements that are left or
   * coming has: such a session may not hold together any more.
   */
  #takeBack(
    known: KeyWindows,
    bundle: Bundle,
    changes: readonly Change[],
    coming: ReadonlySet<string>,
  ): ReadonlySet<number> {
    const lost = new Map<number, Set<string>>()
    for (const change of changes) {
      const { element } = change
      for (const slot of known.active) {
        const group = this.table.get(slot)!
        let copies = change.by < 0 ? this.#elements.countOf(group.accumulator, element) : 0
        if (copies === 0) continue
        for (; change.by < 0 && copies > 0; copies--, change.by++) this.add(group, slot, element, element.timestamp, -1)
        const window = textOf(element.window)
        if (copies > 0 || coming.has(window)) continue
        lost.set(slot, (lost.get(slot) ?? new Set()).add(window))
      }
      for (; change.by < 0; change.by++) this.#enterUnknown(bundle, change.row)
    }
    const loosened = [...lost].filter(([slot, windows]) => !this.#hasAll(this.table.get(slot)!, windows))
    return new Set(loosened.map(([slot]) => slot))
  }

  #hasAll(group: Group, windows: ReadonlySet<string>): boolean {
    const missing = new Set(windows)
    for (const { element } of this.#elements.elementsOf(group.accumulator)) {
      if (missing.delete(textOf(element.window)) && missing.size === 0) return true
    }
    return false
  }

  #enterUnknown(bundle: Bundle, row: number): void {
    const { windowing, log, inputWatermark } = this
    const detail = 'it takes back an element of a window whose trigger had finished'
    if (windowing.mayLoseData) log.enterRow('closed-window', bundle, row, windowAt(bundle, row), inputWatermark, detail)
    else
      throw unknownChange(
        `an element at ${formatTimestamp(bundle.timestamps[row]!)} that none of its windows holds`,
        log.step.path,
      )
  }

  /** Merges the windows of sessions, those of the elements left in loosened ones, and those that come; `undefined` when all stay as they are. */
  #merge(known: KeyWindows, coming: readonly Change[], loosened: ReadonlySet<number>): Merged | undefined {
    const windows = new Map<string, Window>()
    for (const slot of known.active) {
      const { accumulator, window } = this.table.get(slot)!
      if (!loosened.has(slot)) windows.set(textOf(window), window)
      else
        for (const { element } of this.#elements.elementsOf(accumulator))
          windows.set(textOf(element.window), element.window)
    }
    const before = windows.size
    for (const { element } of coming) windows.set(textOf(element.window), element.window)
    if (loosened.size === 0 && windows.size === before) return undefined
    const merged = new Map<string, Window>()
    for (const { from, into } of this.windowing.windowFn.merge!([...windows.values()]))
      for (const window of from) merged.set(textOf(window), into)
    return merged
  }

  /** Brings sessions and what is left of those that are no more into the windows that theirs have become. */
  #regroup(known: KeyWindows, merged: Merged, loosened: ReadonlySet<number>): void {
    const goingOn = new Map<string, { readonly window: Window; readonly slots: number[]; joined: boolean }>()
    const parted: Parted[] = []
    for (const slot of known.active) {
      const group = this.table.get(slot)!
      const window = loosened.has(slot) ? this.#successor(group, merged) : becomes(group.window, merged)
      if (window === undefined) {
        parted.push(this.#part(known, slot))
        continue
      }
      const text = textOf(window)
      const entry = goingOn.get(text) ?? { window, slots: [], joined: false }
      goingOn.set(text, entry)
      entry.slots.push(slot)
      entry.joined ||= !sameWindow(group.window, window) || (!loosened.has(slot) && merged.has(text))
    }
    for (const { window, slots, joined } of goingOn.values())
      if (joined || slots.length > 1) this.mergeGroups(known, slots, window)
    for (const session of parted) this.#place(known, session, merged)
  }

  /** The window in which a loosened session goes on; `undefined` when there is none. */
  #successor({ accumulator, window: own }: Group, merged: Merged): Window | undefined {
    let only: Window | undefined
    for (const { element } of this.#elements.elementsOf(accumulator)) {
      const window = becomes(element.window, merged)
      if (only !== undefined && !sameWindow(only, window)) return undefined
      only = window
    }
    return only !== undefined && only.start <= own.start && own.end <= only.end ? only : undefined
  }

  #part(known: KeyWindows, slot: number): Parted {
    const { accumulator, pending } = this.table.get(slot)!
    this.emitter.dissolve(this.table.get(slot)!)
    known.active = known.active.filter((other) => other !== slot)
    this.times.free(slot)
    return { left: [...this.#elements.elementsOf(accumulator)], pending }
  }

  /** Puts what is left of a session into its windows, in their order. */
  #place(known: KeyWindows, { left, pending }: Parted, merged: Merged): void {
    const placed = left.map((copies) => ({ ...copies, window: becomes(copies.element.window, merged) }))
    placed.sort(({ window: a }, { window: b }) => a.start - b.start || a.end - b.end)
    let slot = -1
    for (const [index, { element, count, window }] of placed.entries()) {
      if (index === 0 || !sameWindow(window, placed[index - 1]!.window)) slot = this.openSlot(known, window)
      const group = this.table.get(slot)!
      for (let copy = 0; copy < count; copy++) this.add(group, slot, element, element.timestamp, 1)
      // Their rows were counted when they came: they wait in the first window, or some pane has had them.
      group.pending += (index === 0 ? pending : 0) - count
    }
    if (placed.length === 0) this.log.counters.withOutput += pending
  }

  #bring(known: KeyWindows, bundle: Bundle, { element, by, row }: Change, window: Window): void {
    const slot = this.slotFor(known, window)
    const group = this.table.get(slot)!
    for (let copy = 0; copy < by; copy++) {
      if (group.closed) {
        this.enterClosed(bundle, row, window)
        continue
      }
      this.noteSplits(known, bundle, row)
      this.add(group, slot, element, element.timestamp, 1)
    }
  }
}

function becomes(window: Window, merged: Merged | undefined): Window {
  return merged?.get(textOf(window)) ?? window
}

function textOf({ start, end }: Window): string {
  return `${start} ${end}`
}
