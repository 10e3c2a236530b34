/**
 * The promise as a property of one scenario: live, in other bundles, in batch and by the evaluator, the same settled result.
 *
 * - No drops: settled(live) = settled(batch) = evaluate(all elements), for every output of a drift-safe step.
 * - Drops: settled(live) = evaluate(all but the dropped), settled(batch) = evaluate(all). Where a session was split, a change was
 *   dropped, or a dropped element had widened a session, only conservation holds, which every run asserts.
 * - Bundles: the same elements in the same order settle on and drop the same in bundles of any size.
 * - What is dropped is what the rules say, neither more nor less, and what was accepted once is not dropped by a grouping below.
 */
import { DROP_REASONS, encodeValue, formatTimestamp, isMerging, type LedgerEntry } from '@tidemark/core'
import type { Collection, PipelineGraph, Step } from '@tidemark/core/graph'
import { evaluate, type Evaluation } from '@tidemark/runners/testing'
import { formatDifferences, settledDifferences } from '@tidemark/runners/testing'
import { isSafe } from './coverage.ts'
import { wrongDrops } from './expected-drops.ts'
import { sourceName } from './pipeline-spec.ts'
import { rebundled } from './rebundle.ts'
import { runBatch } from './run-batch.ts'
import { runLive, type Run } from './run-live.ts'
import { elementsOf, type Scenario } from './scenario.ts'

/** What a check has come to: the live run in bundles of one, in which every late element shows, and what was wrong. */
export interface Checked {
  readonly live: Run | undefined
  readonly faults: readonly string[]
}

/** Checks one scenario. An error thrown on the way is a fault as well. */
export async function checkDrift(scenario: Scenario): Promise<Checked> {
  try {
    const live = await runLive(scenario)
    const batch = await runBatch(scenario, false)
    const inOrder = await runBatch(scenario, true)
    const inSingles = await runLive(rebundled(scenario, 'singles'))
    const inLarge = await runLive(rebundled(scenario, 'large'))
    const faults = [
      ...againstEvaluator('live', scenario, live),
      ...againstEvaluator('batch', scenario, batch),
      ...againstEvaluator('batch in event-time order', scenario, inOrder),
      ...acceptedThenDropped(live),
      ...wrongDrops(rebundled(scenario, 'singles'), inSingles),
      ...againstRun('live in bundles of one', live, inSingles),
      ...againstRun('live in large bundles', live, inLarge),
    ]
    return { live: inSingles, faults }
  } catch (error) {
    return { live: undefined, faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)] }
  }
}

/** Compares what a run has settled on with the evaluator, over all elements that the run did not drop. */
export function againstEvaluator(name: string, scenario: Scenario, run: Run): readonly string[] {
  const drops = dropsOf(run)
  if (drops.some((drop) => !isExact(run.graph, drop))) return []
  const expected = evaluateAll(scenario, run, drops)
  return safeOutputs(run).flatMap((output) => {
    const differences = settledDifferences(run.settled[output]!, expected.outputs[output]!)
    return differences.length === 0
      ? []
      : [`${output}: ${name} against the evaluator, ${drops.length} dropped:\n${formatDifferences(differences)}`]
  })
}

function evaluateAll({ pipeline, events }: Scenario, { graph }: Run, drops: readonly LedgerEntry[]): Evaluation {
  const input = Object.fromEntries(
    pipeline.sources.map((_, source) => [sourceName(source), elementsOf(events, source)]),
  )
  return evaluate(graph, input, drops)
}

/** What a run dropped: what its ledger holds for reasons of arrival. From a step that drifts downward nothing is compared. */
function dropsOf({ graph, ledger }: Run): readonly LedgerEntry[] {
  return ledger.filter(({ reason, step }) => DROP_REASONS.includes(reason) && stepOf(graph, step).drift.safe)
}

/** Says whether a drop is as if the element had never been: no session split, no change lost, no session widened by what was dropped. */
function isExact(graph: PipelineGraph, { reason, step }: LedgerEntry): boolean {
  if (reason === 'session-split') return false
  const inputs = inputsOf(graph, step)
  if (inputs.some(({ panes }) => panes === 'changes' || panes === 'several-panes')) return false
  return reason !== 'closed-window' || !inputs.some(({ windowing }) => isMerging(windowing))
}

function stepOf(graph: PipelineGraph, path: string): Step {
  return graph.steps.find((step) => step.path === path)!
}

function inputsOf(graph: PipelineGraph, path: string): readonly Collection[] {
  return stepOf(graph, path).inputs.map((id) => graph.collections[id]!)
}

function safeOutputs({ graph }: Run): readonly string[] {
  return Object.entries(graph.outputs).flatMap(([name, id]) => (isSafe(graph, id) ? [name] : []))
}

/** A pane of a grouping above is not expired at a grouping below; a stateful step may say a shorter lateness. */
function acceptedThenDropped({ graph, ledger }: Run): readonly string[] {
  return ledger.flatMap(({ reason, step, element, timestamp, window }) => {
    if (reason !== 'expired' || !stepOf(graph, step).drift.safe) return []
    if (inputsOf(graph, step).some(({ panes }) => panes === 'elements')) return []
    return [`${step} dropped a pane: ${JSON.stringify({ element, timestamp, window })}`]
  })
}

/** Runs that differ in bundles only agree in what drift-safe steps settle on, and in what they drop. */
export function againstRun(name: string, live: Run, other: Run): readonly string[] {
  // Triggers and panes depend on bundles, and so does what a finished trigger or a step of shorter lateness drops of them.
  if ([live, other].some((run) => dropsOf(run).some((drop) => !isOfElement(run.graph, drop)))) return []
  const [drops, others] = [live, other].map((run) => dropsOf(run).map(formatEntry).toSorted().join('\n'))
  return [
    ...(drops === others ? [] : [`ledger of live:\n${drops}\nledger of ${name}:\n${others}`]),
    ...safeOutputs(live).flatMap((output) => {
      const differences = settledDifferences(live.settled[output]!, other.settled[output]!)
      return differences.length === 0 ? [] : [`${output}: live against ${name}:\n${formatDifferences(differences)}`]
    }),
  ]
}

/** Says whether a drop is of an element that met no pane, for its time alone. */
function isOfElement(graph: PipelineGraph, { reason, step }: LedgerEntry): boolean {
  const ofElements = inputsOf(graph, step).every(({ panes }) => panes === 'elements')
  return reason === 'future' || ((reason === 'expired' || reason === 'too-late') && ofElements)
}

function formatEntry({ reason, step, element, timestamp, window }: LedgerEntry): string {
  const when = timestamp === undefined ? '' : formatTimestamp(timestamp)
  return `${reason} ${step} ${when} ${window?.start}-${window?.end} ${Buffer.from(encodeValue(element)).toString('hex')}`
}
