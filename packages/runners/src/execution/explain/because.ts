/**
 * because: where a key and window stand, in a sentence or two.
 */
import { formatTimestamp, MIN_TIMESTAMP, type Timestamp, type Trigger } from '@tidemark/core'
import { awaitingText } from './awaiting.ts'
import type { AwaitingStep, Explanation, SourceWatermark } from './explanation.ts'
import { span, times, waitingText } from './quantities.ts'

type Facts = Omit<Explanation, 'because'>

/** What keeps something from being ready: steps, and the watermark that one of them has not passed. */
export interface Feeders {
  readonly steps: ReadonlySet<string>
  readonly behind: Timestamp
}

/** The reason for what an explanation shows. `feedersOf` says what a step that waits for something depends on. */
export function because(
  facts: Facts,
  trigger: Trigger,
  feedersOf: (awaiting: AwaitingStep) => readonly Feeders[],
): string {
  const above = facts.awaits.filter(({ step }) => step !== facts.step)
  const own = facts.awaits.find(({ step }) => step === facts.step)
  const late = (awaiting: AwaitingStep): string =>
    unique(feedersOf(awaiting).map((feeders) => slowest(facts, feeders.behind, feeders.steps))).join('')
  if (own !== undefined) return `${capital(awaitingText(own))}.${late(own)}`
  const waits = above.map(
    (awaiting) => ` At step "${awaiting.step}" above, ${awaitingText(awaiting)}.${late(awaiting)}`,
  )
  const slow = waits.length === 0 ? slowest(facts) : waits.join('')
  switch (facts.status) {
    case 'unseen':
      return `${unseen(facts)}${waits.join('')}`
    case 'expired':
      return `The window expired when the watermark passed ${formatTimestamp(facts.expiry!)}. If elements came in time, their result was emitted; nothing is kept.${waits.join('')}`
    case 'closed':
      return 'Its trigger has finished, so elements that still come go to the ledger as closed-window.'
    case 'open':
      return facts.state === undefined ? openGroup(facts, trigger, slow) : openRecord(facts, slow)
  }
}

function unseen({ ledger, inputWatermark, expiry }: Facts): string {
  const left = ledger.entries.length
  const inLedger = left === 0 ? '' : ` ${left} of its elements are in the ledger.`
  return expiry === undefined
    ? `Nothing of it is kept at the step: no element has come, or what came has gone on.${inLedger} The watermark is ${formatTimestamp(inputWatermark)}.`
    : `Nothing is kept of it: no element of this key and window has come to the step.${inLedger} It takes elements until the watermark, at ${formatTimestamp(inputWatermark)}, passes ${formatTimestamp(expiry)}.`
}

function openGroup(facts: Facts, trigger: Trigger, slow: string): string {
  const { window, inputWatermark, panes, expiry } = facts
  const last = window.end - 1
  const pending = panes?.pending ?? 0
  const so =
    panes === undefined || panes.emitted === 0
      ? 'It has not fired'
      : `It has fired ${times(panes.emitted)}, last ${panes.last}`
  if (inputWatermark <= last && trigger.kind !== 'never') {
    return `${so}; ${waitingText(pending)}. The watermark is ${formatTimestamp(inputWatermark)} and has to pass ${formatTimestamp(last)}, ${span(last - inputWatermark)} on.${slow}`
  }
  const passed = inputWatermark > last ? 'The end of the window has passed; the' : 'The'
  return `${so}; ${waitingText(pending)}. ${passed} window expires when the watermark, at ${formatTimestamp(inputWatermark)}, passes ${formatTimestamp(expiry!)}.${slow}`
}

function openRecord(facts: Facts, slow: string): string {
  const { state, timers, inputWatermark, waits, step } = facts
  const wait = waits.find((other) => other.step === step)?.milliseconds ?? 0
  const clock =
    wait === 0
      ? ''
      : ` The step waits ${span(wait)} for late elements: its clock is ${formatTimestamp(inputWatermark - wait)}.`
  const next = timers.map(({ name, domain, time }) => `${name} (${domain}) for ${formatTimestamp(time)}`)
  const set = next.length === 0 ? 'No timer is set.' : `Timers: ${next.join(', ')}.`
  return `${capital(waitingText(state?.waiting ?? 0))}. ${set} The watermark is ${formatTimestamp(inputWatermark)}.${clock}${slow}`
}

// The slowest thing there is, of those steps that count: a hold above, else a split.
function slowest(
  { sources, holds, waits, inputWatermark, step }: Facts,
  behind: Timestamp = inputWatermark,
  steps?: ReadonlySet<string>,
): string {
  const counts = (other: { readonly step: string }): boolean =>
    other.step !== step && (steps === undefined || steps.has(other.step))
  const hold = holds.find(counts)
  if (hold !== undefined && hold.timestamp <= behind) {
    return ` Step "${hold.step}" holds it: ${hold.owner}, at ${formatTimestamp(hold.timestamp)}.`
  }
  const above = waits.find(counts)
  if (above !== undefined) return ` Step "${above.step}" above waits ${span(above.milliseconds)} for late elements.`
  const slow = sources
    .filter((source) => counts(source) && source.watermark <= behind)
    .toSorted((a, b) => a.watermark - b.watermark)
  return slow[0] === undefined ? '' : ` ${slowestSplit(slow[0])}`
}

function slowestSplit({ step, splits }: SourceWatermark): string {
  const split = splits.find(({ state }) => state === 'read')
  if (split === undefined) return `All splits of source "${step}" are silent or complete.`
  const at = split.watermark === MIN_TIMESTAMP ? 'and nothing has come of it' : `at ${formatTimestamp(split.watermark)}`
  return `The slowest is split "${split.id}" of source "${step}", ${at}.`
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
