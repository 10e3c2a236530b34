/**
 * asOfJoin: each element with what a slowly changing dimension said of its key at the element's time.
 */
import type { Duration } from '@js-joda/core'
import { checkChoice, checkOptions, requireFunction, type OptionNames } from '../error/check-options.ts'
import { IncompatibleWindowingError, PipelineError } from '../error/pipeline-error.ts'
import { makeCollection } from '../model/apply.ts'
import type { CollectionRef, DriftReason } from '../model/graph-builder.ts'
import type { KV } from '../model/kv.ts'
import type { PCollection } from '../model/pcollection.ts'
import { requireNotNegative } from '../time/duration.ts'
import type { Timestamp } from '../time/timestamp.ts'
import { statelessDrift } from './stateless.ts'
import { joinDrift, joinRefs, latenessOf, type JoinCoders, type JoinInputs, type TimeJoinPayload } from './time-join.ts'

/** An element with the row that was valid at its time; `null` where there was none. */
export type AsOf<L, R, J extends 'inner' | 'left'> =
  { readonly left: L; readonly right: R } | (J extends 'left' ? { readonly left: L; readonly right: null } : never)

/**
 * What becomes of rows that come after the dimension's watermark has passed their time; one of: `wait` (default: elements wait for the
 * lateness too, and are answered once), `restate` (elements are answered by the watermark, and answered anew, as changes, when a late row says
 * otherwise), `freeze` (an answer stands: with `knownAt` it is what was known at the element's time, in every run).
 */
export type LateRows = 'wait' | 'restate' | 'freeze'

/** Options of {@link asOfJoin}. */
export interface AsOfJoinOptions<K, L, R, J extends 'inner' | 'left'> extends JoinCoders<K, L, R> {
  /** Whether elements without a row come out; one of: `left` (default: with `null`), `inner` (they are left out). */
  readonly type?: J
  /** One of: `wait` (default), `restate`, `freeze`. */
  readonly lateRows?: LateRows
  /** When a row became known, for `freeze`: an element at `t` is answered with the latest row of those valid and known at `t`. */
  readonly knownAt?: (row: R) => Timestamp
  /** Which of several rows of one instant is the later one: the greater by canonical bytes of this, then of the row itself. */
  readonly orderBy?: (row: R) => unknown
  /** How old a row may be to answer an element (any age). Older rows are forgotten. */
  readonly maxAge?: Duration
  /** How late elements and rows may come (the allowed lateness of each); later ones go to the ledger as `too-late`. */
  readonly lateness?: Duration
}

const OPTIONS: OptionNames<AsOfJoinOptions<never, never, never, never>> = {
  type: true,
  lateRows: true,
  knownAt: true,
  orderBy: true,
  maxAge: true,
  lateness: true,
  keyCoder: true,
  leftCoder: true,
  rightCoder: true,
}

/** Payload of `asOfJoin`. Lengths are milliseconds. */
export interface AsOfJoinPayload extends TimeJoinPayload {
  readonly primitive: 'asOfJoin'
  readonly type: 'inner' | 'left'
  readonly lateRows: LateRows
  readonly knownAt: ((row: unknown) => Timestamp) | undefined
  readonly orderBy: ((row: unknown) => unknown) | undefined
  /** Infinity for any age. */
  readonly maxAge: number
}

/**
 * Joins each left element with the latest right one (row) of its key that is not after it in event time.
 *
 * **Contract** — Each side has a clock, its watermark less its lateness. The element keeps its timestamp and window, whatever those of the
 * row; it is answered when the dimension's clock is strictly past its timestamp, or its watermark with `restate` and with `freeze` without
 * `knownAt`. A silent dimension (`idleAfter` of its source) is as far as the left side. Of different rows of one instant the greatest
 * counts, and the others are noted in the ledger, once each (`same-instant`). Fed by changes, or restating, it emits changes.
 *
 * **Late data** — What is behind its side's clock goes to the ledger as `too-late`. A row that would have answered an element otherwise
 * whose answer is frozen by arrival is noted there (`frozen`) and counts for those to come.
 *
 * **State** — Of each key the rows that elements may still ask for: those since both clocks, and one before them, for ever unless `maxAge`
 * is given; and elements that wait, or whose answers may change.
 */
