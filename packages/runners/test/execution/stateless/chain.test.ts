/**
 * Fused stateless steps: what comes out of them, in which order functions are called, and what an error says.
 */
import {
  create,
  customWindows,
  filter,
  fixedWindows,
  flatMap,
  groupByKey,
  map,
  milliseconds,
  parDo,
  sessions,
  slidingWindows,
  tagged,
  windowInto,
  withKeys,
  withTimestamps,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'

type Pairs = PCollection<readonly [string, number]>
const run = (steps: (input: Pairs) => PCollection<unknown>): Scripted =>
  new Scripted((root) => ({ out: steps(numbers(root)) }))

describe('a chain', () => {
  it('passes elements through all of its steps, in order', () => {
    const out = run((input) =>
      input.pipe(
        filter(([, n]) => n > 1),
        flatMap(([key, n]) => [
          [key, n],
          [key, -n],
        ]),
        map((pair) => pair.join('')),
      ),
    )
    expect(out.offer([1, 'a', 1], [2, 'b', 2], [3, 'c', 3]).take()).toEqual([
      'all "b2" @2',
      'all "b-2" @2',
      'all "c3" @3',
      'all "c-3" @3',
    ])
  })

  it('gives the whole pair to a function behind withKeys, and keeps the key through filters', () => {
    const out = run((input) =>
      input.pipe(
        withKeys(([key]) => key),
        filter(([key, [, n]]) => key === 'a' && n > 1),
      ),
    )
    expect(out.offer([1, 'a', 1], [2, 'a', 2], [3, 'b', 3]).take()).toEqual(['all a=["a",2] @2'])
    const twice = run((input) =>
      input.pipe(
        withKeys(([key]) => key),
        withKeys(([key]) => `${key}${key}`),
        map(([key, [inner]]) => [key, inner]),
      ),
    )
    expect(twice.offer([1, 'a', 1]).take()).toEqual(['all aa="a" @1'])
  })

  it('moves timestamps of the element at hand only', () => {
    const out = run((input) =>
      input.pipe(
        flatMap(([, n]) => [n, 0]),
        withTimestamps((n) => n * 10),
      ),
    )
    expect(() => out.offer([5, 'a', 7])).toThrow(expect.objectContaining({ code: 'TIMESTAMP_MOVED_BACK' }))
    const fine = run((input) =>
      input.pipe(
        flatMap(([, n]) => [n, n + 1]),
        withTimestamps((n) => n * 10),
        map((n) => n),
      ),
    )
    expect(fine.offer([5, 'a', 1], [6, 'a', 2]).take()).toEqual(['all 1 @10', 'all 2 @20', 'all 2 @20', 'all 3 @30'])
  })

  it('compares each new timestamp with that of the element, not with the one given before', () => {
    // mutation: timestamps[row - 1] for timestamps[row] as what was before in WithTimestampsStage
    const apart = run((input) =>
      input.pipe(
        flatMap(([, n]) => [n + 1, n]),
        withTimestamps((n) => n * 10),
      ),
    )
    expect(apart.offer([5, 'a', 1]).take()).toEqual(['all 2 @20', 'all 1 @10'])
  })

  it('refuses a timestamp that moves back, and one that is none', () => {
    const back = run((input) => input.pipe(withTimestamps(() => 4)))
    expect(() => back.offer([5, 'a', 1])).toThrow(
      expect.objectContaining({ code: 'TIMESTAMP_MOVED_BACK', step: 'WithTimestamps' }),
    )
    expect(() => back.offer([5, 'a', 1])).toThrow(
      'Step "WithTimestamps" gave an element of 1970-01-01T00:00:00.005Z the earlier timestamp 1970-01-01T00:00:00.004Z.',
    )
    const lettered = run((input) => input.pipe(withTimestamps(([, n]) => n, { onError: 'dead-letter' })))
    // 5 lies before the element's own time, 7.5 is no timestamp: both are data, not faults of the program.
    lettered.offer([6, 'a', 5], [6, 'b', 7.5], [6, 'c', 8]).complete()
    expect(lettered.entries()).toEqual(['dead-letter a=5 all', 'dead-letter b=7.5 all'])
    const none = run((input) => input.pipe(withTimestamps(() => 5.5)))
    expect(() => none.offer([5, 'a', 1])).toThrow(
      'The timestamp given by step "WithTimestamps" is 5.5, which is not a timestamp.',
    )
  })

  it('puts an element into each of its windows, and into new ones when it is windowed again', () => {
    const out = run((input) =>
      input.pipe(
        windowInto(slidingWindows(milliseconds(10), milliseconds(5))),
        map(([, n]) => n),
      ),
    )
    expect(out.offer([7, 'a', 1], [21, 'a', 2]).take()).toEqual([
      '[0,10) 1 @7',
      '[5,15) 1 @7',
      '[15,25) 2 @21',
      '[20,30) 2 @21',
    ])
    const again = run((input) =>
      input.pipe(windowInto(fixedWindows(milliseconds(10))), windowInto(fixedWindows(milliseconds(4)))),
    )
    expect(again.offer([7, 'a', 1], [3, 'a', 2], [4, 'a', 3]).take()).toEqual([
      '[4,8) a=1',
      '[0,4) a=2',
      '[4,8) a=3 @4',
    ])
  })

  it('does not mistake the window of the element before for that of this one', () => {
    const out = run((input) =>
      input.pipe(
        windowInto(fixedWindows(milliseconds(10))),
        map(([, n]) => n),
      ),
    )
    expect(out.offer([0, 'a', 1], [9, 'a', 2], [10, 'a', 3], [5, 'a', 4]).take()).toEqual([
      '[0,10) 1 @0',
      '[0,10) 2',
      '[10,20) 3 @10',
      '[0,10) 4 @5',
    ])
    const perSession = run((input) => input.pipe(windowInto(sessions(milliseconds(10)))))
    expect(perSession.offer([0, 'a', 1], [3, 'a', 2]).take()).toEqual(['[0,10) a=1 @0', '[3,13) a=2 @3'])
  })

  it('enters an element without a window in the ledger', () => {
    const out = run((input) => input.pipe(windowInto(slidingWindows(milliseconds(2), milliseconds(10)))))
    out.offer([1, 'a', 1], [5, 'a', 2]).complete()
    expect([out.take(), out.entries()]).toEqual([['[0,2) a=1'], ['no-window a=2']])
    expect(out.ledger[0]).toMatchObject({
      step: 'WindowInto',
      timestamp: 5,
      position: { split: '0', offset: 1, unit: 'line' },
    })
  })

  it('counts, per step, what went in and whether it gave output', () => {
    const out = run((input) =>
      input.pipe(
        filter(([, n]) => n > 1),
        flatMap(([, n]) => Array.from({ length: n - 2 }, () => n)),
      ),
    )
    out.offer([1, 'a', 1], [1, 'a', 2], [1, 'a', 3], [1, 'a', 4]).complete()
    expect(
      out.engine
        .counters()
        .map(({ step, in: taken, withOutput, withoutOutput, out }) => [step, taken, withOutput, withoutOutput, out]),
    ).toEqual([
      ['In', 4, 4, 0, 4],
      ['Map', 4, 4, 0, 0],
      ['Filter', 4, 3, 1, 0],
      ['FlatMap', 3, 2, 1, 3],
    ])
  })
})

describe('parDo', () => {
  it('sees the timestamp, window and pane of its element', () => {
    const seen: unknown[] = []
    const look = parDo({
      readsPane: true,
      process: (element: unknown, { timestamp, window, pane }) => {
        seen.push([element, timestamp, window.start, pane.timing, pane.index])
      },
    })
    run((input) => input.pipe(windowInto(fixedWindows(milliseconds(10))), look)).offer([7, 'a', 1])
    const below = run((input) => input.pipe(windowInto(fixedWindows(milliseconds(10))), groupByKey('Group'), look))
    below.offer([7, 'a', 1]).complete()
    expect(seen).toEqual([
      [['a', 1], 7, 0, 'unknown', 0],
      [['a', [1]], 9, 0, 'on-time', 0],
    ])
  })

  it('refuses to show a pane to a function that did not say it reads one', () => {
    const out = run((input) => input.pipe(parDo({ process: (_: unknown, { pane }) => [pane.index] })))
    expect(() => out.offer([7, 'a', 1])).toThrow(expect.objectContaining({ code: 'PANE_NOT_DECLARED', step: 'ParDo' }))
  })

  it('sees the pane only when it says that it reads it', () => {
    const look = parDo({ process: (_: unknown, { pane }) => [pane.index] })
    expect(() => run((input) => input.pipe(look)).offer([1, 'a', 1])).toThrow(
      expect.objectContaining({ code: 'PANE_NOT_DECLARED', step: 'ParDo' }),
    )
  })

  it('sends each value to the output that it is tagged with', () => {
    const split = parDo({
      outputs: ['even', 'odd'],
      *process([, n]: readonly [string, number]) {
        if (n % 2 === 0) yield tagged('even', n)
        else yield tagged('odd', `${n}`)
      },
    })
    const out = new Scripted((root) => ({ ...numbers(root).pipe(split) }))
    out.offer([1, 'a', 1], [2, 'a', 2], [3, 'a', 3])
    expect([out.take('even'), out.take('odd')]).toEqual([['all 2 @2'], ['all "1" @1', 'all "3" @3']])
  })

  it.each([
    ['a value that is not tagged', 7, 'a value that is not tagged'],
    ['an output that it does not have', { tag: 'other', value: 1 }, 'to the output "other"'],
  ])('fails on %s', (_, value, text) => {
    const split = parDo({ outputs: ['even'], process: () => [value] })
    const out = new Scripted((root) => ({
      out: (numbers(root).pipe(split) as unknown as { readonly even: PCollection<number> }).even,
    }))
    expect(() => out.offer([1, 'a', 1])).toThrow(expect.objectContaining({ code: 'UNKNOWN_OUTPUT', step: 'ParDo' }))
    expect(() => out.offer([1, 'a', 1])).toThrow(`Step "ParDo" emitted ${text}, but its outputs are [even].`)
  })

  // Mutation: packages/runners/src/execution/stateless/element-stages.ts: `isSynchronous(result, 'filter', path)` → `void path`
  it('fails when a filter returns a promise, for whichever element: it would let all of them pass', () => {
    const late = filter((([key]: readonly [string, number]) => key === 'a' || Promise.resolve(false)) as never)
    const chain = run((input) => input.pipe(late))
    expect(() => chain.offer([1, 'a', 1], [2, 'b', 1])).toThrow(expect.objectContaining({ code: 'ASYNC_PROCESS' }))
  })

  it('fails when process returns a promise, and says where to wait instead', () => {
    const slow = parDo({ process: (() => Promise.resolve([1])) as never })
    expect(() => run((input) => input.pipe(slow)).offer([1, 'a', 1])).toThrow(
      expect.objectContaining({ code: 'ASYNC_PROCESS', step: 'ParDo' }),
    )
    expect(() => run((input) => input.pipe(flatMap((() => Promise.resolve([1])) as never))).offer([1, 'a', 1])).toThrow(
      'flatMap of step "FlatMap" returned a promise. Elements run synchronously',
    )
  })

  it('runs setup, then startBundle, process and finishBundle for each bundle, then teardown', async () => {
    const calls: string[] = []
    const step = parDo({
      setup: () => void calls.push('setup'),
      startBundle: () => void calls.push('startBundle'),
      *process([, n]: readonly [string, number]) {
        calls.push(`process ${n}`)
        yield n
      },
      *finishBundle() {
        calls.push('finishBundle')
        yield { value: -1, timestamp: 3, window: { start: 0, end: 10 } }
      },
      teardown: () => void calls.push('teardown'),
    })
    const out = run((input) => input.pipe(step))
    await out.engine.setup()
    out.offer([1, 'a', 1], [2, 'a', 2]).offer([3, 'a', 3]).complete()
    await out.engine.teardown()
    expect(calls).toEqual([
      'setup',
      'startBundle',
      'process 1',
      'process 2',
      'finishBundle',
      'startBundle',
      'process 3',
      'finishBundle',
      'teardown',
    ])
    expect(out.take()).toEqual(['all 1 @1', 'all 2 @2', '[0,10) -1 @3', 'all 3 @3', '[0,10) -1 @3'])
  })

  it('sends what a bundle leaves over to the output that it is tagged with', () => {
    const step = parDo({
      outputs: ['a', 'rest'],
      *process([, n]: readonly [string, number]) {
        yield tagged('a', n)
        if (n < 0) yield tagged('rest', n)
      },
      finishBundle: () => [{ value: tagged('rest', 99), timestamp: 1, window: { start: 0, end: 10 } }],
    })
    const out = new Scripted((root) => ({ ...numbers(root).pipe(step) })).offer([1, 'a', 1])
    expect([out.take('a'), out.take('rest')]).toEqual([['all 1 @1'], ['[0,10) 99 @1']])
  })

  it('tears every step down even when one fails, and names the first that did', async () => {
    const calls: string[] = []
    const failing = (name: string) =>
      parDo({
        *process() {},
        teardown: () => {
          calls.push(name)
          throw new Error(name)
        },
      })
    const out = new Scripted((root: Root) => {
      const input = root.pipe(create('In', [1]))
      return { a: input.apply('A', failing('a')), b: input.apply('B', failing('b')) }
    })
    await expect(out.engine.teardown()).rejects.toMatchObject({ code: 'USER_CODE', step: 'A' })
    expect(calls).toEqual(['a', 'b'])
  })

  it('says which step failed to set up', async () => {
    const out = run((input) =>
      input.pipe(parDo({ *process() {}, setup: () => Promise.reject(new Error('no database')) })),
    )
    await expect(out.engine.setup()).rejects.toMatchObject({
      code: 'USER_CODE',
      step: 'ParDo',
      cause: new Error('no database'),
    })
  })
})

describe('custom windows that throw', () => {
  it('are named as the step that assigns them', () => {
    const windows = customWindows({
      name: 'broken',
      assign: () => {
        throw new Error('no calendar')
      },
    })
    const out = run((input) => input.pipe(windowInto(windows)))
    expect(() => out.offer([1, 'a', 1])).toThrow(expect.objectContaining({ code: 'USER_CODE', step: 'WindowInto' }))
  })
})
