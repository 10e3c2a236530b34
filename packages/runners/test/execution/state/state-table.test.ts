/**
 * The state table: slots, marks of change, and what a snapshot keeps.
 */
import { describe, expect, it } from 'vitest'
import { StateTable } from '../../../src/execution/state/state-table.ts'

describe('a state table', () => {
  it('gives each record a slot of its own, and the slot of a freed one to the next', () => {
    const table = new StateTable<string>()
    const [a, b] = [table.allocate('a'), table.allocate('b')]
    expect([table.get(a), table.get(b), table.size]).toEqual(['a', 'b', 2])
    table.free(a)
    expect([table.get(a), table.size]).toEqual([undefined, 1])
    expect(table.allocate('c')).toBe(a)
    expect([...table.records()]).toEqual(['c', 'b'])
  })

  // Mutation: packages/runners/src/execution/state/state-table.ts: `this.#free = [...free]` → `this.#free = [...free].reverse()`
  it('comes back from a snapshot with its slots, and with the free ones in the order in which they will be used again', () => {
    const [table, restored] = [new StateTable<string>(), new StateTable<string>()]
    const [a, b, , d] = ['a', 'b', 'c', 'd'].map((record) => table.allocate(record))
    for (const slot of [d!, a!, b!]) table.free(slot)
    restored.load(
      table.save((record) => record),
      (data) => data as string,
    )
    expect([...restored.entries()]).toEqual([...table.entries()])
    expect(restored.size).toBe(1)
    const next = ['e', 'f', 'g', 'h'].map((record) => [table.allocate(record), restored.allocate(record)])
    expect(next).toEqual([b, a, d, 4].map((slot) => [slot, slot]))
  })

  it('frees a slot once, however often it is told to', () => {
    const table = new StateTable<string>()
    const slot = table.allocate('a')
    table.free(slot)
    table.free(slot)
    expect([table.size, table.allocate('b'), table.allocate('c')]).toEqual([0, slot, slot + 1])
  })

  // Mutation: packages/runners/src/execution/state/state-table.ts: `changed.push(slot)` → `changed`
  it('lists what was allocated, touched or freed since the last time', () => {
    const table = new StateTable<string>()
    const [a, b, c] = [table.allocate('a'), table.allocate('b'), table.allocate('c')]
    expect(table.takeChanged()).toEqual([a, b, c])
    expect(table.takeChanged()).toEqual([])
    table.touch(c)
    table.free(a)
    expect(table.takeChanged()).toEqual([a, c])
  })
})
