/**
 * The same arrival in other bundles: every element alone, or neighbours of one split together; in one engine with one shard.
 */
import type { Scenario, ScenarioEvent } from './scenario.ts'

/** Splits or joins bundles. Elements, watermarks and ticks keep their order. */
export function rebundled(scenario: Scenario, bundles: 'singles' | 'large'): Scenario {
  const { shards: _, ...whole } = scenario
  const events = scenario.events.filter(({ kind }) => kind !== 'restore')
  const singles = events.flatMap((event): readonly ScenarioEvent[] =>
    event.kind === 'offer' ? event.elements.map((element) => ({ ...event, elements: [element] })) : [event],
  )
  return { ...whole, events: bundles === 'singles' ? singles : joined(singles) }
}

function joined(events: readonly ScenarioEvent[]): readonly ScenarioEvent[] {
  const result: ScenarioEvent[] = []
  for (const event of events) {
    const last = result.at(-1)
    if (
      event.kind === 'offer' &&
      last?.kind === 'offer' &&
      last.source === event.source &&
      last.split === event.split
    ) {
      result[result.length - 1] = { ...last, elements: [...last.elements, ...event.elements] }
    } else result.push(event)
  }
  return result
}
