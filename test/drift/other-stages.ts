/**
 * The stages of random pipelines that see the last source beside what flows (side inputs and joins), and the one that waits for answers.
 *
 * Where there is one source only, it meets itself.
 */
import {
  asIterable,
  asMap,
  asMultimap,
  asOfJoin,
  asSingleton,
  combineGlobally,
  combinePerKey,
  encodeValue,
  filter,
  intervalJoin,
  keyText,
  map,
  mapAsync,
  milliseconds,
  parDo,
  windowInto,
  type KV,
  type PCollection,
} from '@tidemark/core'
import { sum, windowJoin } from '@tidemark/transforms'
import type { Keyed } from './pipeline-of.ts'
import type { JoinSpec, PipelineSpec, StageSpec } from './pipeline-spec.ts'
import { optionsOf, windowsOf } from './windowing-of.ts'

type Side = Extract<StageSpec, { kind: 'side' }>
type Lookup = Extract<StageSpec, { kind: 'lookup' }>
/** What the other side of a join gives, told from what flows, whatever its number. */
type Row = readonly [of: 'row', number: number, at: number]

/** Adds to each number what the elements of the last source say of its key, or all of them together. */
export function besideStage(input: Keyed, last: Keyed, stage: Side, name: string, spec: PipelineSpec): Keyed {
  const { form, windows, lateness, firstPane } = stage
  const beside = last.pipe(windowInto(windowsOf(windows, spec), optionsOf({ lateness, mode: 'retracting' }, spec)))
  const ready = { ready: firstPane === true ? ('first-pane' as const) : ('final' as const) }
  const view = `${name}View`
  switch (form) {
    case 'map': {
      const sums = beside.pipe(combinePerKey(`${name}Sums`, sum()), asMap(view, ready))
      return input.pipe(map(([key, number], side) => [key, plus(number, side.sums.get(key))], { side: { sums } }))
    }
    case 'multimap': {
      const lists = beside.pipe(asMultimap(view, ready))
      const told = (numbers: readonly number[] = []): number => numbers.reduce((a, b) => plus(a, 2 * b), 0)
      return input.pipe(
        map(([key, number], side) => [key, plus(number, told(side.lists.get(key)))], { side: { lists } }),
      )
    }
    case 'iterable': {
      const all = beside.pipe(asIterable(view, ready))
      const told = (pairs: readonly KV<unknown, number>[]): number =>
        pairs.reduce((total, [key, number]) => plus(total * 0.5, number + keyText(key).length), 0)
      return input.pipe(map(([key, number], side) => [key, plus(number, told(side.all))], { side: { all } }))
    }
    case 'singleton': {
      const total = beside.pipe(
        map(([, number]) => number),
        combineGlobally(`${name}Total`, sum()),
        asSingleton(view, { ...ready, default: 0 }),
      )
      return input.pipe(map(([key, number], side) => [key, plus(number, side.total)], { side: { total } }))
    }
  }
}

/** Joins what flows with the elements of the last source. */
export function joinStage(
  input: Keyed,
  last: Keyed,
  stage: JoinSpec,
  name: string,
  spec: PipelineSpec,
): PCollection<unknown> {
  const length = (units: number) => milliseconds(Math.round(units * spec.unit))
  if (stage.kind === 'window-join') {
    // Few, as joins of joins of all would have no end.
    const few = input.pipe(
      filter(([, number]) => Math.abs(number) % 7 < 1.5),
      map(([key, number]) => [key, ['row', number, 0] as Row] as const),
    )
    return windowJoin(name, { left: input, right: few }, { type: stage.type })
  }
  const right: PCollection<KV<unknown, Row>> = last.pipe(
    parDo({ process: ([key, number], { timestamp }) => [[key, ['row', number, timestamp] as Row] as const] }),
  )
  const lateness = stage.lateness === undefined ? {} : { lateness: length(stage.lateness) }
  if (stage.kind === 'interval-join') {
    const { type, before, after } = stage
    return intervalJoin(
      name,
      { left: input, right },
      { type, before: length(before), after: length(after), ...lateness },
    )
  }
  const { type, lateRows, known, maxAge } = stage
  return asOfJoin(
    name,
    { left: input, right },
    {
      type,
      lateRows,
      ...(known !== undefined && { knownAt: ([, , at]: Row) => at + known * spec.unit }),
      ...(maxAge !== undefined && { maxAge: length(maxAge) }),
      ...lateness,
    },
  )
}

/** Asks for each number; of five nothing is known. */
export function lookupStage(
  input: Keyed,
  { order, cache }: Lookup,
  name: string,
  { unit }: PipelineSpec,
): PCollection<unknown> {
  return input.pipe(
    mapAsync(
      name,
      ([key, number]) => {
        if (number === 5) throw new Error('five')
        return [key, plus(number, 1)] as const
      },
      {
        order,
        pure: true,
        concurrency: 2,
        retry: 'off',
        onError: 'dead-letter',
        ...(cache !== undefined && {
          // -0 and 0 are one key, and an answer holds the one or the other.
          cache: {
            key: (element) => Buffer.from(encodeValue(element)).toString('hex'),
            expiresAfter: milliseconds(cache * unit),
            limit: 3,
          },
        }),
      },
    ),
  )
}

/** A sum that is a number: infinities of two signs have none. */
function plus(a: number, b = 0): number {
  const total = a + b
  return Number.isNaN(total) ? 7 : total
}
