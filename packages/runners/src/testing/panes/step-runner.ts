/**
 * What the pane evaluator asks of every step: to take a bundle, to fire its timers, and to say what it holds back.
 */
import type { LedgerEntry, Timestamp, WindowedValue } from '@tidemark/core'
import type { StepClock } from './pane-timing.ts'

/** Elements that travel together: those of one source event, or those that one key emits at once. Triggers are asked once per bundle (24). */
export interface Bundle {
  /** Which of the step's inputs, or outputs, it belongs to. */
  readonly port: number
  readonly values: readonly WindowedValue<unknown>[]
}

/** How far one input of a step is: its watermark, that of the elements on their way included. */
export interface InputClock {
  readonly watermark: Timestamp
  readonly silent: boolean
}

/** A step at work. State is plain and mutable; the clock is handed in. */
export interface StepRunner {
  /** Takes a bundle and returns the bundles emitted, in order. */
  process(bundle: Bundle, clock: StepClock): readonly Bundle[]
  /** Fires the timers that are due by this clock. Returns `undefined` when none is. */
  fireTimers(clock: StepClock): readonly Bundle[] | undefined
  /** How far the output watermark may go at an input watermark: to the earliest of holds and pending event-time timers, due ones included (54). */
  hold(input: Timestamp): Timestamp
  /** How many of its inputs, the first ones, lead its watermark (all of them). */
  readonly leading?: number
  /** Learns how far each of its inputs is. */
  learn?(inputs: readonly InputClock[]): void
  /** Whether it keeps something that event time still moves: below it, silence is no reason to go on without it. */
  readonly isOpen: boolean
}

/** Where a step enters what leaves the graph. */
export type ToLedger = (entry: Omit<LedgerEntry, 'step' | 'position' | 'detail'>) => void
