/**
 * The state table: slots, dirty marks, generations.
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

  it('tells an old reference from a new one by the generation of the slot', () => {
    const table = new StateTable<string>()
    const slot = table.allocate('a')
    expect([table.generation(slot), table.generation(99)]).toEqual([1, 0])
    table.free(slot)
    table.allocate('b')
    expect(table.generation(slot)).toBe(2)
  })

  it('frees a slot once, however often it is told to', () => {
    const table = new StateTable<string>()
    const slot = table.allocate('a')
    table.free(slot)
    table.free(slot)
    expect([table.size, table.allocate('b'), table.allocate('c')]).toEqual([0, slot, slot + 1])
  })

  it('lists as dirty what was allocated, touched or freed since the last time', () => {
    // mutation: free without this.#dirty.add
    const table = new StateTable<string>()
    const [a, b, c] = [table.allocate('a'), table.allocate('b'), table.allocate('c')]
    expect(table.takeDirty()).toEqual([a, b, c])
    expect(table.takeDirty()).toEqual([])
    table.touch(c)
    table.free(a)
    expect(table.takeDirty().toSorted((a, b) => a - b)).toEqual([a, c])
  })
})
