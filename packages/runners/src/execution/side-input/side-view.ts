/**
 * SideView: one view at a gate: what its side windows hold, when they may be read, and when nobody can read them any more.
 *
 * A view that is read when it is final is what it was when an element first saw it. What a silent input brings after that is refused, so
 * that no two elements see different values of one window.
 */
import { sideWindow } from '@tidemark/core'
import type { SideInputView, Timestamp, Trigger, Window, WindowingStrategy } from '@tidemark/core'
import type { Saved, StateData } from '../snapshot/saved.ts'
import { StateTable } from '../state/state-table.ts'
import { TimerQueue } from '../timer/timer-queue.ts'
import { expiryOf } from '../watermark/window-expiry.ts'
import { guaranteedFiring } from './guaranteed-firing.ts'
import type { NeededWindows } from './needed-windows.ts'
import { sideValue } from './side-value.ts'

/** What a view at a gate is built from. */
export interface SideViewSpec {
  readonly view: SideInputView
  /** Windowing of the view's collection. */
  readonly windowing: WindowingStrategy
  /** The trigger of the view's grouping. */
  readonly trigger: Trigger
  /** How long after their end main windows take elements, milliseconds. */
  readonly mainLateness: number
  /** Path of the step that reads, for errors. */
  readonly step: string
}

/** A window of a view. */
export interface SideWindow {
  /** Its slot, once it has one. */
  slot: number
  readonly window: Window
  /** The view's clock strictly above which it is ready, whatever has come. */
  readonly readyAfter: Timestamp
  /** The elements of its latest pane; `undefined` before there is one. */
  elements: readonly unknown[] | undefined
  /** Whether an element has seen it. */
  isRead: boolean
  /** Whether it may be read. Follows from the view's clock and the panes so far. */
  isReady: boolean
  /** What is waited for together with it. */
  readonly needs: Set<NeededWindows>
  /** What the functions see, or what is thrown where they look, once one of them has. */
  value: SideValue | undefined
}

type SideValue = { readonly seen: unknown } | { readonly thrown: unknown }

type SideWindowData = readonly [
  start: Timestamp,
  end: Timestamp,
  elements: readonly StateData[] | null,
  isRead: boolean,
]

const NOTHING: readonly unknown[] = Object.freeze([])
const NO_WINDOW: Window = { start: NaN, end: NaN }

/** The side windows of one view. */
export class SideView implements Saved {
  readonly spec: SideViewSpec
  readonly #table = new StateTable<SideWindow>()
  readonly #slots = new Map<string, number>()
  /** When a window that is not ready will be. */
  readonly #ready = new TimerQueue()
  /** When the last element that could see a window has expired. */
  readonly #unseen = new TimerQueue()
  #last: Window = NO_WINDOW

  constructor(spec: SideViewSpec) {
    this.spec = spec
  }

