/**
 * formatGraph: a picture as text, compared with what was written by hand.
 */
import { describe, expect, it } from 'vitest'
import { explainGraph } from '../../src/graph/graph-picture.ts'
import { formatGraph } from '../../src/graph/format-graph.ts'
import { combinePerKey, create, flatten, groupByKey, map, withKeys, type PCollection } from '../../src/index.ts'
import { largest } from './largest.ts'
import { pictured } from './pictured.ts'

const names = (root: Parameters<typeof pictured>[0], ...list: readonly string[]): readonly PCollection<number>[] =>
  list.map((name) => root.pipe(create<number>(name, [])))

describe('formatGraph', () => {
  // Mutation: packages/core/src/graph/format-graph.ts: `name === 'windows' || isDecided(name)` → `name === 'windows'`
  it('shows each step with what was decided there, and why it is not drift-safe', () => {
    expect(formatGraph(explainGraph(pictured))).toBe(`\
  Orders: read → elements, unbounded
    source: unbounded, pull
  ParDo: parDo of Orders → eu, us: elements, unbounded
  WindowInto: windowInto of ParDo#us → elements, unbounded
    windows: fixed(size=PT1H)
  Rate/WithKeys: withKeys of WindowInto → elements, unbounded
  Rate/GroupByKey: groupByKey of Rate/WithKeys → one pane of each window, unbounded
    windows: fixed(size=PT1H); trigger: never(); accumulation mode: accumulating; order: canonical
  WindowInto#2: windowInto of ParDo#eu → elements, unbounded
    windows: fixed(size=PT1M); allowed lateness: 3600000 ms; accumulation mode: accumulating
  WithKeys: withKeys of WindowInto#2 → elements, unbounded
  Best: combinePerKey of WithKeys → several panes of a window, unbounded
    windows: fixed(size=PT1M); allowed lateness: 3600000 ms; accumulation mode: accumulating; combiner: largest
  Map: map of Best, Rate/GroupByKey (rate) → several panes of a window, unbounded
    side input rate: final
! Groups: groupByKey of Best → several panes of a window, unbounded
    windows: fixed(size=PT1M); allowed lateness: 3600000 ms; accumulation mode: accumulating; order: any
    not drift-safe, several-panes: It takes each pane of a key and window as one more element, and how many panes there
        are depends on arrival. Use accumulationMode: 'retracting' in the grouping above, so that earlier panes are
        taken back, or trigger: never() for a single pane.
    not drift-safe, order-any: It lists values as they arrived. Leave out order: 'any', so that they are sorted by
        timestamp.
! Map#2: map of Groups → several panes of a window, unbounded
    not drift-safe by "Groups": several-panes, "Groups": order-any
! Table: write of Map#2
    not drift-safe by "Groups": several-panes, "Groups": order-any
outputs: rated of Map, groups of Groups (!)
drift-safe: 9 of 12 steps; what is marked ! is not`)
  })

  it('leaves out what is as always, but never the windows of a grouping', () => {
    const picture = explainGraph((root) => ({
      all: root.pipe(
        create<readonly [string, number]>('Few', []),
        groupByKey('All', {}),
        map(([key]) => key),
      ),
    }))
    expect(formatGraph(picture)).toBe(`\
  Few: create → elements, bounded
  All: groupByKey of Few → one pane of each window, bounded
    windows: global; order: canonical
  Map: map of All → one pane of each window, bounded
outputs: all of Map
drift-safe: all of 3 steps`)
  })

  // Mutation: packages/core/src/graph/format-graph.ts: `line.length + 1 + word.length > WIDTH` → `line.length + word.length > WIDTH`
  it('keeps lines within 120 columns, but for words that are longer', () => {
    const long = 'L'.repeat(130)
    for (let length = 1; length < 30; length++) {
      const text = formatGraph(
        explainGraph((root) => ({
          [long]: flatten(names(root, ...Array.from({ length: 9 }, (_, place) => `${place}`.repeat(length)))).pipe(
            withKeys((n) => n),
            combinePerKey(long, largest),
          ),
        })),
      )
      const beyond = text.split('\n').filter((line) => line.length > 120)
      for (const line of beyond)
        expect(
          line
            .trim()
            .split(' ')
            .some((word) => word.length >= 130),
        ).toBe(true)
      // Lines are filled: what follows would not have fitted.
      const lines = text.split('\n')
      const longer = lines.flatMap((line, index) =>
        /^ {8}\S/.test(line) ? [`${lines[index - 1]} ${line.trim().split(' ')[0]}`] : [],
      )
      expect(longer.filter((line) => line.length <= 120)).toEqual([])
    }
  })

  // Mutation: packages/core/src/graph/format-graph.ts: `printable(text).split(' ')` → `text.split(' ')`
  it('shows what a terminal would obey in a name', () => {
    const picture = explainGraph((root) => ({ red: root.pipe(create<number>('\u001b[31mRed\n', [])) }))
    expect(formatGraph(picture).split('\n')).toEqual([
      '  \\u001b[31mRed\\u000a: create → elements, bounded',
      'outputs: red of \\u001b[31mRed\\u000a',
      'drift-safe: all of 1 steps',
    ])
  })

  it('shows a pipeline without steps', () => {
    expect(formatGraph(explainGraph(() => ({})))).toBe('outputs: none\ndrift-safe: all of 0 steps')
  })
})
