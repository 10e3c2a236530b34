/**
 * Decision: one thing that the world did to an engine.
 *
 * Elements come from sources, and can be read again; what else a live run depended on is when it was told what. With these in order a run
 * can be replayed, to the last pane. A decision says how many elements came, never which.
 */
import type { Timestamp } from '@tidemark/core'
import type { CallFailure } from '../async/call-failure.ts'

/**
 * One call of an engine; sources by their ordinal among its inputs, asynchronous steps by theirs among such steps. Plain JSON but for
 * numbers that are infinite, which none is.
 */
export type Decision =
  | readonly ['tick', now: number, wall?: number]
  | readonly ['open', source: number, splits: readonly string[]]
  | readonly ['offer', source: number, split: string, elements: number, rejected: number]
  | readonly ['overflow', source: number, split: string, waiting: number]
  | readonly ['watermark', source: number, split: string, watermark: Timestamp]
  | readonly ['idle', source: number, split: string]
  | readonly ['complete', source: number, split: string]
  | readonly ['async', step: number, call: number, 'ok']
  | readonly ['async', step: number, call: number, 'failed', failure: CallFailure]

/** Receives decisions, in order, each before it takes effect. */
export type DecisionListener = (decision: Decision) => void
