/**
 * The table of waiting elements against a StateTable of the same elements: the two keep the same contract, and the same data.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StateData } from '../../../src/execution/snapshot/saved.ts'
import { StateTable } from '../../../src/execution/state/state-table.ts'
import { ElementTable, type WaitingElement } from '../../../src/execution/stateful/element-table.ts'

const step = fc.oneof(
  { weight: 9, arbitrary: fc.record({ slot: fc.nat(9), timestamp: fc.integer(), value: fc.string() }) },
  { weight: 3, arbitrary: fc.record({ free: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ touch: fc.nat() }) },
  { weight: 1, arbitrary: fc.constant('restore' as const) },
)

function dataOf({ slot, timestamp, value, count, position }: WaitingElement): StateData {
  return [slot, timestamp, value as string, count, position === undefined ? null : { ...position }]
}

function elementOf(data: StateData): WaitingElement {
  const [slot, timestamp, value, count, position] = data as [number, number, string, number, { offset: number } | null]
  const given = position === null ? undefined : { split: '0', unit: 'line' as const, offset: position.offset }
  return { slot, timestamp, value, count, position: given }
}

describe('the table of waiting elements', () => {
  // Mutation: packages/runners/src/execution/stateful/element-table.ts: `this.#counts.delete(id)` → `void id`
  // Mutation: packages/runners/src/execution/stateful/element-table.ts: `touched.set(this.#touched)` → `void touched`
  // Mutation: packages/runners/src/execution/stateful/element-table.ts: `this.#free = [...free]` → `this.#free = free.toSorted()`
  it('gives the ids, and saves the data, that a state table would', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        let table = new ElementTable()
        let expected = new StateTable<WaitingElement>()
        let live: number[] = []
        for (const [index, step] of steps.entries()) {
          if (step === 'restore') {
            const data = table.save(dataOf)
            expect(data).toEqual(expected.save(dataOf))
            table = new ElementTable()
            table.load(data, elementOf)
            expected = new StateTable()
            expected.load(data, elementOf)
          } else if ('slot' in step) {
            const id = table.add(step.slot, [0, step.timestamp], 1, step.value)
            const count = index % 3 === 0 ? -2 : 1
            const position = index % 2 === 0 ? undefined : { split: '0', unit: 'line' as const, offset: index }
            if (count !== 1) table.setCount(id, count)
            if (position !== undefined) table.setPosition(id, position)
            expect(expected.allocate({ ...step, count, position })).toBe(id)
            live.push(id)
          } else if ('touch' in step) {
            expect(table.takeChanged()).toEqual(expected.takeChanged())
            for (const one of [table, expected]) if (live.length > 0) one.touch(live[step.touch % live.length]!)
          } else if (live.length > 0) {
            const id = live[step.free % live.length]!
            live = live.filter((other) => other !== id)
            expect(table.elementAt(id)).toEqual(expected.get(id))
            for (const one of [table, expected]) one.free(id)
            expect(table.slotAt(id)).toBe(-1)
          }
          expect(table.size).toBe(live.length)
        }
        expect([...table.entries()]).toEqual([...expected.entries()])
        expect(table.takeChanged()).toEqual(expected.takeChanged())
      }),
      { numRuns: 40, seed: 1 },
    )
  })
})
