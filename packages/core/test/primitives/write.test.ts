/**
 * write: what a sink takes is known when the graph is built.
 */
import { describe, expect, it } from 'vitest'
import {
  canonicalCoder,
  create,
  fixedWindows,
  groupByKey,
  minutes,
  windowInto,
  withKeys,
  write,
} from '../../src/index.ts'
import type { AnySink, PCollection, Root, Sink, Takes } from '../../src/index.ts'
import { buildGraph } from '../../src/graph/build-graph.ts'
import type { WritePayload } from '../../src/primitives/write.ts'

const sink = (takes?: Takes): AnySink<unknown> => ({
  description: 'nowhere',
  ...(takes && { takes }),
  open: () => ({ write() {}, commit() {}, abort() {} }),
})

const grouped = (root: Root): PCollection<unknown> =>
  root.pipe(
    create('Numbers', [1, 2]),
    windowInto(fixedWindows(minutes(1))),
    withKeys((n) => n),
    groupByKey('Lists'),
  )

function payloadOf(into: AnySink<unknown>, input: (root: Root) => PCollection<unknown> = grouped): WritePayload {
  const graph = buildGraph((root) => {
    input(root).pipe(write('Out', into))
    return {}
  })
  return graph.steps.at(-1)!.payload as WritePayload
}

describe('write', () => {
  it('takes panes from a sink that does not say, and else what it says', () => {
    expect(payloadOf(sink()).takes).toBe('panes')
    for (const takes of ['final', 'changes', 'overwrites', 'panes'] as const)
      expect(payloadOf(sink(takes)).takes).toBe(takes)
    expect(() => write('Out', sink('finals' as 'final'))).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    expect(() => write('Out', sink('finals' as 'final'))).toThrow(/write\("Out"\).*Did you mean "final"/)
  })

  it('knows the coder of a sink', () => {
    const coder = canonicalCoder<unknown>()
    const coded: Sink<unknown> = { ...(sink() as Sink<unknown>), coder }
    expect(payloadOf(coded).coder).toBe(coder)
    expect(payloadOf(sink()).coder).toBeUndefined()
  })

  // Mutation: packages/core/src/primitives/write.ts: `takes === 'overwrites' && ref` → `takes === 'final' && ref`
  it('refuses overwrites of elements that no grouping has emitted', () => {
    const plain = (root: Root): PCollection<unknown> => root.pipe(create('Numbers', [1, 2]))
    expect(() => payloadOf(sink('overwrites'), plain)).toThrow(
      expect.objectContaining({ code: 'NOTHING_TO_OVERWRITE', step: 'Out' }),
    )
    expect(payloadOf(sink('final'), plain).takes).toBe('final')
  })
})
