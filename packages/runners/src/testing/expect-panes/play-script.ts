/**
 * playScript: what the engine emits, pane by pane, while the world does what a script says.
 *
 * It takes what the reference evaluator takes and gives what that gives, so the two can be held against each other; both runners
 * feed this engine, so what a test sees here is what they do.
 */
import { PipelineError } from '@tidemark/core'
import type { Outputs, Pipeline, PipelineGraph } from '@tidemark/core/graph'
import { Engine, type EngineInput } from '../../execution/engine.ts'
import type { SettledResult } from '../../settled/settled-result.ts'
import { AT_ONCE, withAnswers, type CallAnswers } from '../evaluator/call-answers.ts'
import { graphOf } from '../panes/graph-of.ts'
import type { EntryAt, OutputAt, Script, TracedResult } from '../panes/script.ts'
import { readScript, streamsOf, type ScriptStream } from '../test-stream/read-script.ts'
import { bareElement } from '../test-stream/timestamped-element.ts'
import { answerCalls } from './answer-calls.ts'

/** What a script led to in the engine. */
export interface Played<O extends Outputs = Outputs> extends TracedResult<O> {
  /** The settled result of each output, as far as the script has come. */
  readonly settled: { readonly [N in keyof O]: SettledResult }
}

/**
 * Plays a script to the engine.
 *
 * **Contract** — Each event runs to quiescence (77); nothing else happens: no clock, no thread, no waiting. Calls of `mapAsync` end as
 * soon as they are made; one that returns a promise is refused (code `ASYNC_ANSWER`). Streams that the script does not complete stay
 * open. Conservation is asserted at the end. Sinks are not written to.
 *
 * ```ts
 * const { outputs } = playScript((root) => ({ perMinute: root.pipe(clicks, clicksPerMinute) }), [
 *   clicks.addElementsAt(5_000, 'home'),
 *   clicks.complete(),
 * ])
 * outputs.perMinute.map(({ at, element }) => [at, element.pane.timing, element.value])
 * ```
 */
export function playScript<O extends Outputs = Outputs>(
  pipeline: Pipeline<O> | PipelineGraph,
  script: Script,
): Played<O> {
  return playScriptWith(pipeline, script, AT_ONCE)
}

/** The same where functions of `mapAsync` return promises: they are awaited, and still end as soon as they are made. */
export async function playScriptAsync<O extends Outputs = Outputs>(
  pipeline: Pipeline<O> | PipelineGraph,
  script: Script,
): Promise<Played<O>> {
  return withAnswers((answersFor) => playScriptWith<O>(pipeline, script, answersFor('engine')))
}

/** Plays a script with those answers; where one is not known, what comes of it is of no use. */
export function playScriptWith<O extends Outputs = Outputs>(
  pipeline: Pipeline<O> | PipelineGraph,
  script: Script,
  answers: CallAnswers,
): Played<O> {
  const graph = graphOf(pipeline)
  const names = Object.keys(graph.outputs)
  const outputs: Record<string, OutputAt[]> = Object.fromEntries(names.map((name) => [name, []]))
  const ledger: EntryAt[] = []
  let at = -1
  let now = 0
  const engine = new Engine(graph, {
    settled: true,
    onOutput: (name, values) => outputs[name]!.push(...values.map((element) => ({ at, element }))),
    onLedger: (entry) => ledger.push({ ...entry, at, element: bareElement(entry.element) }),
  })
  withParDos(graph, () => {
    const streams = streamsOf(graph, script)
    const inputs = openInputs(engine, streams)
    const offsets = new Map<string, number>()
    readScript(streams, script, {
      begin: (index) => {
        answerCalls(engine, answers)
        at = index
      },
      addElements: ({ step }, split, rows) => {
        const place = `${step.id} ${split}`
        const start = offsets.get(place) ?? 0
        offsets.set(place, start + rows.length)
        inputs.get(step.id)!.offer(split, {
          elements: rows.map(({ element }) => element),
          offsets: rows.map((_, index) => start + index),
          rejected: [],
          position: start + rows.length,
          bytes: 0,
          done: false,
        })
      },
      advanceWatermark: ({ step }, split, to) => inputs.get(step.id)!.advanceWatermark(split, to),
      markIdle: ({ step }, split) => inputs.get(step.id)!.markIdle(split),
      complete: ({ step }, split) => inputs.get(step.id)!.complete(split),
      advanceProcessingTime: (by) => {
        now += by
        engine.advanceProcessingTime(now)
      },
    })
    answerCalls(engine, answers)
  })
  engine.assertConserved()
  const settled = Object.fromEntries(names.map((name) => [name, engine.settled(name)]))
  return { outputs, ledger, settled } as unknown as Played<O>
}

/** Opens the splits of every stream, and gives the elements of `create` steps, which come before the first event. */
function openInputs(engine: Engine, streams: readonly ScriptStream[]): ReadonlyMap<number, EngineInput> {
  const inputs = new Map(engine.inputs.map((input) => [input.step.id, input]))
  for (const { step, splits } of streams) inputs.get(step.id)!.openSplits(splits)
  for (const input of engine.inputs) {
    const { payload } = input
    if (payload.primitive !== 'create') continue
    const { elements } = payload
    const batch = { elements, offsets: [...elements.keys()], rejected: [], position: null, bytes: 0, done: true }
    input.openSplits(['0'])
    input.offer('0', batch)
    input.complete('0')
  }
  return inputs
}

/** Runs the body between setup and teardown of every parDo; refuses a setup that has to be waited for (code `ASYNC_SETUP`). */
export function withParDos(graph: PipelineGraph, body: () => void): void {
  const parDos = graph.steps.flatMap(({ payload, path }) =>
    payload.primitive === 'parDo' ? [{ path, doFn: payload.doFn }] : [],
  )
  for (const { path, doFn } of parDos) if (doFn.setup?.() instanceof Promise) throw asyncSetup(path)
  try {
    body()
  } finally {
    for (const { doFn } of parDos) void doFn.teardown?.()
  }
}

function asyncSetup(step: string): PipelineError {
  return new PipelineError(
    'ASYNC_SETUP',
    `The setup of "${step}" returns a promise. Tests of panes and answers run in one go and wait for nothing. ` +
      'Prepare what setup waits for before the pipeline is built.',
    { step },
  )
}
