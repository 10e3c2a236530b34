/**
 * Random pipelines that construction accepts: one or two sources, then one to three groupings or stateful steps in series,
 * with windows, triggers and stateless steps between them.
 */
import { PipelineError } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { pipelineOf } from './pipeline-of.ts'
import { COMBINERS, type PipelineSpec, type SourceSpec, type StageSpec } from './pipeline-spec.ts'
import type { Random } from './random.ts'
import { randomOptions, randomWindows } from './random-trigger.ts'

/** Makes a pipeline; what construction refuses is made anew. */
export function randomPipeline(random: Random): PipelineSpec {
  for (;;) {
    const spec = randomSpec(random)
    if (isAccepted(spec)) return spec
  }
}

/** Says whether construction accepts a pipeline. */
export function isAccepted(spec: PipelineSpec): boolean {
  try {
    buildGraph(pipelineOf(spec, 'live'))
    return true
  } catch (error) {
    if (error instanceof PipelineError && error.code !== 'INVARIANT') return false
    throw error
  }
}

function randomSpec(random: Random): PipelineSpec {
  const hourly = random.chance(0.3)
  const kept = random.pick([1, 1, 2, 2, 2, 3])
  const stages: StageSpec[] = []
  for (let index = 0; index < kept; index += 1) {
    if (random.chance(0.35)) stages.push(randomStateless(random))
    if (index === 0 || random.chance(0.45)) stages.push(randomWindowing(random, index + 1 < kept))
    if (random.chance(0.25)) stages.push(randomStateless(random))
    stages.push(randomKept(random))
  }
  if (random.chance(0.5)) stages.push(randomStateless(random))
  return {
    unit: hourly ? 3_600_000 : 1000,
    // Hours begin on the Friday before the clocks of Europe change.
    base: hourly ? Date.UTC(2026, 2, 27, 12) : 0,
    sources: Array.from({ length: random.pick([1, 1, 2]) }, () => randomSource(random)),
    stages,
  }
}

function randomSource(random: Random): SourceSpec {
  return { bounded: random.chance(0.3), splits: random.pick([1, 1, 2]) }
}

function randomWindowing(random: Random, series: boolean): StageSpec {
  const windows = randomWindows(random)
  const options = random.chance(0.15) ? undefined : randomOptions(random, windows, series)
  return { kind: 'window', windows, ...(options && { options }) }
}

function randomModes(random: Random): StageSpec {
  const windows = randomWindows(random)
  const other = random.pick(['accumulating', 'discarding', 'retracting'] as const)
  return { kind: 'modes', windows, options: randomOptions(random, windows, true), other }
}

function randomKept(random: Random): StageSpec {
  if (random.chance(0.06)) return randomModes(random)
  switch (random.int(0, 9)) {
    case 0:
    case 1:
      return { kind: 'group', ...(random.chance(0.1) && { anyOrder: true }) }
    case 2:
      return { kind: 'co-group' }
    case 3:
    case 4:
    case 5:
      return {
        kind: 'stateful',
        delay: random.pick([1, 4, 10]),
        expiration: random.chance(0.4),
        ...(random.chance(0.2) && { arrival: true }),
        ...(random.chance(0.25) && { lateness: random.pick([0, 2]) }),
      }
    default:
      return { kind: 'combine', combiner: random.pick(COMBINERS), keyed: random.chance(0.85) }
  }
}

function randomStateless(random: Random): StageSpec {
  if (random.chance(0.1)) return { kind: 'later', by: random.pick([1, 7]) }
  return { kind: random.pick(['filter', 'coarse', 'twice', 'reshuffle', 'dead-letter', 'diamond', 'tagged'] as const) }
}
