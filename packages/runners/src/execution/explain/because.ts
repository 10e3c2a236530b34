/**
 * because: where a key and window stand, in a sentence or two.
 */
import { formatTimestamp, MIN_TIMESTAMP, type Trigger } from '@tidemark/core'
import type { Explanation, SourceWatermark } from './explanation.ts'

/** The reason for what an explanation shows. */
export function because(facts: Omit<Explanation, 'because'>, trigger: Trigger): string {
  switch (facts.status) {
    case 'unseen':
      return unseen(facts)
    case 'expired':
      return `The window expired when the watermark passed ${formatTimestamp(facts.expiry)}. If elements came in time, their result was emitted; nothing is kept.`
    case 'closed':
      return 'Its trigger has finished, so elements that still come go to the ledger as closed-window.'
    case 'open':
      return facts.state === undefined ? openGroup(facts, trigger) : openRecord(facts)
  }
}

function unseen({ ledger, inputWatermark, expiry }: Omit<Explanation, 'because'>): string {
  const left = ledger.entries.length
  const inLedger = left === 0 ? '' : ` ${left} of its elements are in the ledger.`
  return `Nothing is kept of it: no element of this key and window has come to the step.${inLedger} It takes elements until the watermark, at ${formatTimestamp(inputWatermark)}, passes ${formatTimestamp(expiry)}.`
}

function openGroup(facts: Omit<Explanation, 'because'>, trigger: Trigger): string {
  const { window, inputWatermark, panes, expiry } = facts
  const last = window.end - 1
  const pending = panes?.pending ?? 0
  const so =
    panes === undefined || panes.emitted === 0
      ? 'It has not fired'
      : `It has fired ${times(panes.emitted)}, last ${panes.last}`
  if (inputWatermark <= last && trigger.kind !== 'never') {
    return `${so}; ${elements(pending)}. The watermark is ${formatTimestamp(inputWatermark)} and has to pass ${formatTimestamp(last)}, ${span(last - inputWatermark)} on.${slowest(facts)}`
  }
  return `${so}; ${elements(pending)}. The end of the window has passed; the window expires when the watermark, at ${formatTimestamp(inputWatermark)}, passes ${formatTimestamp(expiry)}.${slowest(facts)}`
}

function openRecord(facts: Omit<Explanation, 'because'>): string {
  const { state, timers, inputWatermark, waits, step } = facts
  const wait = waits.find((other) => other.step === step)?.milliseconds ?? 0
  const clock =
    wait === 0
      ? ''
      : ` The step waits ${span(wait)} for late elements: its clock is ${formatTimestamp(inputWatermark - wait)}.`
  const next = timers.map(({ name, domain, time }) => `${name} (${domain}) for ${formatTimestamp(time)}`)
  const set = next.length === 0 ? 'No timer is set.' : `Timers: ${next.join(', ')}.`
  return `${elements(state?.waiting ?? 0)}. ${set} The watermark is ${formatTimestamp(inputWatermark)}.${clock}${slowest(facts)}`
}

// The slowest thing there is: a hold above, else a split.
function slowest({ sources, holds, waits, inputWatermark, step }: Omit<Explanation, 'because'>): string {
  const hold = holds.find((other) => other.step !== step)
  if (hold !== undefined && hold.timestamp <= inputWatermark) {
    return ` Step "${hold.step}" holds it: ${hold.owner}, at ${formatTimestamp(hold.timestamp)}.`
  }
  const above = waits.find((other) => other.step !== step)
  if (above !== undefined) return ` Step "${above.step}" above waits ${span(above.milliseconds)} for late elements.`
  const source = sources.find(({ watermark }) => watermark <= inputWatermark)
  return source === undefined ? '' : ` ${slowestSplit(source)}`
}

function slowestSplit({ step, splits }: SourceWatermark): string {
  const split = splits.find(({ state }) => state === 'read')
  if (split === undefined) return `All splits of source "${step}" are silent or complete.`
  const at = split.watermark === MIN_TIMESTAMP ? 'and nothing has come of it' : `at ${formatTimestamp(split.watermark)}`
  return `The slowest is split "${split.id}" of source "${step}", ${at}.`
}

function elements(count: number): string {
  return count === 0 ? 'no element waits' : count === 1 ? '1 element waits' : `${count} elements wait`
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`
}

function span(milliseconds: number): string {
  if (milliseconds >= 8.64e15 / 2) return 'all of time'
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000} s` : `${milliseconds} ms`
}
