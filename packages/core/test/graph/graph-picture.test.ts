/**
 * explainGraph: a picture is what its graph is, as plain frozen data.
 */
import { describe, expect, it } from 'vitest'
import { buildGraph } from '../../src/graph/build-graph.ts'
import { DRIFT_REASON_TEXTS } from '../../src/graph/drift-reason-text.ts'
import { explainGraph } from '../../src/graph/graph-picture.ts'
import { pictured } from './pictured.ts'

const picture = explainGraph(pictured)
const stepOf = (path: string): (typeof picture.steps)[number] => picture.steps.find(({ step }) => step === path)!

describe('explainGraph', () => {
  it('shows what a step is, reads and emits', () => {
    expect(stepOf('Best')).toEqual({
      step: 'Best',
      kind: 'combinePerKey',
      named: true,
      inputs: [{ step: 'WithKeys' }],
      outputs: [
        {
          windowing: {
            windows: 'fixed(size=PT1M)',
            trigger: 'defaultTrigger()',
            'allowed lateness': '3600000 ms',
            'accumulation mode': 'accumulating',
            'empty pane on time': 'always',
            'empty pane at expiry': 'if-non-empty',
            'timestamp combiner': 'end-of-window',
          },
          panes: 'several-panes',
          bounded: false,
        },
      ],
      driftSafe: true,
      reasons: [],
      facts: {
        windows: 'fixed(size=PT1M)',
        trigger: 'defaultTrigger()',
        'allowed lateness': '3600000 ms',
        'accumulation mode': 'accumulating',
        'empty pane on time': 'always',
        'empty pane at expiry': 'if-non-empty',
        'timestamp combiner': 'end-of-window',
        combiner: 'largest',
      },
    })
  })

  // Mutation: packages/core/src/graph/graph-picture.ts: `payload.side.names[index - 1]` → `payload.side.names[index]`
  it('names the outputs of a parDo, and what an input is to its reader', () => {
    expect(stepOf('ParDo').outputs.map(({ output }) => output)).toEqual(['eu', 'us'])
    expect(stepOf('WindowInto').inputs).toEqual([{ step: 'ParDo', output: 'us' }])
    expect(stepOf('Map').inputs).toEqual([{ step: 'Best' }, { step: 'Rate/GroupByKey', as: 'rate' }])
    expect(picture.outputs).toEqual([
      { name: 'rated', step: 'Map', driftSafe: true },
      { name: 'groups', step: 'Groups', driftSafe: false },
    ])
  })

  // Mutation: packages/core/src/graph/graph-picture.ts: `inherited: step !== path` → `inherited: step === path`
  it('tells own reasons from inherited ones, each with why and what to do', () => {
    const { why, cure } = DRIFT_REASON_TEXTS['order-any']
    expect(stepOf('Groups').reasons[1]).toEqual({ reason: 'order-any', step: 'Groups', inherited: false, why, cure })
    expect(stepOf('Table')).toMatchObject({
      driftSafe: false,
      outputs: [],
      reasons: [
        { reason: 'several-panes', step: 'Groups', inherited: true },
        { reason: 'order-any', step: 'Groups', inherited: true },
      ],
    })
  })

  it('is frozen, is carried by JSON unchanged, and is the same of a graph that was built before', () => {
    expect(JSON.parse(JSON.stringify(picture))).toEqual(picture)
    expect(explainGraph(buildGraph(pictured))).toEqual(picture)
    const parts: unknown[] = [picture]
    for (const part of parts) {
      expect(part).toSatisfy(Object.isFrozen)
      parts.push(...Object.values(part as object).filter((inner) => typeof inner === 'object'))
    }
  })
})

describe('the text of a drift reason', () => {
  it.each(Object.entries(DRIFT_REASON_TEXTS))('%s is two sentences', (_, { why, cure }) => {
    expect(why).toMatch(/^(It|Its) .*\.$/)
    expect(cure).toMatch(/^(Use|Leave out|Say|Give) .*\.$/)
  })
})
