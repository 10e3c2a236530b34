/**
 * AsyncStep: mapAsync at run time. It waits for nobody and knows no promise: it says which calls it wants, and is told how they ended.
 *
 * An element waits with its answer until all that must leave before it has left. The output watermark waits for the earliest element
 * that is here; one that came behind the watermark freezes it where it is, so that nothing gets later by waiting. What leaves is as it
 * came, but for its value. Drivers make the calls, snapshots hold what waits, and the time log notes every end of a call.
 */
import { MIN_TIMESTAMP, PipelineError, type Timestamp, type Window } from '@tidemark/core'
import type { MapAsyncPayload, PaneKind, PipelineGraph, Step } from '@tidemark/core/graph'
import { elementAt, positionAt, signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import type { Pane } from '../bundle/pane.ts'
import type { AsyncInspection, Holder } from '../explain/inspection.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { TimedOperator } from '../plan/operator.ts'
import type { Output } from '../plan/output.ts'
import { PaneCodec } from '../snapshot/pane-data.ts'
import type { StateData } from '../snapshot/saved.ts'
import { PROGRAM_FAULTS } from '../stateless/user-code.ts'
import type { Calls } from '../time-log/calls.ts'
import { AnswerCache } from './answer-cache.ts'
import { holdersOf, inspectElements } from './async-inspection.ts'
import { callError, failureDetail, type AsyncOutcome } from './call-failure.ts'
import { ElementFunctions } from './element-functions.ts'
import { OpenCalls, type AsyncRequest } from './open-calls.ts'
import { emptyUnit, type PendingElement, type PendingUnit } from './pending-unit.ts'
import { PendingUnits } from './pending-units.ts'
import { UnitCodec } from './unit-data.ts'
import { UnitWriter } from './unit-writer.ts'

/** What an asynchronous step is built from. */
export interface AsyncSpec {
  readonly graph: PipelineGraph
  readonly payload: MapAsyncPayload
  readonly inputPanes: PaneKind
  readonly log: StepLog
  readonly output: Output
  readonly calls: Calls
  /** Its place among the asynchronous steps of the engine: what the time log calls it. */
  readonly ordinal: number
}

interface AsyncStepData {
  readonly inputWatermark: Timestamp
  readonly inputIsIdle: boolean
  readonly nextCall: number
  readonly nextSerial: number
  readonly units: StateData
  readonly cache: StateData
}

/** A step of asynchronous calls at run time. */
export class AsyncStep implements TimedOperator {
  readonly payload: MapAsyncPayload
  readonly #log: StepLog
  readonly #output: Output
  readonly #calls: Calls
  readonly #ordinal: number
  readonly #codec: UnitCodec
  readonly #units: PendingUnits
  readonly #open = new OpenCalls()
  readonly #cache: AnswerCache | undefined
  readonly #functions: ElementFunctions
  readonly #writer: UnitWriter
  #inputWatermark: Timestamp = MIN_TIMESTAMP
  #inputIsIdle = false
  /** Where the output watermark stands, or will when what has been written is flushed. */
  #outputWatermark: Timestamp = MIN_TIMESTAMP
  #nextCall = 0
  #nextSerial = 0

  constructor(spec: AsyncSpec) {
    const { payload, log, output } = spec
    this.payload = payload
    this.#log = log
    this.#output = output
    this.#calls = spec.calls
    this.#ordinal = spec.ordinal
    this.#codec = new UnitCodec(new PaneCodec(spec.graph), payload.coder)
    const inOrder = payload.order === 'input' || spec.inputPanes === 'changes'
    this.#units = new PendingUnits(inOrder, (unit) => this.#emit(unit))
    this.#cache = payload.cache && new AnswerCache(payload.cache)
    this.#functions = new ElementFunctions(payload, log.step.path)
    this.#writer = new UnitWriter(output)
  }

  /** The step, as the graph has it. */
  get step(): Step {
    return this.#log.step
  }

  /** How many elements are here: those without an answer, and those that wait for others to leave. */
  get pending(): number {
    return this.#units.count
  }

  /** How many answers the cache keeps, those to come among them. */
  get cached(): number {
    return this.#cache?.size ?? 0
  }

  /** The next calls that are to be made, at most so many. Each is handed out once, and after a restore again. */
  takeRequests(most: number): readonly AsyncRequest[] {
    return this.#open.take(most)
  }

  /** Whether a call of this id is wanted and has not ended. */
  awaits(id: number): boolean {
    return this.#open.has(id)
  }

  /**
   * Takes the end of a call: its elements leave as soon as all before them have left, or become dead letters.
   *
   * **Contract** — Between two calls of the engine, once for each request. Throws where the step is to fail with its calls.
   */
  complete(id: number, outcome: AsyncOutcome): void {
    if (!this.awaits(id)) {
      throw new PipelineError(
        'INVARIANT',
        `Invariant broken: call ${id} of step "${this.step.path}" has ended and was not under way. This is a fault in Tidemark; please report it.`,
      )
    }
    this.#calls.begin(
      outcome.ok ? ['async', this.#ordinal, id, 'ok'] : ['async', this.#ordinal, id, 'failed', outcome.failure],
    )
    if (outcome.ok) this.#answer(id, outcome.answer)
    else this.#fail(id, outcome)
    this.#settle()
    this.#calls.end()
  }

  process(bundle: Bundle): void {
    const { length, panes, paneOf, watermarks } = bundle
    this.#log.counters.in += length
    if (paneOf !== undefined) this.#takePanes(bundle, paneOf)
    else {
      for (let row = 0; row < length; row++) {
        if (watermarks !== undefined) this.#follow(watermarks[row]!)
        this.#takeUnit(bundle, [row], undefined)
      }
      for (const pane of panes) this.#takeUnit(bundle, [], pane)
    }
    this.#settle()
    this.#writer.watermark = undefined
  }

  approach(watermark: Timestamp): void {
    if (watermark <= this.#inputWatermark) return
    this.#inputWatermark = watermark
    this.#settle()
  }

  advance(watermark: Timestamp): void {
    this.approach(watermark)
    this.#cache?.expire(this.#inputWatermark)
  }

  idle(isIdle: boolean): void {
    this.#inputIsIdle = isIdle
    this.#passSilence()
  }

  nextEventTime(): Timestamp {
    return Infinity
  }

  nextProcessingTime(): number {
    return Infinity
  }

  advanceProcessingTime(): void {
    // What it waits for comes from outside, not with time.
  }

  waiting(): number {
    return this.#units.count
  }

  get inputWatermark(): Timestamp {
    return this.#inputWatermark
  }

  inspect(_key: unknown, window: Window): AsyncInspection | undefined {
    return inspectElements(this.#units.elements(), window)
  }

  holders(limit: number): readonly Holder[] {
    return holdersOf(this.#units.elements(), limit)
  }

  save(): StateData {
    return {
      inputWatermark: this.#inputWatermark,
      inputIsIdle: this.#inputIsIdle,
      nextCall: this.#nextCall,
      nextSerial: this.#nextSerial,
      units: this.#units.save(this.#codec),
      cache: this.#cache?.save() ?? null,
    } satisfies AsyncStepData
  }

  load(data: StateData): void {
    const saved = data as unknown as AsyncStepData
    this.#inputWatermark = saved.inputWatermark
    this.#inputIsIdle = saved.inputIsIdle
    this.#nextCall = saved.nextCall
    this.#nextSerial = saved.nextSerial
    if (saved.cache !== null) this.#cache?.load(saved.cache)
    for (const element of this.#units.load(saved.units, this.#codec)) if (!element.answered) this.#open.add(element)
  }

  // A pane leaves with all of its rows or not at all, and also without any.
  #takePanes(bundle: Bundle, paneOf: ArrayLike<number>): void {
    const rows = bundle.panes.map((): number[] => [])
    for (let row = 0; row < bundle.length; row++) rows[paneOf[row]!]!.push(row)
    for (const [index, pane] of bundle.panes.entries()) this.#takeUnit(bundle, rows[index]!, pane)
  }

  /**
   * Follows the watermark that the source had before a row: what the output watermark is then must not depend on where bundles end.
   */
  #follow(watermark: Timestamp): void {
    if (watermark > this.#inputWatermark) {
      this.#inputWatermark = watermark
      this.#cache?.expire(watermark)
    }
    this.#writer.watermark = this.#moveOutput()
  }

  /** Takes in rows of a bundle as a unit, without those that become dead letters at once. */
  #takeUnit(bundle: Bundle, rows: readonly number[], pane: Pane | undefined): void {
    const unit = emptyUnit(pane, this.#nextSerial++)
    for (const row of rows) {
      const detail = this.#take(unit, bundle, row)
      if (detail === undefined) continue
      this.#log.enterRow('dead-letter', bundle, row, windowAt(bundle, row), this.#inputWatermark, detail)
    }
    // Of a row that is gone nothing is left, but a pane is known even so.
    if (unit.elements.length > 0 || pane !== undefined) this.#units.enter(unit)
  }

  /** Takes a row into a unit, or says why it is a dead letter. */
  #take(unit: PendingUnit, bundle: Bundle, row: number): string | undefined {
    const element = elementAt(bundle, row)
    const timestamp = bundle.timestamps[row]!
    const functions = this.#functions
    const keyless = functions.key(element, timestamp)
    if (keyless !== undefined) return keyless
    // Of no meaning where there is no cache.
    const key = functions.result as string
    const known = this.#cache?.find(key, timestamp)
    const unfit = known?.answered === true ? functions.parse(known.answer, element, timestamp) : undefined
    if (unfit !== undefined) return unfit
    const pending: PendingElement = {
      unit,
      element,
      timestamp,
      window: windowAt(bundle, row),
      sign: signAt(bundle, row),
      position: this.payload.onError === 'dead-letter' ? positionAt(bundle, row) : undefined,
      call: known?.call ?? this.#nextCall++,
      answered: known?.answered === true,
      answer: known?.answered === true ? functions.result : undefined,
    }
    unit.elements.push(pending)
    if (pending.answered) return undefined
    unit.open++
    this.#open.add(pending)
    if (known === undefined) this.#cache?.add(key, timestamp, pending.call)
    return undefined
  }

  #answer(id: number, answer: unknown): void {
    this.#cache?.answer(id, answer)
    for (const pending of this.#open.end(id)) {
      const unfit = this.#functions.parse(answer, pending.element, pending.timestamp)
      if (unfit === undefined) {
        this.#units.answer(pending, this.#functions.result)
        continue
      }
      this.#bury(pending, unfit)
    }
  }

  #fail(id: number, { failure, cause }: Extract<AsyncOutcome, { ok: false }>): void {
    const isFatal = this.payload.onError === 'fail' || PROGRAM_FAULTS.has(failure.code)
    for (const element of this.#open.end(id)) {
      if (isFatal) throw callError(this.step.path, element.timestamp, failure, cause)
      this.#bury(element, failureDetail(failure))
    }
  }

  // What has failed once is asked for anew by the next element of its key.
  #bury(pending: PendingElement, detail: string): void {
    this.#cache?.forget(pending.call)
    const { element, timestamp, window, position } = pending
    const watermark = this.#inputWatermark
    this.#log.enter({
      reason: 'dead-letter',
      step: this.step.path,
      element,
      timestamp,
      window,
      watermark,
      position,
      detail,
    })
    this.#units.remove(pending)
  }

  #emit(unit: PendingUnit): void {
    const { counters } = this.#log
    const { length } = unit.elements
    counters.withOutput += length
    counters.out += length
    this.#writer.add(unit)
  }

  /** Moves the output watermark as far as what is here allows; what is behind it leaves it where it is. */
  #moveOutput(): Timestamp {
    const target = Math.min(this.#inputWatermark, this.#units.hold)
    this.#outputWatermark = Math.max(this.#outputWatermark, this.#output.watermark, target)
    return this.#outputWatermark
  }

  #settle(): void {
    this.#writer.flush()
    this.#output.advance(this.#moveOutput())
    if (this.#inputIsIdle) this.#passSilence()
  }

  // What still holds the watermark would be late below if nobody waited for it there.
  #passSilence(): void {
    this.#output.setIdle(this.#inputIsIdle && this.#units.isEmpty)
  }
}