export function asOfJoin<K, L, R, const J extends 'inner' | 'left' = 'left'>(
  name: string,
  inputs: JoinInputs<K, L, R>,
  options: AsOfJoinOptions<K, L, R, J> = {},
): PCollection<KV<K, AsOf<L, R, J>>> {
  const subject = `asOfJoin(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  checkChoice<'inner' | 'left' | undefined>(subject, 'type', options.type, ['inner', 'left'])
  checkChoice(subject, 'lateRows', options.lateRows, ['wait', 'restate', 'freeze'])
  if (options.knownAt !== undefined) requireFunction(subject, 'knownAt', options.knownAt)
  if (options.orderBy !== undefined) requireFunction(subject, 'orderBy', options.orderBy)
  const { left, right, path } = joinRefs(subject, name, inputs, options.keyCoder as AsOfJoinPayload['keyCoder'])
  const lateRows = options.lateRows ?? 'wait'
  requireMeaning(left, right, lateRows, options.knownAt !== undefined, path)
  const lateness = latenessOf(subject, options.lateness, left, right)
  const payload = Object.freeze({
    primitive: 'asOfJoin',
    type: options.type ?? 'left',
    lateRows,
    knownAt: options.knownAt,
    orderBy: options.orderBy,
    maxAge: options.maxAge === undefined ? Infinity : requireNotNegative(options.maxAge, `The maxAge of ${subject}`),
    lateness,
    keyCoder: options.keyCoder,
    leftCoder: options.leftCoder,
    rightCoder: options.rightCoder,
  }) as unknown as AsOfJoinPayload
  const freezesByArrival = lateRows === 'freeze' && options.knownAt === undefined
  const drift: readonly DriftReason[] = freezesByArrival ? ['freezes-without-known-at'] : []
  const changes = left.panes === 'changes' || right.panes === 'changes' || lateRows === 'restate'
  // What waits is not late when it comes; what is answered anew is, by as much as the row that has changed the answer.
  const late = lateRows === 'restate' ? Math.max(lateness.left, lateness.right) : lateness.left
  const [output] = left.builder.add({
    name,
    named: true,
    payload,
    inputs: [left, right],
    outputs: [
      {
        windowing: Object.freeze({
          ...left.windowing,
          allowedLateness: Math.max(left.windowing.allowedLateness, late),
          // Whoever groups changes must be able to take back.
          ...(changes && { accumulationMode: 'retracting' as const }),
        }),
        bounded: left.bounded && right.bounded,
        panes: changes ? 'changes' : 'elements',
      },
    ],
    drift: [...statelessDrift(left), ...joinDrift(left, right), ...drift],
  })
  return makeCollection(output!)
}

function requireMeaning(
  left: CollectionRef,
  right: CollectionRef,
  lateRows: LateRows,
  knowsWhen: boolean,
  path: string,
): void {
  if (knowsWhen && lateRows !== 'freeze') {
    throw new PipelineError(
      'BAD_OPTION',
      `asOfJoin at "${path}" has knownAt but lateRows: '${lateRows}', which goes by what is known in the end. When rows became known would have no effect. ` +
        "Use lateRows: 'freeze', or leave out knownAt.",
      { step: path },
    )
  }
  if (lateRows === 'freeze' && !knowsWhen && (left.panes === 'changes' || right.panes === 'changes')) {
    throw new IncompatibleWindowingError(
      'CHANGES_INTO_FREEZE',
      `"${path}" freezes its answers by arrival but is fed by changes: what is taken back might have been answered otherwise than it would be now, and the ` +
        "first answer would stay for ever. Give knownAt, or use lateRows: 'wait' or 'restate'.",
      { step: path },
    )
  }
}
