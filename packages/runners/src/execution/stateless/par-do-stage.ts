/**
 * parDo inside a chain: its function sees timestamp, window and, when it says so, the pane; its values may go to several outputs.
 */
import {
  NO_FIRING,
  PipelineError,
  type ElementContext,
  type PaneInfo,
  type Timestamp,
  type Window,
} from '@tidemark/core'
import type { ParDoPayload } from '@tidemark/core/graph'
import type { StepLog } from '../ledger/step-log.ts'
import { emitAll } from './emit-all.ts'
import { UNKEYED, whole, type Cursor, type Emit } from './stage.ts'

/** Compiles a parDo; `outputs` take what it emits, one for each of its outputs. */
export function parDoStage(payload: ParDoPayload, log: StepLog, cursor: Cursor, outputs: readonly Emit[]): Emit {
  const { counters } = log
  const { path } = log.step
  const { doFn } = payload
  const context = new CursorContext(cursor, path, doFn.readsPane === true)
  const emit = payload.outputs.length === 0 ? outputs[0]! : taggedEmit(payload, path, outputs)
  return (key, value) => {
    counters.in++
    cursor.step = path
    cursor.what = 'process'
    const results = doFn.process(whole(key, value), context)
    if (results === undefined) counters.withoutOutput++
    else emitAll(results as Iterable<unknown>, payload.onError, log, cursor, emit)
  }
}

/** Sends tagged values to the outputs of their names. */
export function taggedEmit(payload: ParDoPayload, path: string, outputs: readonly Emit[]): Emit {
  return (_key, value) => {
    const tag = (value as { readonly tag?: unknown } | null)?.tag
    const index = payload.outputs.indexOf(tag as string)
    if (index < 0) {
      throw new PipelineError(
        'UNKNOWN_OUTPUT',
        `Step "${path}" emitted ${tag === undefined ? 'a value that is not tagged' : `to the output ${JSON.stringify(tag)}`}, but its outputs are ` +
          `[${payload.outputs.join(', ')}]. Nobody would ever see the value. Emit tagged('${payload.outputs[0]}', value).`,
        { step: path },
      )
    }
    outputs[index]!(UNKEYED, (value as { readonly value: unknown }).value)
  }
}

/** The element at the cursor of a chain. */
class CursorContext implements ElementContext {
  readonly #cursor: Cursor
  readonly #path: string
  readonly #readsPane: boolean

  constructor(cursor: Cursor, path: string, readsPane: boolean) {
    this.#cursor = cursor
    this.#path = path
    this.#readsPane = readsPane
  }

  get timestamp(): Timestamp {
    return this.#cursor.timestamp
  }

  get window(): Window {
    return this.#cursor.window
  }

  get pane(): PaneInfo {
    if (!this.#readsPane) {
      throw new PipelineError(
        'PANE_NOT_DECLARED',
        `process at step "${this.#path}" reads context.pane, but its DoFn does not say so. Panes differ between a live and a historical run, so ` +
          'whoever reads them must be known when the graph is built. Add readsPane: true to the DoFn.',
        { step: this.#path },
      )
    }
    const { bundle, row } = this.#cursor
    return bundle.paneOf === undefined ? NO_FIRING : bundle.panes[bundle.paneOf[row]!]!.info
  }
}
