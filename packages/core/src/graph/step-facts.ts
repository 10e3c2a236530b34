/**
 * Step facts: what the state of a step, and the meaning of what it has kept, depend on beside its inputs.
 *
 * Functions are left out: a new function over old state is the usual change of a program, and its text says nothing anyway.
 * So are acceptances (`mayDrift`), what to do with errors, and how a source estimates its watermark: state kept under one of
 * them can be carried on under another.
 */
import type { Coder } from '../coder/coder.ts'
import type { WindowingStrategy } from '../model/windowing-strategy.ts'
import { isMerging } from '../model/windowing-strategy.ts'
import type { StateCell } from '../state/state-spec.ts'
import type { StepSide } from '../primitives/step-side.ts'
import type { TimeJoinPayload } from '../primitives/time-join.ts'
import { formatTrigger } from '../trigger/trigger.ts'
import type { Collection, PipelineGraph, Primitive, Step } from './pipeline-graph.ts'

/** Facts of a step, by name, as text for people. */
export type Facts = Readonly<Record<string, string>>

/** What a step is called in a program: `map`, `combineGlobally`, `windowInto`. */
export function kindOf(payload: Primitive): string {
  switch (payload.primitive) {
    case 'stateless':
      return payload.form.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    case 'combinePerKey':
      return payload.keyed ? 'combinePerKey' : 'combineGlobally'
    default:
      return payload.primitive
  }
}

/** The facts of a step. */
export function factsOf(graph: PipelineGraph, step: Step): Facts {
  const { payload } = step
  const input = graph.collections[step.inputs[0] ?? -1]
  const output = graph.collections[step.outputs[0] ?? -1]
  switch (payload.primitive) {
    case 'read':
      return { source: `${payload.source.bounded ? 'bounded' : 'unbounded'}, ${payload.source.mode}` }
    case 'write':
      return payload.takes === 'panes' ? {} : { takes: payload.takes, ...coderFact('element coder', payload.coder) }
    case 'stateless':
      return sideFacts(payload.side)
    case 'parDo':
      return { ...(payload.outputs.length > 0 && { outputs: payload.outputs.join(', ') }), ...sideFacts(payload.side) }
    case 'mapAsync':
      return { order: payload.order, ...coderFact('element coder', payload.coder) }
    case 'intervalJoin':
      return {
        ...joinFacts(payload),
        interval: `${payload.before} ms before to ${payload.after} ms after`,
        type: payload.type,
        'left allowed lateness': `${payload.lateness.left} ms`,
        'right allowed lateness': `${payload.lateness.right} ms`,
      }
    case 'asOfJoin':
      return {
        ...windowingFacts(input!.windowing),
        ...joinFacts(payload),
        type: payload.type,
        'late rows': payload.lateRows,
        ...(payload.maxAge < Infinity && { 'largest age': `${payload.maxAge} ms` }),
        'left allowed lateness': `${payload.lateness.left} ms`,
        'right allowed lateness': `${payload.lateness.right} ms`,
      }
    case 'windowInto':
      return windowingFacts(output!.windowing)
    case 'groupByKey':
      return { ...groupedFacts(input!, payload), order: payload.order }
    case 'combinePerKey':
      return {
        ...groupedFacts(input!, payload),
        combiner: payload.combineFn.name,
        ...coderFact('accumulator coder', payload.combineFn.accumulatorCoder),
        ...(input!.panes === 'changes' && {
          'taking back': payload.combineFn.subtractInput === undefined ? 'from kept inputs' : 'by subtraction',
        }),
      }
    case 'statefulParDo':
      return {
        ...groupedFacts(input!, payload),
        order: payload.order,
        ...(payload.lateness !== undefined && { lateness: `${payload.lateness} ms` }),
        ...Object.fromEntries(
          Object.entries(payload.state).map(([name, cell]) => [`cell ${name}`, cellText(cell as StateCell)]),
        ),
        ...Object.fromEntries(Object.entries(payload.timers).map(([name, { domain }]) => [`timer ${name}`, domain])),
      }
    default:
      return {}
  }
}

/** How a collection is windowed. */
export function windowingFacts(windowing: WindowingStrategy): Facts {
  const { windowFn, merged } = windowing
  return {
    windows: `${windowFn.description}${merged ? ', merged' : isMerging(windowing) ? ', merging' : ''}`,
    trigger: formatTrigger(windowing.trigger),
    'allowed lateness': `${windowing.allowedLateness} ms`,
    'accumulation mode': windowing.accumulationMode,
    'empty pane on time': windowing.onTime,
    'empty pane at expiry': windowing.closing,
    'timestamp combiner': windowing.timestampCombiner,
  }
}

function groupedFacts(
  input: Collection,
  payload: { readonly keyCoder: Coder<unknown> | undefined; readonly valueCoder: Coder<unknown> | undefined },
): Facts {
  return {
    ...windowingFacts(input.windowing),
    ...coderFact('key coder', payload.keyCoder),
    ...coderFact('value coder', payload.valueCoder),
  }
}

// What a gate keeps are the values of views; how they are seen does not change them.
function sideFacts({ names, views }: StepSide): Facts {
  return Object.fromEntries(names.map((name, index) => [`side input ${name}`, views[index]!.ready] as const))
}

function joinFacts({ keyCoder, leftCoder, rightCoder }: TimeJoinPayload): Facts {
  return {
    ...coderFact('key coder', keyCoder),
    ...coderFact('left coder', leftCoder),
    ...coderFact('right coder', rightCoder),
  }
}

function coderFact(name: string, coder: Pick<Coder<unknown>, 'id'> | undefined): Facts {
  return coder === undefined ? {} : { [name]: coder.id }
}

function cellText(cell: StateCell): string {
  const coder = cell.kind === 'combining' ? cell.combineFn.accumulatorCoder : cell.coder
  const kind = cell.kind === 'combining' ? `combining ${cell.combineFn.name}` : cell.kind
  return coder === undefined ? kind : `${kind}, coder ${coder.id}`
}
