/**
 * mermaidGraph: a flowchart compared with what was written by hand, and read by a strict grammar whatever the names are.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainGraph } from '../../src/graph/graph-picture.ts'
import { mermaidGraph } from '../../src/graph/mermaid-graph.ts'
import { create, groupByKey, intervalJoin, map, milliseconds, parDo, tagged } from '../../src/index.ts'
import { parseFlowchart } from './mermaid-flowchart.ts'
import { pictured } from './pictured.ts'

describe('mermaidGraph', () => {
  it('draws steps, what changes on the way between them, and those that are not drift-safe', () => {
    expect(mermaidGraph(explainGraph(pictured))).toBe(`\
flowchart TD
  s0["Orders<br/>read"]
  s1["ParDo<br/>parDo"]
  s2["WindowInto<br/>windowInto"]
  s3["Rate/WithKeys<br/>withKeys"]
  s4["Rate/GroupByKey<br/>groupByKey"]
  s5["WindowInto#35;2<br/>windowInto"]
  s6["WithKeys<br/>withKeys"]
  s7["Best<br/>combinePerKey"]
  s8["Map<br/>map"]
  s9["Groups<br/>groupByKey<br/>several-panes<br/>order-any"]
  s10["Map#35;2<br/>map<br/>several-panes of Groups<br/>order-any of Groups"]
  s11["Table<br/>write<br/>several-panes of Groups<br/>order-any of Groups"]
  o0(["rated"])
  o1(["groups"])
  s0 --> s1
  s1 -->|"us"| s2
  s2 -->|"windows fixed(size=PT1H)"| s3
  s3 -->|"trigger never()<br/>accumulation mode accumulating"| s4
  s1 -->|"eu"| s5
  s5 -->|"windows fixed(size=PT1M)<br/>allowed lateness 3600000 ms<br/>accumulation mode accumulating"| s6
  s6 --> s7
  s7 -->|"several-panes"| s8
  s4 -->|"as rate<br/>one-pane"| s8
  s7 -->|"several-panes"| s9
  s9 --> s10
  s10 --> s11
  s8 --> o0
  s9 --> o1
  classDef drifts stroke:#c0392b,stroke-width:3px
  class s9 drifts
  classDef inherits stroke:#c0392b,stroke-dasharray:4
  class s10,s11,o1 inherits`)
  })

  // Mutation: packages/core/src/graph/mermaid-graph.ts: `return main.length === 0 ? inputs : main` → `return inputs`
  it('says on an edge what is new there, and not what a side input is like', () => {
    const { nodes, edges } = parseFlowchart(mermaidGraph(explainGraph(pictured)))
    const pathOf = (id: string): string => nodes.get(id)!.label[0]!
    const labels = new Map(edges.map(({ from, to, label }) => [`${pathOf(from)} → ${pathOf(to)}`, label]))
    expect(labels.get('Map → rated')).toEqual([])
    expect(labels.get('Rate/GroupByKey → Map')).toEqual(['as rate', 'one-pane'])
  })

  it('names the sides of a join', () => {
    const chart = parseFlowchart(
      mermaidGraph(
        explainGraph((root) => {
          const left = root.pipe(create<readonly [string, number]>('Left', []))
          const right = root.pipe(create<readonly [string, number]>('Right', []))
          const interval = { before: milliseconds(1), after: milliseconds(1) }
          return { joined: intervalJoin('Join', { left, right }, interval) }
        }),
      ),
    )
    expect(chart.edges.map(({ label }) => label)).toEqual([['as left'], ['as right'], []])
  })

  // Mutation: packages/core/src/graph/mermaid-text.ts: `[^\p{L}\p{N} ,.=/()-]` → `[^\p{L}\p{N} ,.=/()"-]`
  // Mutation: packages/core/src/graph/mermaid-text.ts: `(?<!\d)\.|\.(?!\d)` → `\.(?!.)`
  // Mutation: packages/core/src/graph/mermaid-text.ts: `(?<=^\d+)\)` → `(?<=^\d+)\}`
  it('shows names as they are, whatever they are', () => {
    const awkward = [
      '"',
      '`*b*`',
      '<b>&lt;</b>',
      'quot;35;',
      '%%{init: {}}%%',
      'style x:y;',
      'end',
      '-->|x|',
      '1. ',
      '2) ',
      '- ',
      '== ',
      ' ',
      'www.',
      '$$x$$',
      'fa:fa-ban',
      '\n',
      '\u0000',
      '😀',
      '\ud800',
      '[x](y)',
      '{}',
    ]
    const part = fc.constantFrom(...awkward)
    const name = fc.oneof(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
    )
    const path = name.map((text) => text.replace(/[/#]/g, '+'))
    fc.assert(
      fc.property(path, name, name, (step, tag, output) => {
        const picture = explainGraph((root) => {
          const outputs = root.pipe(
            create<readonly [string, number]>(step, []),
            groupByKey(`${step}+`, { order: 'any' }),
            parDo({ outputs: [tag], process: (pair) => [tagged(tag, pair)] }),
          )
          return { [output]: outputs[tag]!.pipe(map((pair) => pair)) }
        })
        const { nodes, edges, classes } = parseFlowchart(mermaidGraph(picture))
        expect([...nodes.values()]).toEqual([
          { label: [step, 'create'], round: false },
          { label: [`${step}+`, 'groupByKey', 'order-any'], round: false },
          { label: ['ParDo', 'parDo', `order-any of ${step}+`], round: false },
          { label: ['Map', 'map', `order-any of ${step}+`], round: false },
          { label: [output], round: true },
        ])
        expect(edges).toEqual([
          { from: 's0', to: 's1', label: [] },
          { from: 's1', to: 's2', label: ['one-pane'] },
          { from: 's2', to: 's3', label: [tag] },
          { from: 's3', to: 'o0', label: [] },
        ])
        expect([...classes]).toEqual([
          ['drifts', ['s1']],
          ['inherits', ['s2', 's3', 'o0']],
        ])
      }),
    )
  })

  // Mutation: packages/core/src/graph/mermaid-text.ts: `(text === '' ? ' ' : text)` → `text`
  it('draws an output without a name as an empty one, and a pipeline without steps as nothing', () => {
    const unnamed = explainGraph((root) => ({ '': root.pipe(create<number>('Few', [])) }))
    expect(parseFlowchart(mermaidGraph(unnamed)).nodes.get('o0')).toEqual({ label: [' '], round: true })
    expect(mermaidGraph(explainGraph(() => ({})))).toBe('flowchart TD')
  })
})
