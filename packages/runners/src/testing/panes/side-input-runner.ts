/**
 * A step with side inputs at work: what it must wait for, and how it lets go (70 to 72).
 *
 * Elements that need a window that is not ready wait, and hold the watermark at their timestamps. Elements of one pane wait for each
 * other. An input that is silent is as far as those that speak; where none speaks, as the one that is furthest.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, sideWindow, type Timestamp, type WindowedValue } from '@tidemark/core'
import type { Window, WindowingStrategy } from '@tidemark/core'
import type { PipelineGraph, Step, StepSide } from '@tidemark/core/graph'
import { keyedValue } from '../evaluator/rows.ts'
import { sideValues, type SeenRows } from '../evaluator/side-input.ts'
import { isExpired } from './expiry.ts'
import type { StepClock } from './pane-timing.ts'
import { SideWindows } from './side-windows.ts'
import { bundlesOf, type Rows } from './stateless-runner.ts'
import type { Bundle, InputClock, StepRunner, ToLedger } from './step-runner.ts'

type Element = WindowedValue<unknown>

/** Runs `map` and its like, and `parDo`, where they have side inputs. */
export class SideInputRunner implements StepRunner {
  readonly leading = 1
  readonly #step: Step
  readonly #side: StepSide
  readonly #main: WindowingStrategy
  readonly #views: readonly SideWindows[]
  readonly #rows: Rows
  readonly #ledger: ToLedger
  #clocks: Timestamp[]
  /** Elements that leave together. */
  #waiting: (readonly Element[])[] = []

  constructor(graph: PipelineGraph, step: Step, side: StepSide, rows: Rows, ledger: ToLedger) {
    const [main, ...views] = step.inputs.map((id) => graph.collections[id]!)
    this.#step = step
    this.#side = side
    this.#main = main!.windowing
    this.#views = views.map(({ windowing, step: writer }, index) => {
      const grouped = graph.collections[graph.steps[writer]!.inputs[0]!]!
      return new SideWindows(side.views[index]!, windowing, grouped.windowing.trigger)
    })
    this.#rows = rows
    this.#ledger = ledger
    this.#clocks = step.inputs.map(() => MIN_TIMESTAMP)
  }

  learn(inputs: readonly InputClock[]): void {
    const running = leaderOf(inputs.filter(({ watermark }) => watermark < MAX_TIMESTAMP))
    const any = leaderOf(inputs)
    this.#clocks = inputs.map(({ watermark, silent }, input) => {
      const follows = silent && watermark < MAX_TIMESTAMP
      // What has ended makes no element late, but elements that have all come wait for no view that is silent.
      const leader = input === 0 ? running : any
      return Math.max(this.#clocks[input]!, follows ? Math.max(watermark, leader) : watermark)
    })
  }

  process({ port, values }: Bundle, clock: StepClock): readonly Bundle[] {
    if (port > 0) {
      this.#takeView(port, values)
      return []
    }
    for (const unit of unitsOf(values)) {
      const open = unit.filter((element) => !this.#drop(element))
      if (open.length > 0) this.#waiting.push(open)
    }
    return this.fireTimers(clock) ?? []
  }

  fireTimers(clock: StepClock): readonly Bundle[] | undefined {
    const ready = this.#waiting.filter((unit) => unit.every(({ window }) => this.#isReady(window)))
    if (ready.length === 0) return undefined
    this.#waiting = this.#waiting.filter((unit) => !ready.includes(unit))
    const elements = ready.flat()
    for (const { window } of elements) for (const [view, side] of this.#needed(window)) view.read(side)
    const sideOf: SeenRows['sideOf'] = ({ window }) =>
      sideValues(
        this.#side,
        this.#views.map(({ windowing }) => windowing.windowFn),
        this.#step.path,
        window,
        (view, side) => this.#views[view]!.elements(side),
      )
    return bundlesOf(this.#rows, { main: elements, sideOf }, clock, this.#ledger)
  }

  hold(): Timestamp {
    return Math.min(
      MAX_TIMESTAMP,
      ...this.#waiting.flat().map(({ timestamp, window }) => Math.min(timestamp, window.end - 1)),
    )
  }

  get isOpen(): boolean {
    return this.#waiting.length > 0
  }

  #isReady(main: Window): boolean {
    return this.#needed(main).every(([view, side], index) => view.isReady(side, this.#clocks[index + 1]!))
  }

  #needed(main: Window): readonly (readonly [SideWindows, Window])[] {
    return this.#views.map((view) => [view, sideWindow(view.windowing.windowFn, main)])
  }

  // What it needs is gone, when none of the main windows that could still need it is open.
  #drop({ value, timestamp, window }: Element): boolean {
    const [watermark] = this.#clocks as [Timestamp]
    if (this.#needed(window).every(([, side]) => !isExpired(this.#main, side, watermark))) return false
    this.#ledger({ reason: 'expired', element: value, timestamp, window, watermark })
    return true
  }

  #takeView(port: number, values: readonly Element[]): void {
    const view = this.#views[port - 1]!
    const clock = this.#clocks[port]!
    for (const { sign, window, value } of values) {
      // What is taken back is not seen; what stands in its place follows.
      const elements = sign < 0 ? [] : (keyedValue({ value } as never)[1] as readonly unknown[])
      if (view.take(window, elements, clock, this.#isGone(view, window)) || sign < 0) continue
      this.#ledger({ reason: 'expired', element: value, timestamp: undefined, window, watermark: clock })
    }
  }

  /** Whether no element can see the window: those to come have expired, and none that waits needs it. */
  #isGone(view: SideWindows, window: Window): boolean {
    if (!isExpired(this.#main, window, this.#clocks[0]!)) return false
    return !this.#waiting.flat().some((element) => {
      const side = sideWindow(view.windowing.windowFn, element.window)
      return side.start === window.start && side.end === window.end
    })
  }
}

/** How far those are that speak: the least of them; where all are silent, the furthest. */
function leaderOf(inputs: readonly InputClock[]): Timestamp {
  const speaking = inputs.filter(({ silent, watermark }) => !silent || watermark === MAX_TIMESTAMP)
  const times = (some: readonly InputClock[]): readonly Timestamp[] => some.map(({ watermark }) => watermark)
  return speaking.length > 0 ? Math.min(...times(speaking)) : Math.max(...times(inputs))
}

/** Elements of one pane leave together; others each by itself. */
function unitsOf(values: readonly Element[]): readonly (readonly Element[])[] {
  const units: Element[][] = []
  for (const element of values) {
    const last = units.at(-1)
    if (last !== undefined && last[0]!.pane === element.pane && element.pane.timing !== 'unknown') last.push(element)
    else units.push([element])
  }
  return units
}
