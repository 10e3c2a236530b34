/**
 * compileStage: from a stateless step to the closure that runs it inside a chain.
 */
import {
  formatTimestamp,
  GLOBAL_WINDOW,
  MIN_TIMESTAMP,
  PipelineError,
  requireTimestamp,
  type LedgerEntry,
  type WindowFn,
} from '@tidemark/core'
import type { ParDoPayload, StatelessPayload, WindowIntoPayload } from '@tidemark/core/graph'
import { positionAt } from '../bundle/bundle.ts'
import type { StepLog } from '../ledger/step-log.ts'
import { UNKEYED, whole, type Cursor, type Emit } from './stage.ts'
import { emitAll } from './emit-all.ts'
import { parDoStage } from './par-do-stage.ts'
import { isSynchronous, PROGRAM_FAULTS } from './user-code.ts'

/** Compiles one step; `outputs` take what it emits, one for each output of the step. */
export function compileStage(
  payload: StatelessPayload | ParDoPayload | WindowIntoPayload,
  log: StepLog,
  cursor: Cursor,
  outputs: readonly Emit[],
): Emit {
  const stage = compile(payload, log, cursor, outputs)
  if (payload.primitive === 'windowInto' || payload.onError === 'fail') return stage
  return deadLettering(stage, log, cursor)
}

function compile(
  payload: StatelessPayload | ParDoPayload | WindowIntoPayload,
  log: StepLog,
  cursor: Cursor,
  outputs: readonly Emit[],
): Emit {
  const next = outputs[0]!
  if (payload.primitive === 'windowInto') return windowInto(payload.windowFn, log, cursor, next)
  if (payload.primitive === 'parDo') return parDoStage(payload, log, cursor, outputs)
  const { counters } = log
  const { path } = log.step
  const fn = payload.fn as (element: unknown) => unknown
  // Whoever returns a promise does so for the first element already: one look is enough.
  let seen = false
  switch (payload.form) {
    case 'map':
      return (key, value) => {
        counters.in++
        cursor.step = path
        cursor.what = 'map'
        const result = fn(key === UNKEYED ? value : [key, value])
        if (!seen) seen = isSynchronous(result, 'map', path)
        counters.withOutput++
        next(UNKEYED, result)
      }
    case 'filter':
      return (key, value) => {
        counters.in++
        cursor.step = path
        cursor.what = 'filter'
        const holds = fn(key === UNKEYED ? value : [key, value])
        if (!seen) seen = isSynchronous(holds, 'filter', path)
        if (holds) {
          counters.withOutput++
          next(key, value)
        } else {
          counters.withoutOutput++
        }
      }
    case 'with-keys':
      return (key, value) => {
        counters.in++
        cursor.step = path
        cursor.what = 'withKeys'
        const element = whole(key, value)
        const own = fn(element)
        counters.withOutput++
        next(own, element)
      }
    case 'flat-map':
      return (key, value) => {
        counters.in++
        cursor.step = path
        cursor.what = 'flatMap'
        emitAll(fn(whole(key, value)) as Iterable<unknown>, payload.onError, log, cursor, next)
      }
    case 'with-timestamps':
      return (key, value) => {
        counters.in++
        cursor.step = path
        cursor.what = 'withTimestamps'
        const before = cursor.timestamp
        const timestamp = requireTimestamp(fn(whole(key, value)), `The timestamp given by step "${path}"`)
        if (timestamp < before) throw movedBack(path, before, timestamp)
        counters.withOutput++
        cursor.timestamp = timestamp
        next(key, value)
        cursor.timestamp = before
      }
    case 'reshuffle':
      return (key, value) => {
        counters.in++
        counters.withOutput++
        next(key, value)
      }
  }
}

function windowInto(windowFn: WindowFn, log: StepLog, cursor: Cursor, next: Emit): Emit {
  const { counters } = log
  const { path } = log.step
  const { tiling } = windowFn
  let last = GLOBAL_WINDOW
  let fits = false
  return (key, value) => {
    counters.in++
    const { timestamp } = cursor
    const before = cursor.window
    if (fits && tiling && timestamp >= last.start && timestamp < last.end) {
      counters.withOutput++
      cursor.window = last
      next(key, value)
      cursor.window = before
      return
    }
    cursor.step = path
    cursor.what = 'assign'
    const windows = windowFn.assign(timestamp, whole(key, value))
    if (windows.length === 0) {
      const detail = `${windowFn.description} gives no window at ${formatTimestamp(timestamp)}`
      log.enter(entryOf('no-window', log, cursor, key, value, detail))
      return
    }
    counters.withOutput++
    for (const window of windows) {
      cursor.window = window
      next(key, value)
    }
    last = windows[0]!
    fits = true
    cursor.window = before
  }
}

// A later stage's error is not this step's: the cursor knows whose function was running.
function deadLettering(stage: Emit, log: StepLog, cursor: Cursor): Emit {
  const { path } = log.step
  return (key, value) => {
    try {
      stage(key, value)
    } catch (cause) {
      if (cursor.step !== path || (cause instanceof PipelineError && PROGRAM_FAULTS.has(cause.code))) throw cause
      const detail = `${cursor.what} threw: ${cause instanceof Error ? cause.message : String(cause)}`
      log.enter(entryOf('dead-letter', log, cursor, key, value, detail))
    }
  }
}

function entryOf(
  reason: 'no-window' | 'dead-letter',
  log: StepLog,
  cursor: Cursor,
  key: unknown,
  value: unknown,
  detail: string,
): LedgerEntry {
  const { bundle, row } = cursor
  return {
    reason,
    step: log.step.path,
    element: whole(key, value),
    timestamp: cursor.timestamp,
    window: reason === 'no-window' ? undefined : cursor.window,
    watermark: bundle.watermarks?.[row] ?? MIN_TIMESTAMP,
    position: positionAt(bundle, row),
    detail,
  }
}

function movedBack(path: string, before: number, after: number): PipelineError {
  return new PipelineError(
    'TIMESTAMP_MOVED_BACK',
    `Step "${path}" gave an element of ${formatTimestamp(before)} the earlier timestamp ${formatTimestamp(after)}. The watermark may have ` +
      'passed it, so the element could be dropped. Timestamps may only move forward; assign event time in the source.',
    { step: path },
  )
}
