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
    if (last !== undefined && last.window.start === window.start && last.window.end === window.end) return last
    const open = this.#windows.get(window.start)?.find((candidate) => candidate.window.end === window.end)
    this.#last = open ?? this.#fresh(window)
    return this.#last
  }

  put(open: OpenWindow, key: unknown, slot: number): void {
    open.slots.set(key, slot)
    open.members.add(slot)
    this.#list(open)
  }

  /** The windows that are listed, with or without records. */
  save(): StateData {
    return Array.from(this.#queued.records(), ({ window, cleared }) => [window.start, window.end, cleared])
  }

  load(data: StateData): void {
    for (const [start, end, cleared] of data as readonly (readonly [number, number, number])[]) {
      const open = this.#fresh({ start, end })
      open.cleared = cleared
      this.#list(open)
    }
  }

  #list(open: OpenWindow): void {
    const windows = this.#windows.get(open.window.start)
    if (windows?.includes(open) === true) return
    if (windows === undefined) this.#windows.set(open.window.start, [open])
    else windows.push(open)
    this.#queue.push(open.cleared, this.#queued.allocate(open))
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
    if (this.#last === open) this.#last = undefined
    const left = this.#windows.get(open.window.start)!.filter((other) => other !== open)
    if (left.length === 0) this.#windows.delete(open.window.start)
    else this.#windows.set(open.window.start, left)
  }

  #fresh(window: Window): OpenWindow {
    const expiry = expiryOf(window, this.#allowedLateness)
    return { window, expiry, cleared: expiry + 1, slots: new KeyIndex(this.#keyCoder), members: new Set() }
  }
}
