/**
 * Chain: neighbouring stateless steps fused into one loop over a bundle.
 *
 * No object, promise or generator per element and step: the steps are closures that call one another, and only what comes out
 * at the end is stored.
 */
import { GLOBAL_WINDOW, type Timestamp } from '@tidemark/core'
import type { ParDoPayload, StatelessPayload, WindowIntoPayload } from '@tidemark/core/graph'
import { BundleBuilder } from '../bundle/bundle-builder.ts'
import { windowAt, type Bundle } from '../bundle/bundle.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { Operator } from '../plan/operator.ts'
import type { Output } from '../plan/output.ts'
import { compileStage } from './compile-stage.ts'
import { taggedEmit } from './par-do-stage.ts'
import { UNKEYED, type Cursor, type Emit } from './stage.ts'
import { lifeCycleError, userCodeError } from './user-code.ts'

/** One step of a chain. */
export interface ChainStep {
  readonly payload: StatelessPayload | ParDoPayload | WindowIntoPayload
  readonly log: StepLog
}

const EMPTY: Bundle = {
  length: 0,
  keys: undefined,
  values: [],
  timestamps: [],
  windows: undefined,
  signs: undefined,
  panes: [],
  paneOf: undefined,
  watermarks: undefined,
  positions: undefined,
}

/** Fused stateless steps at run time; the last one's outputs are the chain's. */
export class Chain implements Operator {
  readonly #steps: readonly ChainStep[]
  readonly #outputs: readonly Output[]
  readonly #builders: readonly BundleBuilder[]
  readonly #first: Emit
  readonly #cursor: Cursor = { bundle: EMPTY, row: 0, timestamp: 0, window: GLOBAL_WINDOW, step: '', what: '' }
  readonly #keys: 'kept' | 'made' | 'none'

  constructor(steps: readonly ChainStep[], outputs: readonly Output[]) {
    this.#steps = steps
    this.#outputs = outputs
    this.#builders = outputs.map(() => new BundleBuilder())
    this.#keys = keysOf(steps)
    const cursor = this.#cursor
    let next: readonly Emit[] = this.#builders.map((builder): Emit => {
      return (key, value) => builder.add(key, value, cursor.timestamp, cursor.window, cursor.row)
    })
    for (const step of steps.toReversed()) next = [compileStage(step.payload, step.log, cursor, next)]
    this.#first = next[0]!
  }

  process(bundle: Bundle): void {
    const cursor = this.#cursor
    cursor.bundle = bundle
    const keyed = this.#keys === 'made' || (this.#keys === 'kept' && bundle.keys !== undefined)
    for (const builder of this.#builders) builder.begin(keyed)
    this.#startBundle()
    const { keys, values, timestamps, length } = bundle
    try {
      for (let row = 0; row < length; row++) {
        cursor.row = row
        cursor.timestamp = timestamps[row]!
        cursor.window = windowAt(bundle, row)
        this.#first(keys === undefined ? UNKEYED : keys[row], values[row])
      }
    } catch (cause) {
      throw userCodeError(cursor.what, cursor.step, cursor.timestamp, cause)
    }
    const { counters } = this.#steps.at(-1)!.log
    for (const [index, builder] of this.#builders.entries()) {
      counters.out += builder.length
      this.#outputs[index]!.emit(builder.take(bundle))
    }
    this.#finishBundle()
    cursor.bundle = EMPTY
  }

  advance(watermark: Timestamp): void {
    for (const output of this.#outputs) output.advance(watermark)
  }

  idle(isIdle: boolean): void {
    for (const output of this.#outputs) output.setIdle(isIdle)
  }

  #startBundle(): void {
    for (const { payload, log } of this.#steps) {
      if (payload.primitive !== 'parDo' || payload.doFn.startBundle === undefined) continue
      try {
        payload.doFn.startBundle()
      } catch (cause) {
        throw lifeCycleError('startBundle', log.step.path, cause)
      }
    }
  }

  // Only the last step of a chain has a finishBundle: what it emits belongs to no row.
  #finishBundle(): void {
    const { payload, log } = this.#steps.at(-1)!
    if (payload.primitive !== 'parDo' || payload.doFn.finishBundle === undefined) return
    const cursor = this.#cursor
    const direct = this.#builders.map((builder): Emit => {
      builder.begin(false)
      return (_key, value) => builder.add(UNKEYED, value, cursor.timestamp, cursor.window, 0)
    })
    const emit = payload.outputs.length === 0 ? direct[0]! : taggedEmit(payload, log.step.path, direct)
    try {
      for (const { value, timestamp, window } of payload.doFn.finishBundle() ?? []) {
        cursor.timestamp = timestamp
        cursor.window = window
        emit(UNKEYED, value)
      }
    } catch (cause) {
      throw lifeCycleError('finishBundle', log.step.path, cause)
    }
    for (const [index, builder] of this.#builders.entries()) {
      log.counters.out += builder.length
      this.#outputs[index]!.emit(builder.take(EMPTY))
    }
  }
}

/** Whether the chain's output has keys in a column of their own: made by a last withKeys, as in its input, or never. */
function keysOf(steps: readonly ChainStep[]): 'kept' | 'made' | 'none' {
  for (const { payload } of steps.toReversed()) {
    if (payload.primitive === 'parDo') return 'none'
    if (payload.primitive === 'windowInto' || payload.form === 'filter') continue
    if (payload.form === 'with-timestamps' || payload.form === 'reshuffle') continue
    return payload.form === 'with-keys' ? 'made' : 'none'
  }
  return 'kept'
}
