/**
 * SideRules: what the two sides of an interval join have of their own. All else is the same for both.
 */
import { encodeValue, type Coder } from '@tidemark/core'
import type { IntervalJoinPayload, PaneKind } from '@tidemark/core/graph'
import { textOfBytes } from '../state/byte-text.ts'
import { leftAlone, pairOf, rightAlone, type JoinedValue } from './joined-value.ts'

/** One side. Lengths are milliseconds. */
export interface SideRules {
  readonly name: 'left' | 'right'
  /** An element at `t` meets those of the other side from `t - back` to `t + ahead`. */
  readonly back: number
  readonly ahead: number
  /** Whether an element without a partner comes out. */
  readonly isOuter: boolean
  /** Whether elements may be taken back. */
  readonly hasChanges: boolean
  readonly lateness: number
  readonly coder: Coder<unknown> | undefined
  /** The value that comes out of an element of this side with one of the other. */
  readonly pair: (value: unknown, other: unknown) => JoinedValue
  /** The value that comes out of an element without a partner. */
  readonly alone: (value: unknown) => JoinedValue
}

/** The rules of both sides, by number of the input. */
export function sideRules(
  payload: IntervalJoinPayload,
  panes: { readonly left: PaneKind; readonly right: PaneKind },
): readonly [left: SideRules, right: SideRules] {
  const { before, after, type, lateness, leftCoder, rightCoder } = payload
  return [
    {
      name: 'left',
      back: before,
      ahead: after,
      isOuter: type === 'left' || type === 'full',
      hasChanges: panes.left === 'changes',
      lateness: lateness.left,
      coder: leftCoder,
      pair: pairOf,
      alone: leftAlone,
    },
    {
      name: 'right',
      back: after,
      ahead: before,
      isOuter: type === 'right' || type === 'full',
      hasChanges: panes.right === 'changes',
      lateness: lateness.right,
      coder: rightCoder,
      pair: (value, other) => pairOf(other, value),
      alone: rightAlone,
    },
  ]
}

/** The bytes of a value as text: those of its coder, or canonical bytes. */
export function textOfValue(value: unknown, coder: Coder<unknown> | undefined): string {
  return textOfBytes(coder === undefined ? encodeValue(value) : coder.encode(value))
}
