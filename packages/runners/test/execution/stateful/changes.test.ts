/**
 * An ordered step fed by changes: what is taken back while it waits never runs.
 */
import { describe, expect, it } from 'vitest'
import { StepUnderTest, type Call } from './step-under-test.ts'

const RUN = {
  state: {},
  *process({ key, value }: Call<string, unknown>) {
    yield `${key} ${JSON.stringify(value)}`
  },
  *onWindowExpiration({ key }: Call<string, unknown>) {
    yield `${key} expired`
  },
}

function step(): StepUnderTest<string, unknown> {
  return new StepUnderTest<string, unknown>(RUN, { panes: 'changes' })
}

describe('changes', () => {
  it('cancel an equal element that waits, fields in any order', () => {
    const under = step()
    under.feed({ at: 9, key: 'a', value: { x: 1, y: 2 } })
    under.feed({ at: 9, key: 'a', value: { y: 2, x: 1 }, sign: -1 }, { at: 9, key: 'a', value: { x: 3 } })
    expect(under.waiting()).toBe(1)
    under.end()
    expect(under.emitted.map(({ value }) => value)).toEqual(['a {"x":3}', 'a expired'])
    expect(under.log.counters).toMatchObject({ in: 3, withOutput: 1, withoutOutput: 2, ledger: 0 })
  })

  it('cancel whichever comes first', () => {
    const under = step()
    under.feed({ at: 9, key: 'a', value: 1, sign: -1 })
    expect(under.waiting()).toBe(1)
    under.feed({ at: 9, key: 'a', value: 1 })
    expect(under.waiting()).toBe(0)
    under.end()
    expect(under.emitted).toEqual([])
  })

  it('count: an element added twice and taken back once runs once', () => {
    const under = step()
    under.feed({ at: 9, key: 'a', value: 1 }, { at: 9, key: 'a', value: 1 }, { at: 9, key: 'a', value: 1, sign: -1 })
    under.end()
    expect(under.emitted.map(({ value }) => value)).toEqual(['a 1', 'a expired'])
    expect(under.waiting()).toBe(0)
  })

  it('take back nothing of another key, timestamp or value', () => {
    const under = step()
    under.feed({ at: 9, key: 'a', value: 1 }, { at: 9, key: 'b', value: 1, sign: -1 })
    under.feed({ at: 8, key: 'a', value: 1, sign: -1 }, { at: 9, key: 'a', value: '1', sign: -1 })
    under.end()
    expect(under.emitted.map(({ value }) => value)).toEqual(['a 1', 'a expired'])
    expect(under.left).toEqual(['too-late 8', 'too-late 9', 'too-late 9'])
    expect(under.waiting()).toBe(0)
  })

  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `if (isEmptyRecord(record)) this.#records.leave(record, slot)` → `void slot`
  it('leave a key and window of which everything was taken back without expiration, and without state', () => {
    const under = step()
    under.feed({ at: 9, key: 'a', value: 1 }, { at: 9, key: 'a', value: 1, sign: -1 })
    expect(under.records).toBe(0)
    under.end()
    expect(under.take()).toEqual(['watermark end'])
  })

  // Mutation: packages/runners/src/execution/stateful/records.ts: `|| this.expires(record)) continue` → `) continue`
  it('that find nothing to take back leave the expiration of what comes after to the key', () => {
    const under = step()
    under.feed(
      { at: 1, key: 'b', value: 1, sign: -1, watermark: 0 },
      { at: 1, key: 'a', value: 1, watermark: 2 },
      { at: 3, key: 'b', value: 2, watermark: 2 },
      { at: 9, key: 'a', value: 3, watermark: 4 },
    )
    under.end()
    expect(under.emitted.map(({ value }) => value)).toEqual(['b 2', 'a 3', 'a expired', 'b expired'])
    expect(under.left).toEqual(['too-late 1', 'too-late 1'])
  })

  it('go to the ledger when the element they take back has run', () => {
    const under = step()
    under.feed({ at: 3, key: 'a', value: 1 })
    under.advance(5)
    under.feed({ at: 3, key: 'a', value: 1, sign: -1 })
    expect(under.left).toEqual(['too-late 3'])
    expect(under.waiting()).toBe(0)
  })
})
