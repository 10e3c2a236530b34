/**
 * runArrival: a pipeline under an arrival, to the end of time: what each output settles on, and what is in the ledger.
 */
import { PipelineError, type LedgerEntry } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'
import { Engine, type EngineInput } from '../../execution/engine.ts'
import type { SettledResult } from '../../settled/settled-result.ts'
import type { AsyncStep } from '../../execution/async/async-step.ts'
import type { AsyncRequest } from '../../execution/async/open-calls.ts'
import type { CallAnswers } from '../evaluator/call-answers.ts'
import { endCall } from '../expect-panes/answer-calls.ts'
import { withParDos } from '../expect-panes/play-script.ts'
import type { Arrival, ArrivalEvent } from './arrival.ts'

/** What a run has come to. */
export interface Answer {
  readonly settled: Readonly<Record<string, SettledResult>>
  readonly ledger: readonly LedgerEntry[]
}

/** Runs a graph to the end of time. Conservation is asserted. Sinks are not written to. */
export function runArrival(graph: PipelineGraph, arrival: Arrival, answers: CallAnswers): Answer {
  const ledger: LedgerEntry[] = []
  let run = new Run(graph, arrival, answers, ledger)
  withParDos(graph, () => {
    run.open()
    for (const event of arrival.events) {
      if (event.kind === 'restore') run = run.restored()
      else run.play(event)
    }
    run.complete()
  })
  return { settled: run.settled(), ledger }
}

/** A call under way. */
interface UnderWay {
  readonly step: AsyncStep
  readonly request: AsyncRequest
}

class Run {
  readonly #graph: PipelineGraph
  readonly #arrival: Arrival
  readonly #answers: CallAnswers
  readonly #ledger: LedgerEntry[]
  readonly #engine: Engine
  readonly #inputs: ReadonlyMap<string, EngineInput>
  readonly #offsets: Map<string, number>
  /** The calls under way, in the order in which they were asked for. */
  readonly #calls: UnderWay[] = []

  constructor(
    graph: PipelineGraph,
    arrival: Arrival,
    answers: CallAnswers,
    ledger: LedgerEntry[],
    offsets = new Map<string, number>(),
  ) {
    this.#graph = graph
    this.#arrival = arrival
    this.#answers = answers
    this.#ledger = ledger
    this.#offsets = offsets
    this.#engine = new Engine(graph, {
      mode: arrival.mode === 'batch' ? 'history' : 'stream',
      now: arrival.now,
      shards: arrival.shards,
      settled: true,
      onLedger: (entry) => ledger.push(entry),
    })
    this.#inputs = new Map(this.#engine.inputs.map((input) => [input.step.path, input]))
  }

  open(): void {
    for (const input of this.#engine.inputs) input.openSplits(this.#splitsOf(input))
    for (const input of this.#engine.inputs) {
      if (input.payload.primitive !== 'create') continue
      this.#offer(input, CREATED, input.payload.elements)
      input.complete(CREATED)
    }
  }

  /** Another engine that goes on where this one is. */
  restored(): Run {
    const next = new Run(this.#graph, this.#arrival, this.#answers, this.#ledger, this.#offsets)
    next.#engine.restore(this.#engine.snapshot())
    return next
  }

  play(event: Exclude<ArrivalEvent, { kind: 'restore' }>): void {
    switch (event.kind) {
      case 'elements':
        this.#offer(
          this.#inputs.get(event.source)!,
          event.split,
          event.elements.map(({ element }) => element),
        )
        return
      case 'watermark':
        this.#inputs.get(event.source)!.advanceWatermark(event.split, event.to)
        return
      case 'idle':
        this.#inputs.get(event.source)!.markIdle(event.split)
        return
      case 'pause':
        this.#engine.advanceProcessingTime(event.to)
        return
      case 'answers':
        for (const place of event.places) this.#endCall(place)
    }
  }

  complete(): void {
    for (const input of this.#engine.inputs) {
      if (input.payload.primitive === 'create') continue
      for (const split of this.#splitsOf(input)) input.complete(split)
    }
    while (this.#endCall(0));
    this.#engine.assertConserved()
  }

  settled(): Readonly<Record<string, SettledResult>> {
    return Object.fromEntries(Object.keys(this.#graph.outputs).map((name) => [name, this.#engine.settled(name)]))
  }

  /** Ends a call, if one is under way. */
  #endCall(place: number): boolean {
    for (const step of this.#engine.asyncSteps) {
      for (const request of step.takeRequests(Infinity)) this.#calls.push({ step, request })
    }
    if (this.#calls.length === 0) return false
    const [{ step, request }] = this.#calls.splice(place % this.#calls.length, 1) as [UnderWay]
    endCall(step, request, this.#answers)
    return true
  }

  #offer(input: EngineInput, split: string, elements: readonly unknown[]): void {
    const place = `${input.step.path} ${split}`
    const start = this.#offsets.get(place) ?? 0
    this.#offsets.set(place, start + elements.length)
    input.offer(split, {
      elements,
      offsets: elements.map((_, index) => start + index),
      rejected: [],
      position: start + elements.length,
      bytes: 0,
      done: false,
    })
  }

  #splitsOf({ step, payload }: EngineInput): readonly string[] {
    if (payload.primitive === 'create') return [CREATED]
    const splits = this.#arrival.splits[step.path]
    if (splits !== undefined) return splits
    throw new PipelineError('INVARIANT', `Invariant broken: the arrival says nothing of "${step.path}".`)
  }
}

const CREATED = '0'
