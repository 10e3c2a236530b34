/**
 * Changes without panes, added up until nothing can change them any more.
 */
import { NO_FIRING, type Coder, type FinalValue } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { NetElements } from '../../../src/execution/sink/net-elements.ts'

const element = (value: unknown, timestamp = 5, start = 0): FinalValue<unknown> => ({
  value,
  timestamp,
  window: { start, end: start + 10 },
  pane: NO_FIRING,
})

/** Everything that is due at a watermark, as text. */
function due(net: NetElements, watermark: number): readonly string[] {
  const taken: string[] = []
  for (let one = net.takeDue(watermark); one !== undefined; one = net.takeDue(watermark))
    taken.push(`${JSON.stringify(one.element.value)} x${one.count}`)
  return taken
}

describe('changes without panes', () => {
  // Mutation: packages/runners/src/execution/sink/net-elements.ts: `timestamp + this.#allowedLateness` → `timestamp + this.#allowedLateness - 1`
  it('are final when the watermark is past their timestamp and the lateness', () => {
    const net = new NetElements('Out', 10, undefined)
    net.change(element('a'), 1)
    net.change(element('b', 6), 1)
    expect([net.nextDue(), due(net, 15), due(net, 16), due(net, 17)]).toEqual([15, [], ['"a" x1'], ['"b" x1']])
    expect([net.waiting(), net.nextDue()]).toEqual([0, Infinity])
  })

  it('cancel what they take back, whichever comes first and whatever the order of fields', () => {
    const net = new NetElements('Out', 0, undefined)
    expect(net.change(element({ x: 1, y: 2 }), -1)).toBe(1)
    expect(net.change(element({ y: 2, x: 1 }), 1)).toBe(-1)
    expect(net.waiting()).toBe(0)
    expect(due(net, 100)).toEqual([])
  })

  it('are as many as were added more often than taken back, of the same window and timestamp', () => {
    const net = new NetElements('Out', 0, undefined)
    const grown = [1, 1, -1].map((sign) => net.change(element('a'), sign as 1 | -1))
    net.change(element('a', 5, 1), 1)
    net.change(element('a', 6), 1)
    expect(grown).toEqual([1, 1, -1])
    expect(net.waiting()).toBe(3)
    expect(due(net, 100)).toEqual(['"a" x1', '"a" x1', '"a" x1'])
  })

  it('come again in a place that was left, when it is their time', () => {
    const net = new NetElements('Out', 0, undefined)
    net.change(element('a', 5), 1)
    net.change(element('a', 5), -1)
    net.change(element('b', 50), 1)
    expect([due(net, 10), due(net, 51)]).toEqual([[], ['"b" x1']])
  })

  it('may not be taken back more often than they were added', () => {
    const net = new NetElements('Out', 0, undefined)
    net.change(element('a'), -1)
    expect(() => net.takeDue(100)).toThrow(expect.objectContaining({ code: 'UNKNOWN_CHANGE', step: 'Out' }))
    net.change(element('a'), -1)
    expect(() => net.takeDue(100)).toThrow(/of \[.*\) at 1970-01-01T00:00:00.005Z that has not come/)
  })

  it('are kept and compared by a coder where they have one, and else must be plain data', () => {
    const days: Coder<unknown> = {
      id: 'day:1',
      encode: (day) => new TextEncoder().encode((day as Date).toISOString()),
      decode: (bytes) => new Date(new TextDecoder().decode(bytes)),
    }
    const net = new NetElements('Out', 0, days)
    net.change(element(new Date(0)), 1)
    const restored = new NetElements('Out', 0, days)
    restored.load(net.save())
    expect(restored.change(element(new Date(0)), 1)).toBe(1)
    expect(due(restored, 100)).toEqual(['"1970-01-01T00:00:00.000Z" x2'])
    expect(() => new NetElements('Out', 0, undefined).change(element(new Date(0)), 1)).toThrow(
      expect.objectContaining({ code: 'CLASS_INSTANCE', step: 'Out' }),
    )
  })
})
