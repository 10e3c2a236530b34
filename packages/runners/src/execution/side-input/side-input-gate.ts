/**
 * SideInputGate: what stands before a chain whose first step has side inputs. Rows pass when all side windows that they need are ready;
 * the others wait here.
 *
 * The output watermark waits with them, at the earliest timestamp; a row that came behind it freezes it where it is, so nothing gets later
 * by waiting. Like a grouping, the gate follows the watermark of the source inside a bundle, so that where bundles end does not show.
 * Statements 70 to 72.
 */
import { formatTimestamp, formatWindow, MIN_TIMESTAMP, type Timestamp, type Window } from '@tidemark/core'
import type { PipelineGraph, Step, StepSide } from '@tidemark/core/graph'
import { elementAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import type { Pane } from '../bundle/pane.ts'
import type { AwaitedView, GateInspection, Holder } from '../explain/inspection.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { Operator, TimedOperator } from '../plan/operator.ts'
import { PaneCodec } from '../snapshot/pane-data.ts'
import type { StateData } from '../snapshot/saved.ts'
import type { SideColumn } from '../stateless/side-column.ts'
import type { Calls } from '../time-log/calls.ts'
import { TimerQueue } from '../timer/timer-queue.ts'
import { GateClocks } from './gate-clocks.ts'
import { awaitedOf, holdersAmong, inspectWindow, rowsOf } from './gate-inspection.ts'
import { GatedRows, PassingRows, type SideOfRows } from './gated-rows.ts'
import { MainWindows } from './main-windows.ts'
import { Needs, type NeededWindows } from './needed-windows.ts'
import { seenPanes, type SeenPane } from './seen-panes.ts'
import { SideView, type SideWindow } from './side-view.ts'
import { waitingRow, WaitingUnits, type WaitingRow, type WaitingUnit } from './waiting-units.ts'

/** What a gate is built from. */
export interface GateSpec {
  readonly graph: PipelineGraph
  readonly step: Step
  readonly side: StepSide
  /** Counts and ledger of the step. */
  readonly log: StepLog
  /** The chain behind the gate. */
  readonly chain: Required<Operator>
  /** Where the chain finds what the rows see. */
  readonly column: SideColumn
  readonly calls: Calls
}

interface GateData {
  readonly clocks: StateData
  readonly outputWatermark: Timestamp
  readonly views: readonly StateData[]
  readonly units: StateData
}

/** A gate at run time. Input 0 is the main one, input `i + 1` view `i`. */
export class SideInputGate implements TimedOperator {
  readonly #log: StepLog
  readonly #chain: Required<Operator>
  readonly #column: SideColumn
  readonly #clocks: GateClocks
  readonly #views: readonly SideView[]
  readonly #needs: Needs
  readonly #windows: MainWindows
  readonly #units: WaitingUnits
  readonly #rows = new GatedRows()
  /** Units that may be able to leave, in the order in which they came. */
  readonly #candidates = new TimerQueue()
  /** What nothing waits for any more, since side windows were last forgotten. */
  readonly #emptied = new Set<NeededWindows>()
  /** Where the output watermark stands, or will when the rows that pass have gone on. */
  #outputWatermark: Timestamp = MIN_TIMESTAMP
  /** Whether something has left as a watermark moved, and the output watermark has not moved since. */
  #isBehind = false

  constructor({ graph, step, side, log, chain, column, calls }: GateSpec) {
    const [main, ...views] = step.inputs.map((input) => graph.collections[input]!)
    this.#log = log
    this.#chain = chain
    this.#column = column
    const mainLateness = main!.windowing.allowedLateness
    this.#clocks = new GateClocks(step.inputs.length)
    this.#views = views.map(({ windowing, step: writer }, index) => {
      const [grouped] = graph.steps[writer]!.inputs
      const { trigger } = graph.collections[grouped!]!.windowing
      return new SideView({ view: side.views[index]!, windowing, trigger, mainLateness, step: step.path })
    })
    this.#needs = new Needs(side.names, this.#views)
    this.#windows = new MainWindows(this.#views, this.#needs, this.#clocks)
    this.#units = new WaitingUnits(new PaneCodec(graph))
    calls.atEnd(() => this.#catchUp())
  }

  process(bundle: Bundle, input: number): void {
    if (this.#isBehind) this.#moveOutput()
    this.#isBehind = false
    if (input > 0) this.#takeView(bundle, input)
    else if (bundle.panes.length === 0) this.#takeElements(bundle)
    else this.#takePanes(bundle)
    this.#settle()
  }

  approach(watermark: Timestamp, input: number): void {
    this.#clocks.advance(watermark, input)
    this.#moveOutput()
  }

  // 54: where the main watermark moves, the output watermark first goes as far as what waits allows.
  advance(watermark: Timestamp, input: number): void {
    this.#clocks.advance(watermark, input)
    if (input === 0 || this.#isBehind) this.#moveOutput()
    const { size } = this.#units
    this.#settle()
    this.#isBehind = this.#units.size < size
  }

  idle(isIdle: boolean, input: number): void {
    this.#clocks.setIdle(isIdle, input)
    this.#settle()
  }

  nextEventTime(): Timestamp {
    let next = Infinity
    for (const view of this.#views) next = Math.min(next, view.nextReady())
    return next
  }

  nextProcessingTime(): number {
    return Infinity
  }

  advanceProcessingTime(): void {
    // What it waits for is known in event time.
  }

  get inputWatermark(): Timestamp {
    return this.#clocks.main
  }

  waiting(): number {
    return this.#units.rows
  }

  /** How many side windows are kept, and what is known of them together: none for long after their time. */
  get kept(): { readonly windows: number; readonly needs: number } {
    return { windows: this.#views.reduce((sum, { size }) => sum + size, 0), needs: this.#needs.size }
  }

  inspect(_key: unknown, window: Window): GateInspection | undefined {
    const awaited = (own: Window): readonly AwaitedView[] =>
      awaitedOf(this.#windows.neededBy(own), this.#views, this.#clocks)
    return inspectWindow(rowsOf(this.#units.entries()), window, awaited)
  }

  holders(limit: number): readonly Holder[] {
    return holdersAmong(rowsOf(this.#units.entries()), limit)
  }

  save(): StateData {
    return {
      clocks: this.#clocks.save(),
      outputWatermark: this.#outputWatermark,
      views: this.#views.map((view) => view.save()),
      units: this.#units.save(),
    } satisfies GateData
  }

  load(data: StateData): void {
    const { clocks, outputWatermark, views, units } = data as unknown as GateData
    this.#clocks.load(clocks)
    this.#outputWatermark = outputWatermark
    for (const [index, view] of this.#views.entries()) {
      view.load(views[index]!)
      view.reckon(this.#clocks.of(index + 1))
    }
    this.#units.load(units)
    for (const [slot, { rows }] of this.#units.entries()) this.#waitFor(slot, rows)
  }

  /** Takes what a view has emitted for its windows. */
  #takeView(bundle: Bundle, input: number): void {
    const view = this.#views[input - 1]!
    for (const pane of seenPanes(bundle)) {
      const taken = view.take(pane.window, pane.elements, this.#clocks.of(input), this.#clocks.of(0))
      if (taken === 'refused') this.#refuse(bundle, pane, input)
      else if (taken !== undefined) this.#becameReady(taken)
    }
  }

  /** Takes elements, and changes without a pane: each leaves as soon as it can. */
  #takeElements(bundle: Bundle): void {
    const { watermarks, length } = bundle
    const passing = new PassingRows(bundle)
    const pass = (): void => {
      const passed = passing.take(this.#units.size > 0)
      if (passed !== undefined) this.#emit(...passed)
    }
    for (let row = 0; row < length; row++) {
      if (watermarks !== undefined) this.#follow(watermarks[row]!, pass)
      const needed = this.#neededAt(bundle, row)
      if (needed === undefined) continue
      if (needed.awaited > 0) {
        this.#wait(undefined, [waitingRow(bundle, row)])
        continue
      }
      this.#needs.read(needed)
      // A row is no later below than what waits before it allows.
      passing.add(row, needed.values, this.#outputWatermark)
    }
    pass()
  }

  /** Takes panes: each leaves with all of its rows, and not before an earlier one of its key and window. */
  #takePanes(bundle: Bundle): void {
    const { panes, paneOf, watermarks, length } = bundle
    if (watermarks === undefined && this.#units.size === 0) {
      const side = this.#seenByAll(bundle)
      if (side !== undefined) {
        this.#emit(bundle, side)
        return
      }
    }
    const byPane = panes.map((): number[] => [])
    for (let row = 0; row < length; row++) byPane[paneOf![row]!]!.push(row)
    for (const [index, pane] of panes.entries()) {
      const rows = byPane[index]!
      if (watermarks !== undefined && rows.length > 0) {
        this.#follow(watermarks[rows[0]!]!, () => undefined)
        this.#moveOutput()
      }
      const open = rows.filter((row) => this.#neededAt(bundle, row) !== undefined)
      const slot = this.#wait(
        pane,
        open.map((row) => waitingRow(bundle, row)),
      )
      this.#mayLeave(slot)
      if (watermarks !== undefined) this.#release()
    }
  }

  /** What each row of a bundle sees; `undefined` when one has to wait, or comes too late. */
  #seenByAll(bundle: Bundle): SideOfRows | undefined {
    const side: SideOfRows[number][] = []
    for (let row = 0; row < bundle.length; row++) {
      const window = windowAt(bundle, row)
      if (this.#windows.unseenAfter(window) < this.#clocks.of(0)) return undefined
      const needed = this.#windows.neededBy(window)
      if (needed.awaited > 0) return undefined
      this.#needs.read(needed)
      side.push(needed.values)
    }
    return side
  }

  /** What a row needs; `undefined` when that is gone, and the row in the ledger now. */
  #neededAt(bundle: Bundle, row: number): NeededWindows | undefined {
    const window = windowAt(bundle, row)
    const unseenAfter = this.#windows.unseenAfter(window)
    const clock = this.#clocks.of(0)
    if (unseenAfter >= clock) return this.#windows.neededBy(window)
    const detail = `the side inputs of window ${formatWindow(window)} were kept until the watermark passed ${formatTimestamp(unseenAfter)}`
    this.#log.counters.in++
    this.#log.enterRow('expired', bundle, row, window, clock, detail)
    return undefined
  }

  /** Follows the watermark that the source had before a row: silent views follow it, and what is ready then leaves before the row. */
  #follow(watermark: Timestamp, pass: () => void): void {
    if (watermark <= this.#clocks.main) return
    this.#clocks.advance(watermark, 0)
    if (!this.#views.some((view, index) => view.nextReady() < this.#clocks.of(index + 1))) {
      this.#reach()
      return
    }
    pass()
    this.#moveOutput()
    this.#release()
    this.#moveOutput()
  }

  #wait(pane: Pane | undefined, rows: readonly WaitingRow[]): number {
    const slot = this.#units.add(pane, rows)
    // The chain counts them when they leave; until then they are counted here.
    this.#log.counters.in += rows.length
    this.#waitFor(slot, rows)
    return slot
  }

  #waitFor(slot: number, rows: readonly WaitingRow[]): void {
    for (const { window } of rows) this.#windows.neededBy(window).waiting.add(slot)
  }

  #becameReady({ needs }: SideWindow): void {
    for (const needed of needs) if (--needed.awaited === 0) for (const slot of needed.waiting) this.#mayLeave(slot)
  }

  #mayLeave(slot: number): void {
    this.#candidates.push(this.#units.get(slot)!.serial, slot)
  }

  /** Lets out what is ready, in the order in which it came. */
  #release(): void {
    for (const [index, view] of this.#views.entries()) {
      const clock = this.#clocks.of(index + 1)
      for (let side = view.takeReady(clock); side !== undefined; side = view.takeReady(clock)) this.#becameReady(side)
    }
    const next: number[] = []
    while (this.#candidates.size > 0) {
      const serial = this.#candidates.peekTime()
      const slot = this.#candidates.pop()
      const unit = this.#units.get(slot)
      if (unit?.serial !== serial || !this.#canLeave(slot, unit)) continue
      this.#leave(this.#units.take(slot, next), slot)
      for (let other = next.pop(); other !== undefined; other = next.pop()) this.#mayLeave(other)
    }
    this.#flush()
  }

  #canLeave(slot: number, { rows }: WaitingUnit): boolean {
    return rows.every(({ window }) => this.#windows.neededBy(window).awaited === 0) && this.#units.isFirst(slot)
  }

  #leave({ pane, rows }: WaitingUnit, slot: number): void {
    if (this.#rows.isFull || this.#rows.isClosedTo(pane)) this.#flush()
    if (pane !== undefined) this.#rows.pane(pane)
    for (const row of rows) {
      const needed = this.#windows.neededBy(row.window)
      needed.waiting.delete(slot)
      if (needed.waiting.size === 0) this.#emptied.add(needed)
      this.#needs.read(needed)
      this.#rows.row(row, needed.values)
    }
    this.#log.counters.in -= rows.length
  }

  #flush(): void {
    if (!this.#rows.isEmpty) this.#emit(...this.#rows.take(this.#outputWatermark))
  }

  #emit(bundle: Bundle, side: SideOfRows): void {
    this.#column.fill(side)
    this.#chain.process(bundle, 0)
  }

  // A view and the main input may move in one call of the engine, one after the other. What has left between them must not be followed by
  // a watermark of before: the output watermark catches up when both have moved.
  #settle(): void {
    this.#release()
    this.#free()
    if (!this.#isSilent) this.#chain.idle(false, 0)
  }

  #catchUp(): void {
    this.#moveOutput()
    this.#isBehind = false
    this.#chain.idle(this.#isSilent, 0)
  }

  // What waits would be late below if nobody waited for it there.
  get #isSilent(): boolean {
    return this.#clocks.mainIsIdle && this.#units.size === 0
  }

  /** Moves the output watermark as far as what waits allows; what waits behind it leaves it where it is. */
  #moveOutput(): void {
    this.#reach()
    this.#chain.advance(this.#outputWatermark, 0)
  }

  // Inside a bundle the rows that pass carry it below.
  #reach(): void {
    this.#outputWatermark = Math.max(this.#outputWatermark, Math.min(this.#clocks.main, this.#units.hold()))
  }

  /** Forgets the side windows that nobody can see any more. */
  #free(): void {
    const clock = this.#clocks.of(0)
    for (const [index, view] of this.#views.entries()) {
      const passed = new Set(view.takePassed(clock))
      for (const { sides } of this.#emptied) passed.add(sides[index]!)
      // By slot, as slots that are free are used again in the order in which they were freed.
      for (const side of [...passed].sort((a, b) => a.slot - b.slot)) {
        if (!view.isUnseen(side, clock)) continue
        this.#needs.forget(side)
        view.free(side)
        this.#windows.forget()
      }
    }
    this.#emptied.clear()
  }

  /** Enters a pane that came for a window that was final without it. A list of elements has no timestamp. */
  #refuse(bundle: Bundle, { window, row }: SeenPane, input: number): void {
    if (row === undefined) return
    const { view, step } = this.#views[input - 1]!.spec
    const detail = `the view "${view.path}" was silent, and its window ${formatWindow(window)} was taken for final before this came`
    const watermark = this.#clocks.of(input)
    const nowhere = { timestamp: undefined, position: undefined }
    this.#log.counters.in++
    this.#log.enter({ reason: 'expired', step, element: elementAt(bundle, row), window, watermark, detail, ...nowhere })
  }
}
