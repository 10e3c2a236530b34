/**
 * WindowGrouping: groupings over windows that do not merge. A group is found by its window, then by its key.
 */
import { formatTimestamp, formatWindow, type Window } from '@tidemark/core'
import { signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import { Grouping, type GroupingSpec } from './grouping.ts'
import type { Group } from './group.ts'
import { groupingError } from './grouping-error.ts'
import { canonicalKey, KeyIndex } from '../state/key-index.ts'

interface OpenWindow {
  readonly window: Window
  readonly expiry: number
  readonly slots: KeyIndex<number>
}

/** A grouping over windows that do not merge. */
export class WindowGrouping extends Grouping {
  readonly #windows = new Map<number, OpenWindow[]>()
  readonly #spec: GroupingSpec
  #last: OpenWindow | undefined

  constructor(spec: GroupingSpec) {
    super(spec)
    this.#spec = spec
  }

  protected takeRows(bundle: Bundle): void {
    const { keys, values, timestamps, watermarks, length } = bundle
    const { keyed } = this
    for (let row = 0; row < length; row++) {
      if (watermarks !== undefined) this.follow(watermarks[row]!)
      const open = this.#open(windowAt(bundle, row))
      if (open.expiry < this.inputWatermark) {
        this.#drop('expired', bundle, row, open)
        continue
      }
      const element = values[row]
      const key = keyed ? (keys === undefined ? (element as readonly unknown[])[0] : keys[row]) : null
      const value = keyed && keys === undefined ? (element as readonly unknown[])[1] : element
      const slot = this.#slotOf(open, key)
      const group = this.table.get(slot)!
      if (group.closed) this.#drop('closed-window', bundle, row, open)
      else this.add(group, slot, value, timestamps[row]!, signAt(bundle, row))
    }
  }

  #slotOf(open: OpenWindow, key: unknown): number {
    try {
      let slot = open.slots.get(key)
      if (slot === undefined) {
        slot = this.newGroup(canonicalKey(key, this.#spec.payload.keyCoder), open.window)
        this.#put(open, key, slot)
      }
      return slot
    } catch (cause) {
      throw groupingError('The key coder', this.log.step.path, cause)
    }
  }

  #put(open: OpenWindow, key: unknown, slot: number): void {
    if (open.slots.size === 0) this.#register(open)
    open.slots.set(key, slot)
  }

  protected find(key: unknown, window: Window): number | undefined {
    return this.#windows
      .get(window.start)
      ?.find(({ window: { end } }) => end === window.end)
      ?.slots.get(key)
  }

  protected enlist(group: Group, slot: number): void {
    this.#put(this.#open(group.window), group.key, slot)
  }

  protected remove(group: Group, _slot: number, expired: boolean): void {
    if (!expired) return
    const windows = this.#windows.get(group.window.start)
    const index = windows?.findIndex((open) => open.window.end === group.window.end) ?? -1
    if (windows === undefined || index < 0) return
    const open = windows[index]!
    open.slots.delete(group.key)
    if (open.slots.size > 0) return
    windows.splice(index, 1)
    if (windows.length === 0) this.#windows.delete(group.window.start)
    if (this.#last === open) this.#last = undefined
  }

  #drop(reason: 'expired' | 'closed-window', bundle: Bundle, row: number, open: OpenWindow): void {
    const detail =
      reason === 'expired'
        ? `window ${formatWindow(open.window)} took elements until the watermark passed ${formatTimestamp(open.expiry)}`
        : `the trigger of window ${formatWindow(open.window)} had finished`
    this.log.enterRow(reason, bundle, row, open.window, this.inputWatermark, detail)
  }

  #open(window: Window): OpenWindow {
    const last = this.#last
    if (last !== undefined && last.window.start === window.start && last.window.end === window.end) return last
    const open = this.#windows.get(window.start)?.find((candidate) => candidate.window.end === window.end) ?? {
      window,
      expiry: this.expiryOf(window),
      slots: new KeyIndex<number>(this.#spec.payload.keyCoder),
    }
    this.#last = open
    return open
  }

  // A window is listed with its first group, so that one that only drops elements leaves nothing behind.
  #register(open: OpenWindow): void {
    const windows = this.#windows.get(open.window.start)
    if (windows === undefined) this.#windows.set(open.window.start, [open])
    else windows.push(open)
  }
}
