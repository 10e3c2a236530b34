/**
 * RecordIndex: which slot holds the record of a key and window, and when a window's records are cleared.
 *
 * A window is listed with its first record and stays until it is cleared, so that it is in the queue once, however often records
 * come and go. Cleared is one millisecond after the expiry (67): user timers at the expiry still see the state.
 */
import type { Coder, Timestamp, Window } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'
import { KeyIndex } from '../state/key-index.ts'
import { StateTable } from '../state/state-table.ts'
import { TimerQueue } from '../timer/timer-queue.ts'
import { expiryOf } from '../watermark/window-expiry.ts'

/** The records of one window. */
export interface OpenWindow {
  readonly window: Window
  /** Last time at which the window takes elements and timers; on the step's clock. */
  readonly expiry: Timestamp
  /** The records of the window are cleared strictly after this time: not before what waits in it has run. */
  cleared: Timestamp
  /** Where it is listed, -1 when it is not. */
  id: number
  readonly slots: KeyIndex<number>
  readonly members: Set<number>
}

/** Finds records by window and key. */
export class RecordIndex {
  readonly #windows = new Map<Timestamp, OpenWindow[]>()
  readonly #keyCoder: Coder<unknown> | undefined
  readonly #allowedLateness: number
  readonly #queue = new TimerQueue()
  readonly #queued = new StateTable<OpenWindow>()
  #last: OpenWindow | undefined

  constructor(keyCoder: Coder<unknown> | undefined, allowedLateness: number) {
    this.#keyCoder = keyCoder
    this.#allowedLateness = allowedLateness
  }

  /** The window's entry; one that is not listed yet is made, and listed by {@link put}. */
  at(window: Window): OpenWindow {
    const last = this.#last
    if (last !== undefined && isSame(last.window, window)) return last
    const open = this.#windows.get(window.start)?.find((other) => isSame(other.window, window))
    this.#last = open ?? this.#fresh(window)
    return this.#last
  }

  /** Adds a record; says whether its window had to be listed for it. */
  put(open: OpenWindow, key: unknown, slot: number): boolean {
    open.slots.set(key, slot)
    open.members.add(slot)
    if (open.id >= 0) return false
    this.#enlist(open, this.#queued.allocate(open))
    return true
  }

  /** Puts off the clearing of a window that is listed: something waits in it until `time`. */
  keepUntil(open: OpenWindow, time: Timestamp): void {
    this.#queued.touch(open.id)
    open.cleared = time
  }

  /** The windows that are listed, with or without records. */
  save(): StateData {
    return this.#queued.save(({ window, cleared }) => [window.start, window.end, cleared])
  }

  load(data: StateData): void {
    this.#queued.load(data, (saved) => {
      const [start, end, cleared] = saved as readonly [start: Timestamp, end: Timestamp, cleared: Timestamp]
      return { ...this.#fresh({ start, end }), cleared }
    })
    for (const [id, open] of this.#queued.entries()) this.#enlist(open, id)
  }

  #enlist(open: OpenWindow, id: number): void {
    open.id = id
    const windows = this.#windows.get(open.window.start)
    if (windows === undefined) this.#windows.set(open.window.start, [open])
    else windows.push(open)
    this.#queue.push(open.cleared, id)
  }

  remove(open: OpenWindow, key: unknown, slot: number): void {
    open.slots.delete(key)
    open.members.delete(slot)
  }

  /** The time strictly above which a window is to be cleared, or Infinity. */
  peekTime(): Timestamp {
    const queue = this.#queue
    while (queue.size > 0) {
      const { cleared } = this.#queued.get(queue.peekId())!
      if (cleared === queue.peekTime()) return cleared
      queue.push(cleared, queue.pop())
    }
    return Infinity
  }

  /** Takes out the windows to be cleared at `time`, the earliest. */
  take(time: Timestamp): readonly OpenWindow[] {
    const taken: OpenWindow[] = []
    while (this.peekTime() === time && this.#queue.size > 0) {
      const id = this.#queue.pop()
      const open = this.#queued.get(id)!
      this.#queued.free(id)
      this.#forget(open)
      taken.push(open)
    }
    // All end at one time or have waited for one element: the first to begin comes first, whichever was opened first.
    return taken.sort((a, b) => a.window.start - b.window.start || a.window.end - b.window.end)
  }

  #forget(open: OpenWindow): void {
    open.id = -1
    if (this.#last === open) this.#last = undefined
    const left = this.#windows.get(open.window.start)!.filter((other) => other !== open)
    if (left.length === 0) this.#windows.delete(open.window.start)
    else this.#windows.set(open.window.start, left)
  }

  #fresh(window: Window): OpenWindow {
    const expiry = expiryOf(window, this.#allowedLateness)
    return { window, expiry, cleared: expiry + 1, id: -1, slots: new KeyIndex(this.#keyCoder), members: new Set() }
  }
}

// Nearly always they are one object, and its bounds need not be read.
function isSame(a: Window, b: Window): boolean {
  return a === b || (a.start === b.start && a.end === b.end)
}
