/**
 * Who stands before whom where panes, and the notes that windows became part of others, wait.
 */
import { describe, expect, it } from 'vitest'
import { Lanes } from '../../../src/execution/async/lanes.ts'
import type { Pane, PaneOrigin } from '../../../src/execution/bundle/pane.ts'

function originOf(id: string): PaneOrigin {
  return { id, key: id, window: { start: 0, end: 10 } } as unknown as PaneOrigin
}

function paneOf(origin: PaneOrigin, absorbedBy?: PaneOrigin): Pane {
  return { origin, absorbedBy, effect: 'replace' } as unknown as Pane
}

/** Lets a unit leave and says who is the first of a lane by that. */
function after(lanes: Lanes, pane: Pane): readonly number[] {
  const next: number[] = []
  lanes.leave(pane, next)
  return next
}

describe('lanes', () => {
  const [a, b] = [originOf('a'), originOf('b')]

  it('keep the panes of one window in the order in which they came, and know nothing of those of others', () => {
    const lanes = new Lanes(false)
    lanes.add(1, paneOf(a))
    lanes.add(2, paneOf(a))
    lanes.add(3, paneOf(b))
    expect([1, 2, 3].map((slot) => lanes.isFirst(slot, paneOf(slot === 3 ? b : a)))).toEqual([true, false, true])
    expect(after(lanes, paneOf(a))).toEqual([2])
    expect(lanes.isFirst(2, paneOf(a))).toBe(true)
  })

  it('let a note that a window became part of another wait in both', () => {
    const lanes = new Lanes(false)
    lanes.add(1, paneOf(b))
    lanes.add(2, paneOf(a, b))
    expect(lanes.isFirst(2, paneOf(a, b))).toBe(false)
    expect(after(lanes, paneOf(b))).toEqual([2])
    expect(lanes.isFirst(2, paneOf(a, b))).toBe(true)
    expect(after(lanes, paneOf(a, b))).toEqual([])
  })

  // Mutation: packages/runners/src/execution/async/lanes.ts: `absorbedBy === undefined || absorbedBy.id === origin.id` → `absorbedBy === undefined`
  it('let the note of a session that falls apart, which is absorbed by itself, stand in its one lane once', () => {
    const lanes = new Lanes(false)
    lanes.add(1, paneOf(a, a))
    lanes.add(2, paneOf(a))
    expect(lanes.isFirst(1, paneOf(a, a))).toBe(true)
    expect(after(lanes, paneOf(a, a))).toEqual([2])
    expect(lanes.isFirst(2, paneOf(a))).toBe(true)
    expect(after(lanes, paneOf(a))).toEqual([])
  })
})