  /** The side window that the elements of a main window see. */
  windowOf(main: Window): Window {
    const { windowFn } = this.spec.windowing
    const last = this.#last
    // One that tiles gives a window to every end inside it.
    if (windowFn.tiling && main.end > last.start && main.end <= last.end) return last
    return (this.#last = sideWindow(windowFn, main))
  }

  /** Keeps a side window from now on, as elements need it. */
  open(window: Window, clock: Timestamp): SideWindow {
    return this.#find(window) ?? this.#open(window, clock)
  }

  /** The main clock strictly above which no element that comes can see a window: main windows that are open end in it, or after it. */
  unseenAfter(window: Window): Timestamp {
    return expiryOf(window, this.spec.mainLateness)
  }

  /**
   * Takes the latest pane of a window; returns the window when it has become ready, or `refused` when it was final without that pane, as the
   * view was silent: elements may have seen it so.
   */
  take(
    window: Window,
    elements: readonly unknown[],
    clock: Timestamp,
    mainClock: Timestamp,
  ): SideWindow | 'refused' | undefined {
    const isFinal = this.spec.view.ready === 'final'
    const known = this.#find(window)
    const mayBeRead = known === undefined ? this.unseenAfter(window) < mainClock : known.isRead
    if (isFinal && mayBeRead && clock > this.#readyAfter(window)) return 'refused'
    const side = known ?? this.#open(window, clock)
    this.#table.touch(side.slot)
    side.elements = elements
    side.value = undefined
    if (isFinal || side.isReady) return undefined
    side.isReady = true
    return side
  }

  /** Takes out a window that has become ready by the view's clock; `undefined` when there is none. */
  takeReady(clock: Timestamp): SideWindow | undefined {
    while (this.#ready.peekTime() < clock) {
      const time = this.#ready.peekTime()
      const side = this.#table.get(this.#ready.pop())
      if (side === undefined || side.isReady || side.readyAfter !== time) continue
      side.isReady = true
      return side
    }
    return undefined
  }

  /** The view's clock strictly above which another window is ready; Infinity when none waits for it. */
  nextReady(): Timestamp {
    const queue = this.#ready
    for (; queue.size > 0; queue.pop()) {
      const side = this.#table.get(queue.peekId())
      if (side !== undefined && !side.isReady && side.readyAfter === queue.peekTime()) return side.readyAfter
    }
    return Infinity
  }

  /** Takes note that an element has seen a window. */
  read(side: SideWindow): void {
    if (side.isRead) return
    this.#table.touch(side.slot)
    side.isRead = true
  }

  /** What functions see of a window; the same for all of them. Codes of {@link sideValue}. */
  value(side: SideWindow): unknown {
    const value = (side.value ??= this.#valueOf(side))
    if ('thrown' in value) throw value.thrown
    return value.seen
  }

  // Made once, also when there is none: many elements may look.
  #valueOf({ window, elements }: SideWindow): SideValue {
    try {
      return { seen: sideValue({ ...this.spec, window }, elements ?? NOTHING) }
    } catch (thrown) {
      return { thrown }
    }
  }

  /** Whether no element can see a window any more: neither one that comes, nor one that waits. */
  isUnseen({ window, needs }: SideWindow, mainClock: Timestamp): boolean {
    if (this.unseenAfter(window) >= mainClock) return false
    for (const { waiting } of needs) if (waiting.size > 0) return false
    return true
  }

  /** Takes out the windows that the main clock alone lets nobody see any more; some may still be waited for. */
  takePassed(mainClock: Timestamp): readonly SideWindow[] {
    const passed: SideWindow[] = []
    while (this.#unseen.peekTime() < mainClock) {
      const time = this.#unseen.peekTime()
      const side = this.#table.get(this.#unseen.pop())
      if (side !== undefined && this.unseenAfter(side.window) === time) passed.push(side)
    }
    return passed
  }

  /** Forgets a window. */
  free(side: SideWindow): void {
    if (this.#table.get(side.slot) !== side) return
    this.#slots.delete(keyOf(side.window))
    this.#table.free(side.slot)
  }

  /** How many windows are kept. */
  get size(): number {
    return this.#table.size
  }

  save(): StateData {
    return this.#table.save(({ window: { start, end }, elements, isRead }): StateData => {
      return [start, end, (elements as readonly StateData[] | undefined) ?? null, isRead] satisfies SideWindowData
    })
  }

  load(data: StateData): void {
    this.#table.load(data, (saved) => {
      const [start, end, elements, isRead] = saved as unknown as SideWindowData
      return this.#fresh({ start, end }, elements ?? undefined, isRead)
    })
    for (const [slot, side] of this.#table.entries()) this.#enlist(slot, side)
  }

  /** Says which windows may be read, after {@link SideView.load}; `clock` is that of the view. */
  reckon(clock: Timestamp): void {
    for (const side of this.#table.records()) side.isReady = this.#isReady(side, clock)
  }

  #find(window: Window): SideWindow | undefined {
    const slot = this.#slots.get(keyOf(window))
    return slot === undefined ? undefined : this.#table.get(slot)
  }

  #open(window: Window, clock: Timestamp): SideWindow {
    const side = this.#fresh(window, undefined, false)
    side.isReady = this.#isReady(side, clock)
    this.#enlist(this.#table.allocate(side), side)
    return side
  }

  #fresh(window: Window, elements: readonly unknown[] | undefined, isRead: boolean): SideWindow {
    const readyAfter = this.#readyAfter(window)
    return { slot: -1, window, readyAfter, elements, isRead, isReady: false, needs: new Set(), value: undefined }
  }

  #enlist(slot: number, side: SideWindow): void {
    side.slot = slot
    this.#slots.set(keyOf(side.window), slot)
    this.#ready.push(side.readyAfter, slot)
    this.#unseen.push(this.unseenAfter(side.window), slot)
  }

  #isReady({ readyAfter, elements }: SideWindow, clock: Timestamp): boolean {
    return clock > readyAfter || (elements !== undefined && this.spec.view.ready === 'first-pane')
  }

  // 71: final when it has expired; from the first pane on also when it would have one if it had elements.
  #readyAfter(window: Window): Timestamp {
    const { view, windowing, trigger } = this.spec
    const expiry = expiryOf(window, windowing.allowedLateness)
    return view.ready === 'final' ? expiry : Math.min(expiry, guaranteedFiring(trigger, window))
  }
}
function keyOf({ start, end }: Window): string {
  return `${start} ${end}`
}
