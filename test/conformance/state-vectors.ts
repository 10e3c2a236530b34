/**
 * state.jsonl: a stateful DoFn with state, event-time and processing-time timers, whose elements say what it does.
 *
 * The step emits a record of each call and what the call's operations put out; steps below take them apart.
 */
import { keyText, milliseconds, type Timer, type TimerOptions } from '@tidemark/core'
import {
  bagState,
  eventTimeTimer,
  processingTimeTimer,
  valueState,
  type BagState,
  type ValueState,
  type Window,
} from '@tidemark/core'
import type { PipelineGraph, StatefulPayload } from '@tidemark/core/graph'
import { scriptOf, SOURCE, type BeamEvent } from './beam-events.ts'
import { ourPanes, panesOf, sorted, type BeamPane } from './beam-panes.ts'
import { windowingOf, type BeamSettings, type WindowsOf } from './beam-settings.ts'
import { NO_OUTPUT_TIMESTAMP, timeOf, windowOf, type BeamTime, type BeamWindow } from './beam-time.ts'
import type { Verdict } from './check-vectors.ts'
import type { PipelineUnderTest } from './pipeline-under-test.ts'
import { RawGraph, type SourceElement } from './raw-graph.ts'
import type { OutputAt } from '@tidemark/runners/testing'

/** An operation: its name, then its operands. */
export type Op = readonly [name: string, ...operands: readonly (string | number)[]]

interface BeamStateElement {
  readonly key: string
  readonly ts: BeamTime
  readonly ops: readonly Op[]
}

interface Call {
  readonly at: number
  readonly key: string
  readonly window: BeamWindow
  readonly by: string
  readonly timestamp: BeamTime
  readonly fire?: BeamTime
  readonly sum: number | null
  readonly bag: readonly number[]
}

interface Output {
  readonly at: number
  readonly key: string
  readonly window: BeamWindow
  readonly timestamp: BeamTime
  readonly value: number
}

/** A line of state.jsonl. */
export interface StateVector extends BeamSettings {
  readonly id: string
  readonly quirks?: readonly string[]
  readonly timeSorted?: boolean
  readonly downstream?: boolean
  readonly timers?: Readonly<Record<string, { readonly limit?: number; readonly ops: readonly Op[] }>>
  readonly events: readonly BeamEvent<BeamStateElement>[]
  readonly expect: {
    readonly calls: readonly Call[]
    readonly outputs: readonly Output[]
    readonly panes?: readonly (BeamPane & { readonly values: readonly number[] })[]
    readonly dropped: { readonly stateful: number }
  }
}

/** An element in our pipeline. */
export interface StateElement extends SourceElement {
  readonly key: string
  readonly ops: readonly Op[]
}

/** What the step emits: a record of a call, or an output of its operations. */
export type Emitted =
  | { readonly kind: 'call'; readonly key: string; readonly record: readonly unknown[] }
  | { readonly kind: 'out'; readonly key: string; readonly value: number; readonly timestamp: number }

interface Handles {
  readonly key: string
  readonly timestamp: number
  readonly window: Window
  readonly state: {
    readonly sum: ValueState<number>
    readonly bag: BagState<number>
    readonly [count: string]: unknown
  }
  readonly timers: Readonly<Record<string, Timer>>
}

/** Runs a vector and compares everything it says. */
export function checkState(run: PipelineUnderTest, vector: StateVector, windows?: WindowsOf): Verdict {
  const script = scriptOf(vector.events, ({ key, ts, ops }: BeamStateElement): StateElement => {
    return { key, ops, timestamp: timeOf(ts) }
  })
  const result = run(stateGraph(vector, windows), script)
  const { expect } = vector
  return {
    theirs: {
      calls: theirCalls(expect.calls),
      outputs: texts(expect.outputs.map((o) => [o.key, windowOf(o.window), [o.at, timeOf(o.timestamp), o.value]])),
      dropped: expect.dropped.stateful,
      ...(expect.panes && { panes: panesOf(expect.panes, (pane) => sorted(pane.values)) }),
    },
    ours: {
      calls: ourCalls(result.outputs['Calls']!),
      outputs: texts(
        result.outputs['Outputs']!.map(({ at, element: { value, timestamp, window } }) => {
          const [key, output] = value as readonly [string, number]
          return [key, window, [at, timestamp, output]]
        }),
      ),
      dropped: result.ledger.filter((entry) => entry.step === 'Stateful').length,
      ...(expect.panes && {
        panes: ourPanes(
          result.outputs['Panes']!,
          (value) => (value as readonly [string])[0],
          (value) => sorted((value as readonly [string, readonly number[]])[1]),
        ),
      }),
    },
  }
}

