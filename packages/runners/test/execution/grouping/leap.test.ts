/**
 * A watermark that leaps over many windows: what they emit comes in slices.
 */
import { combinePerKey, fixedWindows, milliseconds, windowInto } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import { expect, it } from 'vitest'
import { Engine } from '../../../src/execution/engine.ts'
import { numbers } from '../scripted.ts'

const WINDOWS = 10_000

// Mutation: packages/runners/src/execution/grouping/grouping.ts: `if (this.#panes.isFull) this.#flush()` → ``
it('fires in slices, and every window once', () => {
  const graph = buildGraph((root) => ({
    out: numbers(root).pipe(windowInto(fixedWindows(milliseconds(10))), combinePerKey('Sum', sum())),
  }))
  const slices: number[] = []
  const engine = new Engine(graph, { onOutput: (_, values) => slices.push(values.length) })
  const input = engine.inputs[0]!
  input.openSplits(['0'])
  const elements = Array.from({ length: WINDOWS }, (_, window) => [window * 10, 'a', 1] as const)
  const offsets = elements.map((_, index) => index)
  input.offer('0', { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
  input.complete('0')
  expect(slices).toEqual([4096, 4096, WINDOWS - 2 * 4096])
})
