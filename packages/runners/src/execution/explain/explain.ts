/**
 * explain: why a key and window have fired at a step of a running engine, or not.
 */
import type { LedgerEntry, Timestamp, Window } from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'
import type { SettledResult } from '../../settled/settled-result.ts'
import type { StepLog } from '../ledger/step-log.ts'
import { expiryOf } from '../watermark/window-expiry.ts'
import { joinWait, partnersOf } from './awaiting.ts'
import { because, type Feeders } from './because.ts'
import { explainedStep, keepsWindows } from './explained-step.ts'
import { explainTrigger } from './explain-trigger.ts'
import type { AwaitingStep, Explanation, SourceWatermark, WatermarkHold } from './explanation.ts'
import type { GroupInspection, Inspected, Inspection } from './inspection.ts'
import { Upstream } from './upstream.ts'
import { entriesOf, meantWindow, SettledValues } from './what-became.ts'

/** Holds that are shown of one step. */
const HOLDS = 3
/** Splits that are shown of one source. */
const SPLITS = 10

/** What can be asked of a plan. */
export interface ExplainedPlan {
  /** Sources. */
  readonly inputs: readonly { readonly step: Step; readonly watermark: Timestamp; readonly splits: Splits }[]
  /** Outputs by collection. */
  readonly outputs: readonly { readonly watermark: Timestamp }[]
  /** Steps with state. */
  readonly timed: readonly { readonly operator: Inspected; readonly log: { readonly step: Step } }[]
  /** What steps have entered in the ledger, by step. */
  readonly logs: readonly Pick<StepLog, 'step' | 'reasons'>[]
}

interface Splits {
  state(): {
    readonly open: readonly { readonly id: string; readonly watermark: Timestamp; readonly idle: boolean }[]
    readonly complete: number
  }
}

/** What there is to explain from. */
export interface Explained {
  readonly graph: PipelineGraph
  readonly plan: ExplainedPlan
  readonly processingTime: number
  /** The latest ledger entries. */
  readonly ledger: readonly LedgerEntry[]
  /** The settled result of a collection, where it is kept. */
  readonly settledOf: (collection: number) => SettledResult | undefined
}

/**
 * Explains a key and window at the step of path `path`; at the only step that keeps windows when it is not given.
 *
 * **Contract** — Changes nothing. Throws a PipelineError with code `UNKNOWN_STEP` or `AMBIGUOUS_STEP`.
 */
export function explain(engine: Explained, key: unknown, window: Window, path: string | undefined): Explanation {
  const { graph, plan, processingTime } = engine
  // A sink that keeps windows decides nothing: what it waits for is the step above it.
  const waiting = graph.steps.filter((step) => step.outputs.length > 0 && operatorOf(plan, step) !== undefined)
  const step = explainedStep(graph, waiting, path)
  const { windowing } = graph.collections[step.inputs[0]!]!
  const operator = operatorOf(plan, step)!
  const found = operator.inspect(key, window)
  const upstream = new Upstream(graph)
  const above = upstream.above(step)
  const settled = SettledValues.of(step, key, engine.settledOf)
  const meant = found?.window ?? meantWindow(graph, step, window, settled)
  const moment = { inputWatermark: operator.inputWatermark, processingTime, window: meant }
  const expiry = keepsWindows(step) ? expiryOf(meant, windowing.allowedLateness) : undefined
  const clock = moment.inputWatermark - waitOf(step, graph)
  const isOver = expiry !== undefined && expiry < clock
  const facts = {
    step: step.path,
    key,
    window: meant,
    status: found === undefined ? (isOver ? 'expired' : 'unseen') : isClosed(found) ? 'closed' : 'open',
    expiry,
    inputWatermark: moment.inputWatermark,
    outputWatermark: plan.outputs[step.outputs[0]!]!.watermark,
    processingTime,
    awaits: [
      ...above.flatMap((other) => keeperAbove(plan, other, key, meant)),
      ...(found === undefined ? [] : awaitingAt(step, found)),
    ],
    sources: above.flatMap((other) => sourceOf(plan, other)),
    holds: [...above, step].flatMap((other) => holdsOf(plan, other)).toSorted((a, b) => a.timestamp - b.timestamp),
    panes: found?.kind === 'group' ? panesOf(found) : undefined,
    trigger: found?.kind === 'group' ? explainTrigger(windowing.trigger, found.trigger, moment) : [],
    state: found?.kind === 'record' ? { waiting: found.waiting, cells: found.cells } : undefined,
    timers: found?.kind === 'record' ? found.timers : [],
    waits: [...above, step].flatMap((other) => {
      const milliseconds = waitOf(other, graph)
      return milliseconds > 0 ? [{ step: other.path, milliseconds }] : []
    }),
    ledger: {
      entries: entriesOf(engine.ledger, step, key, meant),
      counts: [...above, step].flatMap((other) => countsOf(plan.logs[other.id]!)),
    },
    settled: settled?.in(meant),
    drift: step.drift,
  } as const
  return { ...facts, because: because(facts, windowing.trigger, (awaiting) => feedersOf(graph, upstream, awaiting)) }
}

