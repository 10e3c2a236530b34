/**
 * Awaiting: elements that wait for something else than the end of their window, in words: a side input, a partner, the answer of a call.
 */
import { formatTimestamp, formatWindow, type Timestamp } from '@tidemark/core'
import type { Step } from '@tidemark/core/graph'
import type { AwaitingJoin, AwaitingStep } from './explanation.ts'
import { countOf, span, waitingText } from './quantities.ts'
import type { GateInspection, JoinInspection } from './inspection.ts'

type JoinPayload = Extract<Step['payload'], { readonly primitive: 'intervalJoin' | 'asOfJoin' }>

/** What elements wait for at a step, as a clause: `2 elements wait for side input "Rates" of …`. */
export function awaitingText(awaiting: AwaitingStep): string {
  switch (awaiting.kind) {
    case 'gate':
      return gateText(awaiting)
    case 'join':
      return joinText(awaiting)
    case 'async':
      return awaiting.oldest === undefined
        ? waitingText(awaiting.pending)
        : `${waitingText(awaiting.pending)} for calls that are pending, the earliest at ${formatTimestamp(awaiting.oldest)}`
  }
}

/**
 * The sides of a join whose clocks its elements may wait for, when there are some that wait: of those that are waited for at all, those that
 * are behind the time of the earliest answer.
 */
export function partnersOf({ payload }: Step, { clocks, answeredAfter }: JoinInspection): AwaitingJoin['partners'] {
  if (answeredAfter === undefined) return []
  return awaitedSides(payload).filter((side) => clocks[side] <= answeredAfter)
}

/** For how long a join waits for late elements, of the side for which it waits longer; milliseconds. */
export function joinWait(payload: JoinPayload): number {
  // An answer that is restated, or stands by arrival, does not wait for rows that are late.
  if (payload.primitive === 'asOfJoin' && payload.lateRows !== 'wait' && payload.knownAt === undefined) return 0
  return Math.max(0, ...awaitedSides(payload).map((side) => payload.lateness[side]))
}

// Who may come out alone waits for the other side; an as-of join asks the right side alone.
function awaitedSides(payload: Step['payload']): AwaitingJoin['partners'] {
  const type = payload.primitive === 'intervalJoin' ? payload.type : 'left'
  return type === 'inner' ? [] : (['left', 'right'] as const).filter((side) => side !== type)
}

function gateText({ waiting, awaited }: GateInspection): string {
  if (awaited.length === 0) return waitingText(waiting)
  const views = awaited.map(
    ({ view, window, watermark, readyAfter }) =>
      `side input "${view}" of ${formatWindow(window)}: its watermark ${passText(watermark, readyAfter)}`,
  )
  return `${waitingText(waiting)} for ${views.join('; and for ')}`
}

function joinText({ waiting, left, right, answeredAfter, clocks, partners }: AwaitingJoin): string {
  const kept = `it keeps ${countOf(left, 'element')} of left and ${right} of right`
  if (answeredAfter === undefined || waiting === 0) return `no element waits; ${kept} for those to come`
  const sides = partners.map((side) => `the clock of ${side} ${passText(clocks[side], answeredAfter)}`)
  return `${waitingText(waiting)} for a partner, or to be known to have none: ${sides.join(', or ') || `both clocks have passed ${formatTimestamp(answeredAfter)}`}; ${kept}`
}

function passText(watermark: Timestamp, after: Timestamp): string {
  return `is ${formatTimestamp(watermark)} and has to pass ${formatTimestamp(after)}, ${span(after - watermark)} on`
}
