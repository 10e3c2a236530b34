/**
 * How many views lie between a step and the outputs.
 */
import { asIterable, create, flatten, map, write, type Root, type Sink } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { expect, it } from 'vitest'
import { viewRanks } from '../../../src/execution/plan/view-rank.ts'

const nowhere: Sink<unknown> = { description: 'nowhere', open: () => ({ write() {}, commit() {}, abort() {} }) }

/** The rank of each named step. */
function ranksOf(build: (root: Root) => void): Readonly<Record<string, number>> {
  const graph = buildGraph((root) => {
    build(root)
    return {}
  })
  const ranks = viewRanks(graph)
  return Object.fromEntries(
    graph.steps.flatMap(({ id, path, payload }) => (payload.primitive === 'create' ? [[path, ranks[id]!]] : [])),
  )
}

// Mutation: packages/runners/src/execution/plan/view-rank.ts: `isSeen(step, input) ? rank + 1 : rank` → `rank`
it('a source is as many views away from the outputs as lie on the shortest way', () => {
  const ranks = ranksOf((root) => {
    const [main, seen, twice, both, unused] = ['Main', 'Seen', 'Twice', 'Both', 'Unused'].map((name) =>
      root.pipe(create(name, [1])),
    )
    const far = twice!.pipe(asIterable('Far'))
    const near = seen!.pipe(
      map((n, side) => [n, side], { side: { far } }),
      asIterable('Near'),
    )
    const other = both!.pipe(asIterable('Other'))
    const out = flatten([main!, both!]).pipe(map((n, side) => [n, side], { side: { near, other } }))
    out.pipe(write('Out', nowhere))
    unused!.pipe(map((n) => n))
  })
  expect(ranks).toEqual({ Main: 0, Seen: 1, Twice: 2, Both: 0, Unused: 0 })
})
