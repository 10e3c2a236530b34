/**
 * Field expressions in pictures of graphs: as text, in a flowchart, and as data that a planner can compute with.
 */
import { describe, expect, it } from 'vitest'
import { allOf, fromExpression, schema, tupleOf, type RowOfSchema } from '../../src/field/index.ts'
import { explainGraph } from '../../src/graph/graph-picture.ts'
import { formatGraph } from '../../src/graph/format-graph.ts'
import { graphFingerprint } from '../../src/graph/fingerprint.ts'
import { buildGraph } from '../../src/graph/build-graph.ts'
import { mermaidGraph } from '../../src/graph/mermaid-graph.ts'
import {
  asOfJoin,
  combinePerKey,
  create,
  filter,
  map,
  read,
  statefulParDo,
  valueState,
  withKeys,
  withTimestamps,
  type CombineFn,
  type Root,
} from '../../src/index.ts'
import type { PullSource } from '../../src/index.ts'
import { orderSource } from '../described-source.ts'
import { parseFlowchart } from './mermaid-flowchart.ts'

const order = schema('Order', { region: 'text', amount: 'integer', at: 'timestamp' })
const { region, amount, at } = order.fields
type Order = RowOfSchema<typeof order>
const source: PullSource<Order> = orderSource(true)

// A combiner says which functions of an input it calls.
const total = (measure: (row: Order) => number): CombineFn<Order, number, number> => ({
  name: 'total',
  orderFree: true,
  functions: { measure },
  createAccumulator: () => 0,
  addInput: (sum, row) => sum + measure(row),
  mergeAccumulators: (sum, other) => sum + other,
  extractOutput: (sum) => sum,
})

const pipelineOf = (isLarge: (row: Order) => boolean, measure: (row: Order) => number) => (root: Root) => {
  const orders = root.pipe(read('Orders', source, { timestamp: at, arrival: (row) => row.at }))
  const totals = orders.pipe(
    filter(isLarge),
    withKeys(tupleOf(region, at.truncatedTo('day', 'Europe/Berlin'))),
    combinePerKey('Total', total(measure)),
    map(([, sum]) => sum),
  )
  return { totals }
}
const pipeline = pipelineOf(allOf(region.is('eu'), amount.moreThan(20)), amount.times(2))

describe('a picture of a graph', () => {
  // Mutation: packages/core/src/graph/format-graph.ts: `...expressions.flatMap(` → `...[].flatMap(`
  it('says what field expressions compute, and nothing of other functions', () => {
    expect(formatGraph(explainGraph(pipeline))).toBe(`\
  Orders: read → elements, bounded
    source: bounded, pull
    timestamp: at
  Filter: filter of Orders → elements, bounded
    condition: region is "eu" and amount > 20
  WithKeys: withKeys of Filter → elements, bounded
    key: [region, day of at in Europe/Berlin]
  Total: combinePerKey of WithKeys → one pane of each window, bounded
    windows: global; combiner: total
    measure: amount * 2
  Map: map of Total → one pane of each window, bounded
outputs: totals of Map
drift-safe: all of 5 steps`)
  })

  // Mutation: packages/core/src/graph/mermaid-graph.ts: `label([step, kind, ...expressions.map(` → `label([step, kind, ...expressions.slice(9).map(`
  it('draws them in a flowchart', () => {
    const { nodes } = parseFlowchart(mermaidGraph(explainGraph(pipeline)))
    expect([...nodes.values()].map(({ label }) => label)).toEqual([
      ['Orders', 'read', 'timestamp: at'],
      ['Filter', 'filter', 'condition: region is "eu" and amount > 20'],
      ['WithKeys', 'withKeys', 'key: [region, day of at in Europe/Berlin]'],
      ['Total', 'combinePerKey', 'measure: amount * 2'],
      ['Map', 'map'],
      ['totals'],
    ])
  })

  it('has them as data, of which JSON makes the function again', () => {
    const { steps } = JSON.parse(JSON.stringify(explainGraph(pipeline))) as ReturnType<typeof explainGraph>
    const [condition] = steps[1]!.expressions!
    const again = fromExpression(condition!.expression)
    const rows = [20, 21].flatMap((size) => [
      { region: 'eu', amount: size },
      { region: 'us', amount: size },
    ])
    expect(rows.filter((row) => again(row))).toEqual([{ region: 'eu', amount: 21 }])
    expect(steps[4]).not.toHaveProperty('expressions')
  })

  it('knows those of joins, stateful steps, created elements and timestamps', () => {
    const picture = explainGraph((root) => {
      const orders = root.pipe(create<Order>('Created', [], { timestamp: at }), withTimestamps(at.plus(1)))
      const keyed = orders.pipe(withKeys(region))
      const right = root.pipe(create<Order>('Others', [])).pipe(withKeys(region))
      const known = { orderBy: amount, knownAt: at, lateRows: 'freeze' } as const
      const stateful = statefulParDo('Stateful', {
        orderBy: amount,
        state: { last: valueState<number>() },
        process: () => [],
      })
      return { joined: asOfJoin('Join', { left: keyed, right }, known), stateful: keyed.pipe(stateful) }
    })
    const shown = picture.steps.map(({ step, expressions = [] }) => [
      step,
      ...expressions.map(({ as, text }) => `${as}: ${text}`),
    ])
    expect(shown).toEqual([
      ['Created', 'timestamp: at'],
      ['WithTimestamps', 'timestamp: at + 1'],
      ['WithKeys', 'key: region'],
      ['Others'],
      ['WithKeys#2', 'key: region'],
      ['Join', 'known at: at', 'order by: amount'],
      ['Stateful', 'order by: amount'],
    ])
  })
})

describe('the fingerprint of a graph', () => {
  it('does not depend on what functions compute, expressions or not', () => {
    const byHand = pipelineOf(
      (row) => row.region === 'us',
      (row) => row.amount,
    )
    expect(graphFingerprint(buildGraph(pipeline))).toBe(graphFingerprint(buildGraph(byHand)))
  })
})
