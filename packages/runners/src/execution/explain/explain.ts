/**
 * explain: why a key and window have fired at a step of a running engine, or not.
 */
import { isMerging, keyText, PipelineError, type LedgerEntry, type Timestamp, type Window } from '@tidemark/core'
import type { CombinePayload, GroupByKeyPayload, PipelineGraph, StatefulPayload, Step } from '@tidemark/core/graph'
import type { SettledResult } from '../../settled/settled-result.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { Plan } from '../plan/plan.ts'
import { expiryOf } from '../watermark/window-expiry.ts'
import { because } from './because.ts'
import { explainTrigger } from './explain-trigger.ts'
import type { Explanation, SourceWatermark, WatermarkHold } from './explanation.ts'
import type { GroupInspection, Inspected, RecordInspection } from './inspection.ts'

/** Holds that are shown of one step. */
const HOLDS = 3
/** Splits that are shown of one source. */
const SPLITS = 10

/** What there is to explain from. */
export interface Explained {
  readonly graph: PipelineGraph
  readonly plan: Plan
  readonly processingTime: number
  /** The latest ledger entries. */
  readonly ledger: readonly LedgerEntry[]
  /** The settled result of a collection, where it is kept. */
  readonly settledOf: (collection: number) => SettledResult | undefined
}

interface KeyedStep extends Step {
  readonly payload: CombinePayload | GroupByKeyPayload | StatefulPayload
}

/**
 * Explains a key and window at the step of path `path`; at the only keyed step when it is not given.
 *
 * **Contract** — Changes nothing. Throws a PipelineError with code `UNKNOWN_STEP` or `AMBIGUOUS_STEP`.
 */
export function explain(engine: Explained, key: unknown, window: Window, path: string | undefined): Explanation {
  const { graph, plan, processingTime } = engine
  const step = stepOf(graph, path)
  const { windowing } = graph.collections[step.inputs[0]!]!
  const { operator } = plan.timed.find(({ log }) => log.step.id === step.id)!
  const found = operator.inspect(key, window)
  const above = stepsAbove(graph, step)
  const moment = { inputWatermark: operator.inputWatermark, processingTime, window: found?.window ?? window }
  const expiry = expiryOf(moment.window, windowing.allowedLateness)
  const clock = moment.inputWatermark - waitOf(step, graph)
  const status = found === undefined ? (expiry < clock ? 'expired' : 'unseen') : isClosed(found) ? 'closed' : 'open'
  const facts = {
    step: step.path,
    key,
    window: moment.window,
    status,
    expiry,
    inputWatermark: moment.inputWatermark,
    outputWatermark: plan.outputs[step.outputs[0]!]!.watermark,
    processingTime,
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
      entries: engine.ledger.filter((entry) => isOf(entry, step, key, moment.window)),
      counts: [...above, step].flatMap((other) => countsOf(plan.logs[other.id]!)),
    },
    settled: settledOf(engine, step, key, moment.window),
    drift: step.drift,
  } as const
  return { ...facts, because: because(facts, windowing.trigger) }
}

function stepOf(graph: PipelineGraph, path: string | undefined): KeyedStep {
  const keyed = graph.steps.filter(isKeyed)
  const paths = keyed.map((step) => `"${step.path}"`).join(', ')
  if (path !== undefined) {
    const step = keyed.find((candidate) => candidate.path === path)
    if (step !== undefined) return step
    throw new PipelineError(
      'UNKNOWN_STEP',
      `The pipeline has no step "${path}" that keeps state by key. Only such steps wait for windows. They are ${paths || 'none'}.`,
    )
  }
  if (keyed.length === 1) return keyed[0]!
  throw new PipelineError(
    'AMBIGUOUS_STEP',
    `The pipeline has ${keyed.length} steps that keep state by key, and a window stands differently at each. Say which: ${paths || 'there is none'}.`,
  )
}

