/**
 * From a pipeline as data to a pipeline: every stage built with the public door of core.
 */
import {
  coGroupByKey,
  combineGlobally,
  combinePerKey,
  filter,
  flatMap,
  flatten,
  groupByKey,
  map,
  parDo,
  read,
  reshuffle,
  tagged,
  windowInto,
  withTimestamps,
  type AccumulationMode,
  type CombineFn,
  type KV,
  type PCollection,
  type PullSource,
  type Root,
} from '@tidemark/core'
import { boundedOutOfOrderness, milliseconds } from '@tidemark/core'
import { combineAll, count, countDistinct, distinctValues, max, mean, min, sum, top } from '@tidemark/transforms'
import { keyText } from '@tidemark/core'
import {
  isKept,
  sourceName,
  type Element,
  type PipelineSpec,
  type SourceSpec,
  type StageSpec,
} from './pipeline-spec.ts'
import { besideStage, joinStage, lookupStage } from './other-stages.ts'
import { statefulStage } from './stateful-stage.ts'
import { windowsOf, optionsOf } from './windowing-of.ts'

/** How watermarks move: as the sources' strategies say, only at the end, or by each source's promised disorder in milliseconds. */
export type Progress = 'live' | 'batch' | readonly number[]

/** What flows between stages. */
export type Keyed = PCollection<KV<unknown, number>>

/**
 * Builds the pipeline of a spec. Outputs: `Source<i>`, `Stage<i>` of each grouping and stateful step, the same once more passed on as
 * `Stage<i>Passed`, and `End`. Sources are only described, unless `sourceAt` gives some that can be read.
 */
export function pipelineOf(
  spec: PipelineSpec,
  progress: Progress,
  sourceAt: (source: number) => PullSource<Element> = (source) => sourceOf(spec.sources[source]!),
): (root: Root) => Record<string, PCollection<unknown>> {
  return (root) => {
    const outputs: Record<string, PCollection<unknown>> = {}
    const sources = spec.sources.map((source, index) => {
      const elements = root.pipe(
        read(
          sourceName(index),
          sourceAt(index),
          readOptions(spec, source, Array.isArray(progress) ? progress[index] : progress),
        ),
      )
      outputs[sourceName(index)] = elements
      return elements.pipe(map(([, key, number]) => [key, number] as const))
    })
    let current: Keyed = sources.length === 1 ? sources[0]! : flatten(sources)
    for (const [index, stage] of spec.stages.entries()) {
      const name = `Stage${index}`
      const raw = applyStage(current, stage, name, spec, sources.at(-1)!)
      if (isKept(stage)) Object.assign(outputs, { [name]: raw, [`${name}Passed`]: raw.pipe(reshuffle()) })
      current = isKept(stage) ? raw.pipe(map(toKeyedNumber)) : (raw as Keyed)
    }
    outputs['End'] = current
    return outputs
  }
}

function readOptions({ unit }: PipelineSpec, { disorder }: SourceSpec, progress: 'live' | 'batch' | number) {
  const timestamp = ([at]: Element): number => at
  if (typeof progress === 'number') return { timestamp, eventTimeOrder: { disorder: milliseconds(progress) } }
  if (progress === 'batch' || disorder === undefined) return { timestamp }
  return { timestamp, watermark: boundedOutOfOrderness(milliseconds(disorder * unit)) }
}

/** A source that is only described: the tests offer its elements themselves. */
function sourceOf({ bounded }: SourceSpec): PullSource<Element> {
  return {
    mode: 'pull',
    description: 'elements of a test',
    bounded,
    unit: 'element',
    splits: () => Promise.resolve([]),
    open: () => {
      throw new Error('The elements of this source are offered, not read.')
    },
  }
}

