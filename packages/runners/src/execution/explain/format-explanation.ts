/**
 * formatExplanation: an explanation as text that reads well.
 */
import { formatTimestamp, formatWindow } from '@tidemark/core'
import type { AwaitingStep, Explanation, SourceWatermark } from './explanation.ts'
import { formatKey } from './format-key.ts'

/** Entries of the ledger that are written out. */
const ENTRIES = 5

/** Writes an explanation, a fact a line. */
export function formatExplanation(explanation: Explanation): string {
  const { step, key, window, status, because, inputWatermark, outputWatermark, expiry, drift } = explanation
  return [
    `${step}, key ${formatKey(key)}, window ${formatWindow(window)}: ${status}`,
    `  ${because}`,
    `  watermark in ${formatTimestamp(inputWatermark)}, out ${formatTimestamp(outputWatermark)}${expiry === undefined ? '' : `; expires past ${formatTimestamp(expiry)}`}`,
    ...explanation.awaits.flatMap(awaitLines),
    ...explanation.sources.flatMap(sourceLines),
    ...explanation.holds.map((hold) => `  hold at ${formatTimestamp(hold.timestamp)} by "${hold.step}": ${hold.owner}`),
    ...paneLines(explanation),
    ...explanation.trigger.map(({ depth, trigger, waitsFor }) => `  ${'  '.repeat(depth)}${trigger}: ${waitsFor}`),
    ...stateLines(explanation),
    ...explanation.waits.map((wait) => `  "${wait.step}" waits ${wait.milliseconds} ms for late elements`),
    ...ledgerLines(explanation),
    ...(explanation.settled?.map((value) => `  settled on ${formatKey(value)}`) ?? []),
    drift.safe
      ? '  drift-safe: its settled result does not depend on arrival'
      : `  not drift-safe: ${drift.reasons.map((reason) => `${reason.reason} at "${reason.step}"`).join(', ')}`,
  ].join('\n')
}

function awaitLines(awaiting: AwaitingStep): readonly string[] {
  const { step, hold } = awaiting
  const held = hold === Infinity ? '' : `, holding ${formatTimestamp(hold)}`
  switch (awaiting.kind) {
    case 'gate':
      return [
        `  "${step}": ${awaiting.waiting} waiting for side inputs${held}`,
        ...awaiting.awaited.map(
          ({ view, window, readyAfter, watermark }) =>
            `    side input "${view}" of ${formatWindow(window)}: watermark ${formatTimestamp(watermark)}, ready past ${formatTimestamp(readyAfter)}`,
        ),
      ]
    case 'join': {
      const { left, right, waiting, answeredAfter, clocks } = awaiting
      const answered = answeredAfter === undefined ? '' : `, the first until past ${formatTimestamp(answeredAfter)}`
      return [
        `  "${step}": ${waiting} waiting for a partner${answered}${held}`,
        `    left: ${left} kept, clock ${formatTimestamp(clocks.left)}; right: ${right} kept, clock ${formatTimestamp(clocks.right)}`,
      ]
    }
    case 'async': {
      const oldest = awaiting.oldest === undefined ? '' : `, the earliest at ${formatTimestamp(awaiting.oldest)}`
      return [`  "${step}": ${awaiting.pending} waiting for calls${oldest}${held}`]
    }
  }
}

function sourceLines({ step, watermark, splits, completeSplits }: SourceWatermark): readonly string[] {
  const complete =
    completeSplits === 0 ? '' : `, ${completeSplits} ${completeSplits === 1 ? 'split' : 'splits'} complete`
  return [
    `  source "${step}" ${formatTimestamp(watermark)}${complete}`,
    ...splits.map(
      ({ id, watermark: own, state }) => `    split "${id}" ${formatTimestamp(own)}${state === 'idle' ? ', idle' : ''}`,
    ),
  ]
}

function paneLines({ panes }: Explanation): readonly string[] {
  if (panes === undefined) return []
  const last = panes.last === undefined ? '' : `, the last ${panes.last}`
  return [`  panes: ${panes.emitted}${last}; elements since: ${panes.pending}`]
}

function stateLines({ state, timers }: Explanation): readonly string[] {
  if (state === undefined) return []
  return [
    `  elements waiting: ${state.waiting}; cells with content: ${state.cells.join(', ') || 'none'}`,
    ...timers.map(({ name, domain, time }) => `  timer "${name}" (${domain}) ${formatTimestamp(time)}`),
  ]
}

function ledgerLines({ ledger }: Explanation): readonly string[] {
  const counts = ledger.counts.map(({ step, reason, count }) => `${count} ${reason} at "${step}"`)
  const entries = ledger.entries.slice(-ENTRIES).map(({ reason, element, timestamp, detail }) => {
    const when = timestamp === undefined ? '' : ` at ${formatTimestamp(timestamp)}`
    return `    ${reason}: ${formatKey(element)}${when}${detail === undefined ? '' : `; ${detail}`}`
  })
  return [`  ledger: ${counts.join(', ') || 'nothing at this step or above it'}`, ...entries]
}