function operatorOf(plan: ExplainedPlan, step: Step): Inspected | undefined {
  return plan.timed.find(({ log }) => log.step.id === step.id)?.operator
}

/** A step that lets elements wait whatever their key can be asked from below; others above may have other keys. */
function keeperAbove(plan: ExplainedPlan, step: Step, key: unknown, window: Window): readonly AwaitingStep[] {
  if (!['stateless', 'parDo', 'mapAsync'].includes(step.payload.primitive)) return []
  const found = operatorOf(plan, step)?.inspect(key, window)
  return found === undefined ? [] : awaitingAt(step, found)
}

function awaitingAt(step: Step, found: Inspection): readonly AwaitingStep[] {
  const { path } = step
  if (found.kind === 'group' || found.kind === 'record') return []
  return [{ step: path, ...(found.kind === 'join' ? { ...found, partners: partnersOf(step, found) } : found) }]
}

/** The steps whose slowness is why something is awaited, and the watermark that they have not passed. */
function feedersOf(graph: PipelineGraph, upstream: Upstream, awaiting: AwaitingStep): readonly Feeders[] {
  const step = graph.steps.find(({ path }) => path === awaiting.step)!
  switch (awaiting.kind) {
    case 'gate':
      return awaiting.awaited.map(({ view, readyAfter }) => ({ steps: upstream.ofView(view), behind: readyAfter }))
    case 'join':
      return awaiting.partners.map((side) => ({
        steps: upstream.ofInput(step, side === 'left' ? 0 : 1),
        behind: awaiting.answeredAfter!,
      }))
    case 'async':
      return []
  }
}

function sourceOf(plan: ExplainedPlan, step: Step): readonly SourceWatermark[] {
  const input = plan.inputs.find((candidate) => candidate.step.id === step.id)
  if (input === undefined) return []
  const { open, complete } = input.splits.state()
  const splits = open
    .map(({ id, watermark, idle }) => ({ id, watermark, state: idle ? ('idle' as const) : ('read' as const) }))
    .toSorted((a, b) => Number(a.state === 'idle') - Number(b.state === 'idle') || a.watermark - b.watermark)
  return [{ step: step.path, watermark: input.watermark, splits: splits.slice(0, SPLITS), completeSplits: complete }]
}

function holdsOf(plan: ExplainedPlan, step: Step): readonly WatermarkHold[] {
  const operator = operatorOf(plan, step)
  if (operator === undefined) return []
  // Where the output is ahead of the slowest input, as below an as-of join, it is not the input that keeps it back.
  const output = plan.outputs[step.outputs[0]!]!.watermark
  const reach = Math.max(operator.inputWatermark - 1, output > operator.inputWatermark ? output : -Infinity)
  const held = operator.holders(HOLDS).filter(({ timestamp }) => timestamp <= reach)
  return held.map(({ timestamp, owner }) => ({ step: step.path, timestamp, owner }))
}

function isClosed(found: Inspection): boolean {
  return found.kind === 'group' && found.closed
}

function panesOf({ panes, lastTiming, pending }: GroupInspection): Explanation['panes'] {
  return { emitted: panes, last: lastTiming, pending }
}

/** How far the clock by which a step waits for late elements lies behind its input watermark: that of an ordered step, or of a join. */
function waitOf({ payload, inputs }: Step, graph: PipelineGraph): number {
  switch (payload.primitive) {
    case 'statefulParDo': {
      if (payload.order !== 'event-time') return 0
      const { allowedLateness } = graph.collections[inputs[0]!]!.windowing
      return Math.min(payload.lateness ?? allowedLateness, allowedLateness)
    }
    case 'intervalJoin':
    case 'asOfJoin':
      return joinWait(payload)
    default:
      return 0
  }
}

function countsOf({ step, reasons }: Pick<StepLog, 'step' | 'reasons'>): Explanation['ledger']['counts'] {
  return Array.from(reasons, ([reason, count]) => ({ step: step.path, reason, count }))
}