function applyStage(
  input: Keyed,
  stage: StageSpec,
  name: string,
  spec: PipelineSpec,
  last: Keyed,
): PCollection<unknown> {
  switch (stage.kind) {
    case 'window':
      return input.pipe(windowInto(windowsOf(stage.windows, spec), optionsOf(stage.options, spec)))
    case 'combine':
      return stage.keyed
        ? input.pipe(combinePerKey(name, combinerOf(stage.combiner)))
        : input.pipe(
            map(([, number]) => number),
            combineGlobally(name, combinerOf(stage.combiner)),
          )
    case 'group':
      return input.pipe(groupByKey(name, stage.anyOrder === true ? { order: 'any' } : {}))
    case 'co-group':
      return coGroupByKey(name, { all: input, positive: input.pipe(filter(([, number]) => number > 0)) })
    case 'modes':
      return inTwoModes(input, stage, name, spec)
    case 'stateful':
      return input.pipe(statefulStage(name, stage, spec))
    case 'side':
      return besideStage(input, last, stage, name, spec)
    case 'window-join':
    case 'interval-join':
    case 'as-of-join':
      return joinStage(input, last, stage, name, spec)
    case 'lookup':
      return lookupStage(input, stage, name, spec)
    case 'filter':
      return input.pipe(filter(([, number]) => !(number > 2)))
    case 'coarse':
      return input.pipe(map(([key, number]) => [keyText(key) < 'b', number] as const))
    case 'twice':
      return input.pipe(
        flatMap(([key, number]) => [
          [key, number],
          [key, number / 3],
        ]),
      ) as Keyed
    case 'reshuffle':
      return input.pipe(reshuffle())
    case 'later':
      return later(input, stage.by * spec.unit)
    case 'dead-letter':
      return input.pipe(map(withoutThree, { onError: 'dead-letter' }))
    case 'diamond':
      return flatten([input, input.pipe(filter(([, number]) => number !== 1))])
    case 'tagged':
      return bySize(input)
  }
}

function inTwoModes(
  input: Keyed,
  { windows, options, other }: Extract<StageSpec, { kind: 'modes' }>,
  name: string,
  spec: PipelineSpec,
): PCollection<unknown> {
  const windowed = (mode: AccumulationMode): Keyed =>
    input.pipe(windowInto(windowsOf(windows, spec), optionsOf({ ...options, mode }, spec)))
  return flatten<unknown>([
    windowed(options.mode).pipe(combinePerKey(`${name}Count`, count())),
    windowed(other).pipe(combinePerKey(`${name}Sum`, sum())),
  ])
}

function later(input: Keyed, by: number): Keyed {
  return input.pipe(
    parDo({ process: ([key, number], { timestamp }) => [[key, number, timestamp] as const] }),
    withTimestamps(([, number, timestamp]) => (number > 0 ? timestamp + by : timestamp)),
    map(([key, number]) => [key, number] as const),
  )
}

function bySize(input: Keyed): Keyed {
  const { small, large } = input.pipe(
    parDo({
      outputs: ['small', 'large'],
      *process([key, number]: KV<unknown, number>) {
        if (number <= 2) yield tagged('small', [key, number] as const)
        if (number >= 2) yield tagged('large', [key, -number] as const)
      },
    }),
  )
  return flatten<KV<unknown, number>>([small, large])
}

function withoutThree([key, number]: KV<unknown, number>): KV<unknown, number> {
  if (number === 3) throw new Error('three')
  return [key, number]
}

function combinerOf(name: string): CombineFn<number, unknown, unknown> {
  const combiners: Readonly<Record<string, () => unknown>> = {
    count,
    sum,
    min,
    max,
    top: () => top<number>(2),
    distinct: countDistinct,
    values: () => distinctValues<number>(),
    mean,
    several: () => combineAll({ count: count(), sum: sum(), max: max() }),
  }
  return combiners[name]!() as CombineFn<number, unknown, unknown>
}

/** What a grouping gives, as a keyed number that depends on all of it. NaN, the mean of nothing, is no key below. */
function toKeyedNumber(element: unknown): KV<unknown, number> {
  return Array.isArray(element) && element.length === 2
    ? [element[0], toNumber(element[1])]
    : ['all', toNumber(element)]
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return Number.isNaN(value) ? -1 : value
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return -1
  const parts = Object.values(value)
  const told = parts.reduce<number>((total, part) => total * 3 + toNumber(part), parts.length)
  return Number.isNaN(told) ? -1 : told
}
