/**
 * Random pipelines that construction accepts: one or two sources, then one to three groupings or stateful steps in series,
 * with windows, triggers and stateless steps between them.
 */
import { PipelineError } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { pipelineOf } from './pipeline-of.ts'
import { COMBINERS, type PipelineSpec, type SourceSpec, type StageSpec, type WindowSpec } from './pipeline-spec.ts'
import type { Random } from './random.ts'
import { randomOptions, randomWindows } from './random-trigger.ts'

const JOIN_TYPES = ['inner', 'left', 'right', 'full'] as const

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
    // A join by intervals has no windows to go on with.
    const joined = random.chance(0.1)
    if (joined) stages.push(randomIntervalJoin(random))
    if (index === 0 || joined || random.chance(0.45)) stages.push(randomWindowing(random, index + 1 < kept))
    if (random.chance(0.25)) stages.push(randomStateless(random))
    if (random.chance(0.17)) stages.push(randomSide(random, windowsAt(stages)))
    if (random.chance(0.1)) stages.push(randomAsOfJoin(random))
    if (random.chance(0.09)) stages.push(randomLookup(random))
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
  switch (random.int(0, 10)) {
    case 0:
    case 1:
      return { kind: 'group', ...(random.chance(0.1) && { anyOrder: true }) }
    case 2:
      return { kind: 'co-group' }
    case 3:
      return { kind: 'window-join', type: random.pick(JOIN_TYPES) }
    case 4:
    case 5:
    case 6:
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

/** The windows that elements are in behind these stages. */
function windowsAt(stages: readonly StageSpec[]): WindowSpec {
  const kinds = stages.findLast(({ kind }) => ['window', 'modes', 'interval-join'].includes(kind))
  return kinds?.kind === 'window' || kinds?.kind === 'modes' ? kinds.windows : { kind: 'global' }
}

function randomSide(random: Random, main: WindowSpec): StageSpec {
  const form = random.pick(['map', 'multimap', 'iterable', 'singleton'] as const)
  // What sees the whole of time must wait for it; and windows that merge, or leave gaps, cannot be seen.
  let windows: WindowSpec = { kind: 'global' }
  while (main.kind !== 'global' && random.chance(0.9) && windows.kind === 'global') {
    const drawn = randomWindows(random)
    if (drawn.kind !== 'sessions') windows = drawn
  }
  return {
    kind: 'side',
    form,
    windows,
    lateness: random.pick([0, 0, 20]),
    ...(random.chance(0.1) && { firstPane: true }),
  }
}

function randomIntervalJoin(random: Random): StageSpec {
  const [before, after] = [random.pick([0, 2, 10]), random.pick([0, 3, 15, -1])]
  const lateness = random.pick([0, 20, 60])
  return {
    kind: 'interval-join',
    type: random.pick(JOIN_TYPES),
    before: Math.max(before, -after),
    after,
    ...(random.chance(0.5) && { lateness }),
  }
}

function randomLookup(random: Random): StageSpec {
  const cache = random.pick([undefined, undefined, 1, 5, 30])
  return { kind: 'lookup', order: random.pick(['input', 'any']), ...(cache !== undefined && { cache }) }
}

function randomAsOfJoin(random: Random): StageSpec {
  const lateRows = random.pick(['wait', 'wait', 'restate', 'restate', 'freeze'] as const)
  return {
    kind: 'as-of-join',
    type: random.pick(['inner', 'left']),
    lateRows,
    ...(lateRows === 'freeze' && random.chance(0.8) && { known: random.pick([0, 3, 20]) }),
    ...(random.chance(0.3) && { maxAge: random.pick([3, 20]) }),
    ...(random.chance(0.5) && { lateness: random.pick([0, 20, 60]) }),
  }
}

function randomStateless(random: Random): StageSpec {
  if (random.chance(0.1)) return { kind: 'later', by: random.pick([1, 7]) }
  return { kind: random.pick(['filter', 'coarse', 'twice', 'reshuffle', 'dead-letter', 'diamond', 'tagged'] as const) }
}
