/**
 * The seam for increments: a record of an as-of join that has changed since the last snapshot is among those that its table says have.
 */
import { encodeValue } from '@tidemark/core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StateTable } from '../../../src/execution/state/state-table.ts'
import { play, scenes, type Options } from './as-of-scenes.ts'

type Save = StateTable<unknown>['save']

/** The records of every table at its last snapshot, by slot, as text. */
const before = new Map<StateTable<unknown>, ReadonlyMap<number, string>>()
/** Slots that differ from the last snapshot and were not said to. */
const untouched: string[] = []
let changes = 0

const original = Object.getOwnPropertyDescriptor(StateTable.prototype, 'save')!.value as Save

// No engine shows its tables, but each is asked for its data by a snapshot.
function watchedSave(this: StateTable<unknown>, dataOf: Parameters<Save>[0]): ReturnType<Save> {
  const records = new Map(
    [...this.entries()].map(([slot, record]) => [slot, Buffer.from(encodeValue(dataOf(record))).toString('latin1')]),
  )
  const known = before.get(this) ?? new Map<number, string>()
  const told = new Set(this.takeChanged())
  for (const slot of new Set([...known.keys(), ...records.keys()])) {
    if (known.get(slot) === records.get(slot)) continue
    changes++
    if (!told.has(slot)) untouched.push(`slot ${slot}: ${known.get(slot)} is ${records.get(slot)}`)
  }
  before.set(this, records)
  return original.call(this, dataOf)
}

beforeAll(() => {
  StateTable.prototype.save = watchedSave
})

afterAll(() => {
  StateTable.prototype.save = original
})

const MODES: readonly Options[] = [
  { lateRows: 'wait' },
  { lateRows: 'restate' },
  { lateRows: 'freeze', knownAt: (row) => row * 5 + 3 },
]

describe('the state of an as-of join', () => {
  // Mutation: packages/runners/src/execution/join/as-of-records.ts: `      this.table.touch(known.slot)` → ``
  // Mutation: packages/runners/src/execution/join/as-of-elements.ts: `      this.#records.table.touch(record.slot)` → ``
  it('is never changed but by way of touch', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(scenes, fc.constantFrom(...MODES), (scene, options) => {
        before.clear()
        untouched.length = 0
        play(scene, options, { snapshots: true })
        expect(untouched).toEqual([])
      }),
      { numRuns: 300, seed: 1 },
    )
    expect(changes).toBeGreaterThan(3000)
  })
})