function isKeyed(step: Step): step is KeyedStep {
  const { primitive } = step.payload
  return primitive === 'combinePerKey' || primitive === 'groupByKey' || primitive === 'statefulParDo'
}

/** The steps that a step depends on, in the order in which elements flow. */
function stepsAbove(graph: PipelineGraph, step: Step): readonly Step[] {
  const ids = new Set<number>()
  const visit = ({ inputs }: Step): void => {
    for (const input of inputs) {
      const above = graph.steps[graph.collections[input]!.step]!
      if (ids.has(above.id)) continue
      ids.add(above.id)
      visit(above)
    }
  }
  visit(step)
  return graph.steps.filter(({ id }) => ids.has(id))
}

function sourceOf(plan: Plan, step: Step): readonly SourceWatermark[] {
  const input = plan.inputs.find((candidate) => candidate.step.id === step.id)
  if (input === undefined) return []
  const { open, complete } = input.splits.state()
  const splits = open
    .map(({ id, watermark, idle }) => ({ id, watermark, state: idle ? ('idle' as const) : ('read' as const) }))
    .toSorted((a, b) => Number(a.state === 'idle') - Number(b.state === 'idle') || a.watermark - b.watermark)
  return [{ step: step.path, watermark: input.watermark, splits: splits.slice(0, SPLITS), completeSplits: complete }]
}

function holdsOf(plan: Plan, step: Step): readonly WatermarkHold[] {
  const operator: Inspected | undefined = plan.timed.find(({ log }) => log.step.id === step.id)?.operator
  if (operator === undefined) return []
  const held = operator.holders(HOLDS).filter(({ timestamp }) => timestamp < operator.inputWatermark)
  return held.map(({ timestamp, owner }) => ({ step: step.path, timestamp, owner }))
}

function isClosed(found: GroupInspection | RecordInspection): boolean {
  return found.kind === 'group' && found.closed
}

function panesOf({ panes, lastTiming, pending }: GroupInspection): Explanation['panes'] {
  return { emitted: panes, last: lastTiming, pending }
}

/** How far the clock of an ordered step lies behind its input watermark. */
function waitOf({ payload, inputs }: Step, graph: PipelineGraph): Timestamp {
  if (payload.primitive !== 'statefulParDo' || payload.order !== 'event-time') return 0
  const { allowedLateness } = graph.collections[inputs[0]!]!.windowing
  return Math.min(payload.lateness ?? allowedLateness, allowedLateness)
}

function isOf(entry: LedgerEntry, step: KeyedStep, key: unknown, window: Window): boolean {
  if (entry.step !== step.path || entry.window === undefined) return false
  if (entry.window.start >= window.end || entry.window.end <= window.start) return false
  if (step.payload.primitive === 'combinePerKey' && !step.payload.keyed) return true
  return sameKey(entry.element, key)
}

function settledOf(engine: Explained, step: KeyedStep, key: unknown, window: Window): readonly unknown[] | undefined {
  if (step.payload.primitive === 'statefulParDo') return undefined
  const keyed = step.payload.primitive === 'groupByKey' || step.payload.keyed
  const merging = isMerging(engine.graph.collections[step.inputs[0]!]!.windowing)
  return engine
    .settledOf(step.outputs[0]!)
    ?.entries.filter(({ window: { start, end }, value }) => {
      // Of sessions, whichever overlap the one asked for: the bounds of those that are gone are not known.
      const isMeant = merging ? start < window.end && end > window.start : start === window.start && end === window.end
      return isMeant && (!keyed || sameKey(value, key))
    })
    .map(({ value }) => (keyed ? (value as readonly unknown[])[1] : value))
}

function sameKey(pair: unknown, key: unknown): boolean {
  const [own] = pair as readonly unknown[]
  return own === key || keyText(own) === keyText(key)
}

function countsOf({ step, reasons }: StepLog): Explanation['ledger']['counts'] {
  return Array.from(reasons, ([reason, count]) => ({ step: step.path, reason, count }))
}
