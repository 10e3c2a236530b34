/**
 * Making a failing scenario smaller: what can be taken away while it still fails is taken away.
 */
import type { PipelineSpec } from './pipeline-spec.ts'
import { isAccepted } from './random-graph.ts'
import type { Scenario, ScenarioEvent } from './scenario.ts'

/** Takes away stages, events and elements, one at a time, while `fails` holds; at most `attempts` trials. */
export async function shrunk(
  scenario: Scenario,
  fails: (scenario: Scenario) => Promise<boolean>,
  attempts = 600,
): Promise<Scenario> {
  let smallest = scenario
  let left = attempts
  for (let progress = true; progress && left > 0;) {
    progress = false
    for (const candidate of smaller(smallest)) {
      left -= 1
      if (left <= 0) break
      if (isAccepted(candidate.pipeline) && (await fails(candidate))) {
        smallest = candidate
        progress = true
        break
      }
    }
  }
  return smallest
}

function* smaller(scenario: Scenario): Iterable<Scenario> {
  const { pipeline, events } = scenario
  const half = Math.ceil(events.length / 2)
  if (events.length > 4) {
    yield { ...scenario, events: events.slice(0, half) }
    yield { ...scenario, events: events.slice(half) }
  }
  for (const smallerPipeline of withLess(pipeline)) yield { ...scenario, pipeline: smallerPipeline }
  for (const index of events.keys()) {
    yield { ...scenario, events: events.toSpliced(index, 1) }
    const event = events[index]!
    if (event.kind !== 'offer' || event.elements.length < 2) continue
    for (const element of event.elements.keys()) {
      const less: ScenarioEvent = { ...event, elements: event.elements.toSpliced(element, 1) }
      yield { ...scenario, events: events.toSpliced(index, 1, less) }
    }
  }
}

function* withLess(pipeline: PipelineSpec): Iterable<PipelineSpec> {
  const { stages } = pipeline
  for (const index of stages.keys()) yield { ...pipeline, stages: stages.toSpliced(stages.length - 1 - index, 1) }
  for (const [index, stage] of stages.entries()) {
    if (stage.kind !== 'window' || stage.options === undefined) continue
    for (const name of ['trigger', 'onTime', 'closing', 'combiner', 'mayLoseData', 'mayDrift'] as const) {
      const { [name]: taken, ...options } = stage.options
      if (taken !== undefined) yield { ...pipeline, stages: stages.toSpliced(index, 1, { ...stage, options }) }
    }
  }
}
