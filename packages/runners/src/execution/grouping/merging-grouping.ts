/**
 * MergingGrouping: groupings over windows that merge, such as sessions. A group is found by its key, then by merging.
 *
 * The rows of one key in a bundle are taken together, as in Beam: their windows are merged with the active ones first, then
 * the elements go into the windows that result (statements 4-6, 35, 36, 47).
 */
import {
  assert,
  formatWindow,
  windowsIntersect,
  type Coder,
  type Timestamp,
  type Window,
  type WindowMerge,
} from '@tidemark/core'
import { signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import type { StateData } from '../snapshot/saved.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import { TimerQueue } from '../timer/timer-queue.ts'
import { isFinished } from '../trigger/trigger-state.ts'
import { Grouping, type GroupingSpec } from './grouping.ts'
import type { Group } from './group.ts'
import { groupingError } from './grouping-error.ts'
import { combineHolds, elementHold, garbageCollectionHold } from './group-hold.ts'
import { freshKey, putInOrder, sameWindow, type ExpiredWindow, type KeyWindows } from './key-windows.ts'
import type { Reducer } from './reducer.ts'
import { canonicalKey, KeyIndex } from '../state/key-index.ts'

/** A grouping over windows that merge. */
export class MergingGrouping extends Grouping {
  readonly #keys: KeyIndex<KeyWindows>
  readonly #keyCoder: Coder<unknown> | undefined
  readonly #present: KeyWindows[] = []
  /** Next row of the same key, by row. */
  #next = new Int32Array(0)
  /** When to forget the expired windows of a key, by ordinal of the expiry. */
  readonly #forget = new TimerQueue()
  readonly #expired = new Map<number, { readonly known: KeyWindows; readonly window: ExpiredWindow }>()
  #expiries = 0

  constructor(spec: GroupingSpec, reducer?: Reducer) {
    super(spec, reducer)
    this.#keyCoder = spec.payload.keyCoder
    this.#keys = new KeyIndex(this.#keyCoder)
  }

  protected takeRows(bundle: Bundle): void {
    const { watermarks, length } = bundle
    if (this.#next.length < length) this.#next = new Int32Array(length)
    // The first instant at which a window of the rows so far would have to be looked at.
    let due = Infinity
    for (let row = 0; row < length; row++) {
      if (watermarks !== undefined) {
        // Nor may a window that is open already close before the rows that would widen it are in it.
        if (watermarks[row]! > (this.exact ? this.inputWatermark : Math.min(due, this.nextEventTime()))) {
          this.#takeLinked(bundle)
          due = Infinity
        }
        this.follow(watermarks[row]!)
      }
      // What an element that is taken back leaves behind may be of any window.
      due = Math.min(due, signAt(bundle, row) < 0 ? this.inputWatermark : windowAt(bundle, row).end - 1)
      this.#link(bundle, row)
    }
    this.#takeLinked(bundle)
  }

  #takeLinked(bundle: Bundle): void {
    for (const known of this.#present) {
      this.takeKey(known, bundle)
      known.head = -1
      known.tail = -1
      this.#release(known)
    }
    this.#present.length = 0
  }

  protected remove(group: Group, slot: number, expired: boolean): void {
    const known = this.#keys.get(group.key)!
    if (!expired) {
      known.active = known.active.filter((other) => other !== slot)
      putInOrder(known.tombstones, slot)
      return
    }
    const { windowFn, allowedLateness } = this.windowing
    known.active = known.active.filter((other) => other !== slot)
    known.tombstones = known.tombstones.filter((other) => other !== slot)
    if ('gap' in windowFn) {
      const until = group.window.end - 1 + Number(windowFn.gap) + allowedLateness
      this.#remember(known, { ...group.window, until })
    }
    this.#release(known)
  }

  #remember(known: KeyWindows, window: ExpiredWindow): void {
    known.expired.push(window)
    const id = this.#expiries++
    this.#forget.push(window.until, id)
    this.#expired.set(id, { known, window })
  }

  protected find(key: unknown, window: Window): number | undefined {
    const known = this.#keys.get(key)
    return known && (this.#slotIn(known, window) ?? known.active.find((slot) => this.#overlaps(slot, window)))
  }

  #overlaps(slot: number, window: Window): boolean {
    return windowsIntersect(this.table.get(slot)!.window, window)
  }

  protected enlist(group: Group, slot: number): void {
    const known = this.#knownOf(group.key)
    putInOrder(group.closed ? known.tombstones : known.active, slot)
  }

  protected override saveIndex(): StateData {
    return Array.from(this.#expired.values(), ({ known, window: { start, end, until } }) => {
      return [valueData(known.key, this.#keyCoder), start, end, until]
    })
  }

  protected override loadIndex(data: StateData): void {
    for (const [key, start, end, until] of data as readonly (readonly [StateData, number, number, number])[])
      this.#remember(this.#knownOf(valueOf(key, this.#keyCoder)), { start, end, until })
  }

  protected override afterAdvance(): void {
    while (this.#forget.size > 0 && this.#forget.peekTime() < this.inputWatermark) {
      const id = this.#forget.pop()
      const { known, window } = this.#expired.get(id)!
      this.#expired.delete(id)
      known.expired = known.expired.filter((other) => other !== window)
      this.#release(known)
    }
  }

  /** Puts a row at the end of the list of its key. */
  #link(bundle: Bundle, row: number): void {
    const { keys, values } = bundle
    const key = this.keyed ? (keys === undefined ? (values[row] as readonly unknown[])[0] : keys[row]) : null
    const known = this.#knownOf(key)
    this.#next[row] = -1
    if (known.head < 0) {
      known.head = row
      this.#present.push(known)
    } else {
      this.#next[known.tail] = row
    }
    known.tail = row
  }

  #knownOf(key: unknown): KeyWindows {
    try {
      let known = this.#keys.get(key)
      if (known === undefined) {
        known = freshKey(canonicalKey(key, this.#keyCoder))
        this.#keys.set(key, known)
      }
      return known
    } catch (cause) {
      throw groupingError('The key coder', this.log.step.path, cause)
    }
  }

  /** Takes the rows of a key, from {@link KeyWindows.head} on. */
  protected takeKey(known: KeyWindows, bundle: Bundle): void {
    const fresh: Window[] = []
    for (let row = known.head; row >= 0; row = this.nextRow(row)) {
      const window = windowAt(bundle, row)
      if (this.isExpired(window)) continue
      if (!fresh.some((other) => sameWindow(other, window))) fresh.push(window)
    }
    const merges = this.#merge(known, fresh)
    for (let row = known.head; row >= 0; row = this.nextRow(row)) this.#takeRow(known, bundle, row, merges)
  }

  /** The next row of the same key, -1 after the last. */
  protected nextRow(row: number): number {
    return this.#next[row]!
  }

  #takeRow(known: KeyWindows, bundle: Bundle, row: number, merges: readonly WindowMerge[]): void {
    const own = windowAt(bundle, row)
    if (this.isExpired(own)) {
      this.enterExpired(bundle, row)
      return
    }
    const window = merges.find((merge) => merge.from.some((from) => sameWindow(from, own)))?.into ?? own
    const slot = this.slotFor(known, window)
    const group = this.table.get(slot)!
    if (group.closed) {
      this.enterClosed(bundle, row, window)
      return
    }
    this.noteSplits(known, bundle, row)
    this.add(group, slot, this.valueAt(bundle, row), bundle.timestamps[row]!, signAt(bundle, row))
  }

  // 10, 13: expiry is tested on the element's own window, though it might have joined a live one.
  protected isExpired(own: Window): boolean {
    const watermark = this.inputWatermark
    return this.expiryOf(own) < watermark
  }

  protected enterExpired(bundle: Bundle, row: number): void {
    const own = windowAt(bundle, row)
    this.log.enterRow('expired', bundle, row, own, this.inputWatermark, `window ${formatWindow(own)} had expired`)
  }

  protected enterClosed(bundle: Bundle, row: number, window: Window): void {
    const detail = `the trigger of window ${formatWindow(window)} had finished`
    this.log.enterRow('closed-window', bundle, row, window, this.inputWatermark, detail)
  }

  /** The value of a row, without its key. */
  protected valueAt({ keys, values }: Bundle, row: number): unknown {
    return this.keyed && keys === undefined ? (values[row] as readonly unknown[])[1] : values[row]
  }

  /** Notes the sessions that a row overlaps but does not join, as they have expired or their trigger has finished. */
  protected noteSplits(known: KeyWindows, bundle: Bundle, row: number): void {
    if (known.tombstones.length === 0 && known.expired.length === 0) return
    const own = windowAt(bundle, row)
    const closed = known.tombstones.map((slot) => this.table.get(slot)!.window)
    for (const other of [...closed, ...known.expired]) {
      if (!windowsIntersect(other, own)) continue
      const detail = `batch would have joined it with ${formatWindow(other)}, which takes no elements any more`
      this.log.enterRow('session-split', bundle, row, own, this.inputWatermark, detail)
    }
  }

  /** Merges the windows of new elements with the active ones and returns what became what. */
  #merge(known: KeyWindows, fresh: readonly Window[]): readonly WindowMerge[] {
    const active = known.active.map((slot) => this.table.get(slot)!.window)
    const added = fresh.filter((window) => !active.some((other) => sameWindow(other, window)))
    if (added.length === 0) return []
    const merges = this.windowing.windowFn.merge!([...active, ...added])
    for (const { from, into } of merges) {
      const sources = known.active.filter((slot) => from.some((window) => this.#isOf(slot, window)))
      // Windows of this bundle alone have no state: they are one new window (deviation new-windows-merge).
      if (sources.length > 0) this.mergeGroups(known, sources, into)
    }
    return merges
  }

  /** Merges groups, of one window or of several, into the group of the window that theirs have become. */
  protected mergeGroups(known: KeyWindows, sources: readonly number[], window: Window): void {
    const result = this.openSlot(known, window)
    const into = this.table.get(result)!
    const groups = sources.map((slot) => this.table.get(slot)!)
    this.table.touch(result)
    const triggers = groups.flatMap((group) => (group.trigger === undefined ? [] : [[...group.trigger]]))
    const elementHolds = groups.map((group) => group.elementHold)
    for (const [index, slot] of sources.entries()) {
      if (slot === result) continue
      this.#absorb(groups[index]!, into)
      this.times.free(slot)
    }
    this.#mergeHolds(into, elementHolds)
    if (into.timer === Infinity) this.times.setTimer(into, result, this.firstTimer(into))
    else this.times.updateHold(into, result)
    if (into.trigger !== undefined) {
      const { root } = this.trigger
      root.onMerge(this.contextOf(into, result), triggers)
      assert(!isFinished(into.trigger, root.node), `merging closed the trigger of ${formatWindow(into.window)}`)
    }
    known.active = known.active.filter((slot) => slot === result || !sources.includes(slot))
  }

  #absorb(group: Group, into: Group): void {
    if (into.accumulator === undefined) into.accumulator = group.accumulator
    else if (group.accumulator !== undefined) into.accumulator = this.#mergeAccumulators(into, group)
    into.fresh ||= group.fresh
    into.pending += group.pending
    into.net += group.net
    // What the absorbed window has emitted is taken back at once, while its window is open everywhere below.
    this.emitter.absorb(group, into)
  }

  #mergeAccumulators(into: Group, group: Group): unknown {
    try {
      return this.reducer.merge(into.accumulator, group.accumulator)
    } catch (cause) {
      throw groupingError('mergeAccumulators', this.log.step.path, cause)
    }
  }

  // 58: holds merge by the timestamp combiner; that of the window's end is derived from the merged window anew.
  #mergeHolds(into: Group, holds: readonly Timestamp[]): void {
    const { windowing, inputWatermark, outputWatermark } = this
    into.elementHold = Infinity
    if (windowing.timestampCombiner === 'end-of-window') {
      into.elementHold = elementHold(into, windowing, into.window.start, inputWatermark, outputWatermark) ?? Infinity
    } else {
      for (const hold of holds) into.elementHold = combineHolds(windowing, into.elementHold, hold)
    }
    into.extraHold = garbageCollectionHold(into, windowing, inputWatermark, false)
  }

  /**
   * The slot of an open group of a window, made where there is none. A tombstone of that very window gives way: what is to go on in it
   * was accepted, and must not be lost with it.
   */
  protected openSlot(known: KeyWindows, window: Window): number {
    const tombstone = known.tombstones.find((slot) => this.#isOf(slot, window))
    if (tombstone !== undefined) {
      known.tombstones = known.tombstones.filter((slot) => slot !== tombstone)
      this.times.free(tombstone)
    }
    const open = known.active.find((slot) => this.#isOf(slot, window)) ?? this.newGroup(known.key, window)
    if (!known.active.includes(open)) putInOrder(known.active, open)
    return open
  }

  /** The slot of the group of a window, be it a tombstone, made where there is none. */
  protected slotFor(known: KeyWindows, window: Window): number {
    let slot = this.#slotIn(known, window)
    if (slot === undefined) {
      slot = this.newGroup(known.key, window)
      putInOrder(known.active, slot)
    }
    return slot
  }

  #slotIn(known: KeyWindows, window: Window): number | undefined {
    return (
      known.active.find((slot) => this.#isOf(slot, window)) ?? known.tombstones.find((slot) => this.#isOf(slot, window))
    )
  }

  #isOf(slot: number, window: Window): boolean {
    return sameWindow(this.table.get(slot)!.window, window)
  }

  #release(known: KeyWindows): void {
    if (known.head >= 0 || known.active.length > 0 || known.tombstones.length > 0 || known.expired.length > 0) return
    this.#keys.delete(known.key)
  }
}
