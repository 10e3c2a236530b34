/**
 * What sessions that merge have emitted is taken back from every step below: by late bridges, several at once, and again when the
 * merged session merges in turn. All values are reckoned by hand, and held against the reference evaluator.
 */
import {
  afterCount,
  afterWatermark,
  coGroupByKey,
  combineGlobally,
  combinePerKey,
  filter,
  fixedWindows,
  flatMap,
  flatten,
  groupByKey,
  map,
  milliseconds,
  sessions,
  statefulParDo,
  valueState,
  windowInto,
  type AccumulationMode,
  type KV,
  type PCollection,
  type ProcessContext,
  type PTransform,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { evaluate } from '@tidemark/runners/testing'
import { count, deduplicate, distinctValues, max, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted, type Element } from './scripted.ts'
import { Run } from './snapshot/resumed.ts'

type Pairs = PCollection<KV<string, number>>

const late = (accumulationMode: AccumulationMode) =>
  ({
    trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
    allowedLateness: milliseconds(30),
    accumulationMode,
    onTime: 'if-non-empty',
  }) as const
const perGap: PTransform<Pairs, Pairs> = windowInto(sessions(milliseconds(10)), late('retracting'))
const perHundred: PTransform<Pairs, Pairs> = windowInto(fixedWindows(milliseconds(100)))

/** Sums of sessions, as changes. */
const sums = (root: Root): Pairs => numbers(root).pipe(perGap, combinePerKey('Sum', sum()))
const ofAll = map(([, total]: KV<string, number>) => ['all', total] as const)

/** Bundles of elements, and watermarks between them. What is merged is merged by elements behind the watermark. */
const SCRIPT: readonly (readonly Element[] | number)[] = [
  [[0, 'a', 1]],
  [[20, 'a', 2]],
  [[40, 'a', 4]],
  [[5, 'b', 100]],
  16,
  // [8,18) and [12,22) join [0,10) and [20,30).
  [
    [8, 'a', 8],
    [12, 'a', 16],
  ],
  // [32,42) widens [40,50).
  [[32, 'a', 32]],
  36,
  // [25,35) joins [0,30) and [32,50).
  [[25, 'a', 64]],
]

type Pipeline = (root: Root) => Readonly<Record<string, PCollection<unknown>>>

/** Plays the script, in three ways, and gives what it settles on; it must be what the elements mean. */
function settledOf(pipeline: Pipeline): readonly string[] {
  const elements = SCRIPT.flatMap((event) => (typeof event === 'number' ? [] : event))
  const { outputs } = evaluate(buildGraph(pipeline), { In: elements })
  const straight = new Scripted(pipeline)
  for (const event of SCRIPT) {
    if (typeof event === 'number') straight.watermark(event)
    else straight.offer(...event)
  }
  straight.complete()
  expect(straight.entries()).toEqual([])
  for (const { engine } of [straight, restored(pipeline, 1), restored(pipeline, 2), restored(pipeline, 8)])
    expect(engine.settled('out').entries).toEqual(outputs['out']!.entries)
  return straight.settled()
}

/** The script in an engine that is made anew before every call, with one element in a bundle. */
function restored(pipeline: Pipeline, shards: number): Run {
  const run = new Run(pipeline, { settled: true, shards }, true)
  for (const event of SCRIPT) {
    if (typeof event === 'number') run.watermark(event)
    else for (const element of event) run.offer(element)
  }
  run.complete().engine.assertConserved()
  return run
}

/** What comes out of a pipeline, event by event. Of several sessions that vanish at once, any may be taken back first. */
function rowsOf(below: (totals: Pairs) => PCollection<unknown>): readonly (readonly string[])[] {
  const run = new Scripted((root) => ({ out: below(sums(root)) }))
  return SCRIPT.map((event) => {
    const rows = (typeof event === 'number' ? run.watermark(event) : run.offer(...event)).take()
    const last = rows.findLastIndex((row) => row.startsWith('-'))
    return [...rows.slice(0, last + 1).toSorted(), ...rows.slice(last + 1)]
  })
}

describe('sessions that merge take back what the vanished ones have emitted', () => {
  // Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `this.emitter.absorb(group, into)` → `void group`
  it('with the sign -1, one row for each, before the row of the session that they have become', () => {
    expect(rowsOf((totals) => totals)).toEqual([
      ['[0,10) a=1 early#0'],
      ['[20,30) a=2 early#0'],
      ['[40,50) a=4 early#0'],
      ['[5,15) b=100 early#0'],
      [],
      ['-[0,10) a=1', '-[20,30) a=2', '[0,30) a=27 early#0'],
      ['-[40,50) a=4', '[32,50) a=36 early#0'],
      [],
      ['-[0,30) a=27', '-[32,50) a=36', '[0,50) a=127 early#0'],
    ])
  })

  it('through map and flatMap, element by element', () => {
    const twice = flatMap(([key, total]: KV<string, number>) => [
      [key, total] as const,
      [`${key}${key}`, -total] as const,
    ])
    const rows = rowsOf((totals) =>
      totals.pipe(
        map(([key, total]) => [key, total * 10] as const),
        twice,
      ),
    )
    expect(rows[6]).toEqual(['-[40,50) a=40', '-[40,50) aa=-40', '[32,50) a=360 early#0', '[32,50) aa=-360 early#0'])
    expect(rows[8]!.slice(0, 4)).toEqual(['-[0,30) a=270', '-[0,30) aa=-270', '-[32,50) a=360', '-[32,50) aa=-360'])
  })

  it('through a filter, which passes what is taken back if it has passed what was given', () => {
    const rows = rowsOf((totals) => totals.pipe(filter(([, total]) => total % 2 === 0)))
    expect(rows.slice(5)).toEqual([['-[20,30) a=2'], ['-[40,50) a=4', '[32,50) a=36 early#0'], [], ['-[32,50) a=36']])
    expect(settledOf((root) => ({ out: sums(root).pipe(filter(([, total]) => total % 2 === 0)) }))).toEqual([
      '[5,15) b=100',
    ])
  })

  it('through windowInto, from the windows in which it was given', () => {
    const perTwenty = windowInto<KV<string, number>>(fixedWindows(milliseconds(20)))
    // The last instants of the sessions: 9, 29, 49.
    expect(rowsOf((totals) => totals.pipe(perTwenty)).slice(5)).toEqual([
      ['-[0,20) a=1 @9', '-[20,40) a=2 @29', '[20,40) a=27 early#0 @29'],
      ['-[40,60) a=4 @49', '[40,60) a=36 early#0 @49'],
      [],
      ['-[20,40) a=27 @29', '-[40,60) a=36 @49', '[40,60) a=127 early#0 @49'],
    ])
    expect(settledOf((root) => ({ out: sums(root).pipe(perTwenty) }))).toEqual(['[0,20) b=100', '[40,60) a=127'])
  })
})

describe('what sessions that merge take back is gone', () => {
  it('from a grouping of the same windows: a vanished one has no result', () => {
    expect(settledOf((root) => ({ out: sums(root).pipe(groupByKey('Again')) }))).toEqual([
      '[5,15) b=[100]',
      '[0,50) a=[127]',
    ])
  })

  it('from a grouping in other windows, whether its combiner can subtract or not, and from lists', () => {
    const again = (grouped: (input: Pairs) => PCollection<unknown>): readonly string[] =>
      settledOf((root) => ({ out: grouped(sums(root).pipe(ofAll, perHundred)) }))
    expect(again((input) => input.pipe(combinePerKey('Total', sum())))).toEqual(['[0,100) all=227'])
    expect(again((input) => input.pipe(combinePerKey('Max', max() as never)))).toEqual(['[0,100) all=127'])
    expect(again((input) => input.pipe(groupByKey('List')))).toEqual(['[0,100) all=[100,127]'])
    expect(again((input) => input.pipe(combinePerKey('Distinct', distinctValues<number>())))).toEqual([
      '[0,100) all=[100,127]',
    ])
  })

  it('from sessions below, which are those that the last sessions make', () => {
    // The last instants 14 and 49 are apart; 9, 14, 29 and 49 were one for a while, and 29 and 49 another time.
    const again = windowInto<KV<string, number>>(sessions(milliseconds(21)), late('retracting'))
    const pipeline: Pipeline = (root) => ({ out: sums(root).pipe(ofAll, again, groupByKey('Again')) })
    expect(settledOf(pipeline)).toEqual(['[14,35) all=[100]', '[49,70) all=[127]'])
  })

  it('from what waits for a stateful step, which never sees it', () => {
    const numbered: PTransform<Pairs, Pairs> = statefulParDo('Numbered', {
      state: { seen: valueState<number>() },
      *process({ value, state }: ProcessContext<string, number, { seen: ReturnType<typeof valueState<number>> }, {}>) {
        const seen = (state.seen.read() ?? 0) + 1
        state.seen.write(seen)
        yield [`${seen}`, value] as const
      },
    })
    expect(settledOf((root) => ({ out: sums(root).pipe(ofAll, perHundred, numbered) }))).toEqual([
      '[0,100) 1=100',
      '[0,100) 2=127',
    ])
  })

  it('from deduplicate, in which a vanished session is no copy of another', () => {
    // 2 at 29, 4 at 49 and 36 at 49 are even like 100 at 14, and gone; 27 at 29 was odd like 127, and is gone too.
    const even = deduplicate<KV<string, number>>('Parity', {
      key: ([, total]) => total % 2,
      within: milliseconds(30),
    })
    expect(settledOf((root) => ({ out: sums(root).pipe(perHundred, even) }))).toEqual([
      '[0,100) a=127',
      '[0,100) b=100',
    ])
  })

  it('from both sides of a coGroupByKey, in the sessions themselves and in other windows', () => {
    const sides = (root: Root) => {
      const windowed = numbers(root).pipe(perGap)
      return { sums: windowed.pipe(combinePerKey('Sum', sum())), counts: windowed.pipe(combinePerKey('N', count())) }
    }
    expect(settledOf((root) => ({ out: coGroupByKey('Both', sides(root)) }))).toEqual([
      '[5,15) b={"sums":[100],"counts":[1]}',
      '[0,50) a={"sums":[127],"counts":[7]}',
    ])
    const inHundreds = (root: Root) => {
      const { sums: left, counts: right } = sides(root)
      return coGroupByKey('Both', { sums: left.pipe(ofAll, perHundred), counts: right.pipe(ofAll, perHundred) })
    }
    expect(settledOf((root) => ({ out: inHundreds(root) }))).toEqual(['[0,100) all={"sums":[100,127],"counts":[1,7]}'])
  })

  it('from a flatten, each time that it went in', () => {
    const both = (root: Root): PCollection<unknown> => {
      const totals = sums(root)
      return flatten([totals, totals.pipe(filter(([, total]) => total > 26)), totals])
    }
    expect(settledOf((root) => ({ out: both(root) }))).toEqual(['[5,15) b=100 x3', '[0,50) a=127 x3'])
  })

  it('from a combination of all', () => {
    const pipeline: Pipeline = (root) => {
      const values = sums(root).pipe(
        perHundred,
        map(([, total]) => total),
      )
      return { out: values.pipe(combineGlobally('All', sum())) }
    }
    expect(settledOf(pipeline)).toEqual(['[0,100) 227'])
  })
})