/** The pipeline of a vector. */
export function stateGraph(vector: StateVector, windows?: WindowsOf): PipelineGraph {
  const graph = new RawGraph()
  const keyed = graph.stateless(graph.read(SOURCE), 'map', ({ key, ops }: StateElement) => [key, ops])
  const windowed = graph.windowInto(keyed, windowingOf(vector, undefined, windows))
  const emitted = graph.stateful('Stateful', windowed, payloadOf(vector))
  graph.output(
    'Calls',
    graph.stateless(emitted, 'filter', ({ kind }: Emitted) => kind === 'call'),
  )
  const outputs = graph.stateless(emitted, 'filter', ({ kind }: Emitted) => kind === 'out')
  const timed = graph.stateless(
    outputs,
    'with-timestamps',
    (out: Emitted & { readonly timestamp: number }) => out.timestamp,
  )
  const values = graph.stateless(timed, 'map', (out: Emitted & { readonly value: number }) => [out.key, out.value])
  graph.output('Outputs', values)
  if (vector.downstream === true) graph.output('Panes', graph.groupByKey('Down', values))
  return graph.build()
}

/** The step of a vector. */
export function payloadOf(vector: StateVector): StatefulPayload {
  const { timers = {} } = vector
  const specs = { e1: eventTimeTimer(), e2: eventTimeTimer(), p1: processingTimeTimer(), p2: processingTimeTimer() }
  const onTimer =
    (name: string) =>
    (context: unknown): readonly Emitted[] => {
      const handles = context as Handles
      const fired = handles.state[name] as ValueState<number>
      const count = fired.read() ?? 0
      fired.write(count + 1)
      const { limit = 0, ops = [] } = timers[name] ?? {}
      return perform(name, handles, count < limit ? ops : [])
    }
  return {
    primitive: 'statefulParDo',
    state: {
      sum: valueState<number>(),
      bag: bagState<number>(),
      ...Object.fromEntries(Object.keys(specs).map((name) => [name, valueState<number>()])),
    },
    timers: specs,
    process: (context) => perform('element', context as unknown as Handles, context.value as readonly Op[]),
    onTimer: Object.fromEntries(Object.keys(specs).map((name) => [name, onTimer(name)])),
    onWindowExpiration: (context: unknown) => perform('expire', context as Handles, timers['expire']?.ops ?? []),
    order: vector.timeSorted === true ? 'event-time' : 'arrival',
    orderBy: undefined,
    lateness: undefined,
    onError: 'fail',
    keyCoder: undefined,
    valueCoder: undefined,
  }
}

function perform(by: string, handles: Handles, ops: readonly Op[]): readonly Emitted[] {
  const emitted = ops.flatMap((op) => performOne(handles, op))
  const { key, timestamp, state } = handles
  const record = [by, timestamp, state.sum.read() ?? null, state.bag.read().toSorted((a, b) => a - b)]
  return [{ kind: 'call', key, record }, ...emitted]
}

function performOne(
  { key, timestamp: now, window, state, timers }: Handles,
  [name, ...operands]: Op,
): readonly Emitted[] {
  const [a, b, c] = operands
  const timer = timers[String(a)]
  const out = (timestamp: number): readonly Emitted[] => [{ kind: 'out', key, value: state.sum.read() ?? 0, timestamp }]
  switch (name) {
    case 'add':
      state.sum.write((state.sum.read() ?? 0) + Number(a))
      return []
    case 'push':
      state.bag.add(Number(a))
      return []
    case 'clearSum':
      state.sum.clear()
      return []
    case 'clearBag':
      state.bag.clear()
      return []
    case 'out':
      return out(now)
    case 'outAt':
      return out(now + Number(a))
    case 'clear':
      timer!.clear()
      return []
    case 'setAt':
      timer!.set(Number(b))
      return []
    case 'setAfter':
      timer!.set(now + Number(b))
      return []
    case 'setEnd':
      timer!.set(window.end - 1 + Number(b))
      return []
    case 'setAfterHold':
      timer!.set(now + Number(b), { outputTimestamp: now + Number(c) })
      return []
    case 'setAfterNoHold':
      timer!.set(now + Number(b), { outputTimestamp: 'none' })
      return []
    case 'setRelative':
      timer!.setRelative(milliseconds(Number(b)), c === undefined ? {} : { align: milliseconds(Number(c)) })
      return []
    case 'setRelativeHold':
      timer!.setRelative(milliseconds(Number(b)), { outputTimestamp: now + Number(c) } satisfies TimerOptions)
      return []
    default:
      throw new Error(`no operation ${name}`)
  }
}

type Texts = Readonly<Record<string, readonly string[]>>

function theirCalls(calls: readonly Call[]): Texts {
  return texts(
    calls.map(({ key, window, at, by, timestamp, fire, sum, bag }) => {
      const time = timestamp === NO_OUTPUT_TIMESTAMP ? timeOf(fire!) : timeOf(timestamp)
      return [key, windowOf(window), [at, by, time, sum, bag.toSorted((a, b) => a - b)]]
    }),
  )
}

function ourCalls(outputs: readonly OutputAt[]): Texts {
  return texts(
    outputs.map(({ at, element: { value, window } }) => {
      const { key, record } = value as Extract<Emitted, { kind: 'call' }>
      return [key, window, [at, ...record]]
    }),
  )
}

function texts(entries: readonly (readonly [key: string, window: Window, content: unknown])[]): Texts {
  const places: Record<string, string[]> = {}
  for (const [key, window, content] of entries) {
    const place = `${keyText(key)} [${window.start}, ${window.end})`
    ;(places[place] ??= []).push(JSON.stringify(content))
  }
  return Object.fromEntries(Object.entries(places).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
