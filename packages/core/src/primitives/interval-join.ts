/**
 * intervalJoin: elements of two collections that have the same key and lie close to each other in event time.
 */
import type { Duration } from '@js-joda/core'
import { checkChoice, checkOptions, type OptionNames } from '../error/check-options.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import { makeCollection } from '../model/apply.ts'
import type { CollectionRef, CollectionSpec } from '../model/graph-builder.ts'
import type { KV } from '../model/kv.ts'
import type { PCollection } from '../model/pcollection.ts'
import { DEFAULT_WINDOWING } from '../model/windowing-strategy.ts'
import { toMillis } from '../time/duration.ts'
import { joinDrift, joinRefs, latenessOf, type JoinCoders, type JoinInputs, type TimeJoinPayload } from './time-join.ts'

/** Which elements without a partner come out, alone; one of: `inner` (none), `left`, `right`, `full` (both sides'). */
export type JoinType = 'inner' | 'left' | 'right' | 'full'

/** A pair; what is missing on a side is `null`, as a database has it: canonical bytes, and so keys, state and files, know no `undefined`. */
export type Joined<L, R, J extends JoinType> =
  | { readonly left: L; readonly right: R }
  | (J extends 'left' | 'full' ? { readonly left: L; readonly right: null } : never)
  | (J extends 'right' | 'full' ? { readonly left: null; readonly right: R } : never)

/** Options of {@link intervalJoin}. */
export interface IntervalJoinOptions<K, L, R, J extends JoinType> extends JoinCoders<K, L, R> {
  /** How long before the left element a right one may lie; below zero: how long after it at least. */
  readonly before: Duration
  /** How long after the left element a right one may lie; below zero: how long before it at least. */
  readonly after: Duration
  /** One of: `inner` (default), `left`, `right`, `full`. */
  readonly type?: J
  /** How late elements of both sides may come (the allowed lateness of each); later ones go to the ledger as `too-late`. */
  readonly lateness?: Duration
}

const OPTIONS: OptionNames<IntervalJoinOptions<never, never, never, never>> = {
  before: true,
  after: true,
  type: true,
  lateness: true,
  keyCoder: true,
  leftCoder: true,
  rightCoder: true,
}

/** Payload of `intervalJoin`. Lengths are milliseconds. */
export interface IntervalJoinPayload extends TimeJoinPayload {
  readonly primitive: 'intervalJoin'
  /** A right element at `r` meets a left one at `l` where `l - before <= r <= l + after`. */
  readonly before: number
  readonly after: number
  readonly type: JoinType
}

/**
 * Joins each left element with every right one of its key whose timestamp lies from `before` it to `after` it, ends included.
 *
 * **Contract** — By time alone: windows of the inputs do not matter, and an element in several windows is as many elements. A pair has the
 * later timestamp of the two and comes as soon as both are there; an element without a partner has its own timestamp and comes when the
 * partner's watermark, less its lateness, has passed all that could still meet it. Everything is in the global window. Fed by changes it
 * emits changes.
 *
 * **Late data** — An element behind its side's watermark by more than the lateness goes to the ledger as `too-late`.
 *
 * **State** — An element is kept until the other side's watermark, less its lateness, has passed the interval.
 */
export function intervalJoin<K, L, R, const J extends JoinType = 'inner'>(
  name: string,
  inputs: JoinInputs<K, L, R>,
  options: IntervalJoinOptions<K, L, R, J>,
): PCollection<KV<K, Joined<L, R, J>>> {
  const subject = `intervalJoin(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  checkChoice<JoinType | undefined>(subject, 'type', options.type, ['inner', 'left', 'right', 'full'])
  const { left, right } = joinRefs(subject, name, inputs, options.keyCoder as IntervalJoinPayload['keyCoder'])
  const before = boundOf(subject, 'before', options.before)
  const after = boundOf(subject, 'after', options.after)
  if (before + after < 0) {
    throw new PipelineError(
      'EMPTY_INTERVAL',
      `${subject} looks from ${before} ms before an element to ${after} ms after it, which is no time at all: nothing would ever meet. ` +
        'Give bounds whose sum is zero or more.',
    )
  }
  const lateness = latenessOf(subject, options.lateness, left, right)
  const payload = Object.freeze({
    primitive: 'intervalJoin',
    before,
    after,
    type: options.type ?? 'inner',
    lateness,
    keyCoder: options.keyCoder,
    leftCoder: options.leftCoder,
    rightCoder: options.rightCoder,
  }) as unknown as IntervalJoinPayload
  const [output] = left.builder.add({
    name,
    named: true,
    payload,
    inputs: [left, right],
    outputs: [joinedOutput(left, right, Math.max(lateness.left, lateness.right))],
    drift: joinDrift(left, right),
  })
  return makeCollection(output!)
}

// Windows end at the join; how groupings below go on with late elements is what both inputs say of it, changes where there are any.
function joinedOutput(left: CollectionRef, right: CollectionRef, allowedLateness: number): CollectionSpec {
  const hasChanges = left.panes === 'changes' || right.panes === 'changes'
  const [mode, other] = [left.windowing.accumulationMode, right.windowing.accumulationMode]
  const accumulationMode = hasChanges ? 'retracting' : mode === other ? mode : 'accumulating'
  return {
    windowing: Object.freeze({ ...DEFAULT_WINDOWING, allowedLateness, accumulationMode }),
    bounded: left.bounded && right.bounded,
    panes: hasChanges ? 'changes' : 'elements',
  }
}

// Without bounds an element would be kept for ever, as any other might still meet it.
function boundOf(subject: string, name: string, bound: Duration | undefined): number {
  if (bound !== undefined) return toMillis(bound)
  throw new PipelineError(
    'JOIN_WITHOUT_BOUND',
    `${subject} has no bound "${name}", so an element would have to be kept for ever: any other might still meet it. ` +
      'Give before and after, such as { before: minutes(0), after: hours(1) }.',
  )
}
