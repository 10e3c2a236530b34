/**
 * The law checker of sinks: that it reports what is broken, and says when.
 */
import { describe, expect, it } from 'vitest'
import { NO_FIRING } from '../../src/model/pane-info.ts'
import type { Overwrite, Sink, SinkWriter } from '../../src/model/sink.ts'
import type { WindowedValue } from '../../src/model/windowed-value.ts'
import { checkSinkLaws } from '../../src/testing/sink-laws.ts'
import { GLOBAL_WINDOW } from '../../src/window/window.ts'

const element = (value: string): WindowedValue<string> => ({
  value,
  timestamp: 0,
  window: GLOBAL_WINDOW,
  pane: NO_FIRING,
  sign: 1,
})
const elements = ['c', 'a', 'b', 'a'].map(element)

/** What a writer of a list is made of; tests put something else in the place of one of them. */
interface Parts {
  readonly open: (list: string[]) => void
  readonly write: (pending: string[], values: readonly string[], list: string[]) => void
  readonly commit: (list: string[], pending: string[]) => void
  readonly abort: (list: string[], pending: string[]) => void
  /** Whether writers refuse everything after their end. */
  readonly refuses: boolean
  /** Whether all writers collect in one place. */
  readonly shared: boolean
}

interface ListSink {
  readonly sink: Sink<string>
  readonly visible: () => readonly string[]
}

/** A sink into a list, lawful but for what a test changes. */
function intoList(changed: Partial<Parts> = {}): ListSink {
  const list: string[] = []
  const common: string[] = []
  const {
    open = () => undefined,
    write = (pending, values) => void pending.push(...values),
    commit = (all, pending) => void all.push(...pending),
    abort = () => undefined,
    refuses = true,
    shared = false,
  } = changed
  return {
    visible: () => [...list],
    sink: {
      description: 'a list',
      open: (): Promise<SinkWriter<string>> => {
        open(list)
        const pending = shared ? common : []
        let ended = false
        const requireOpen = (): void => {
          if (ended && refuses) throw new Error('ended')
        }
        return Promise.resolve({
          write: async (given) => {
            requireOpen()
            const values = given.map(({ value }) => value)
            write(pending, values, list)
            await Promise.resolve()
          },
          commit: () => {
            requireOpen()
            ended = true
            commit(list, pending)
            pending.length = 0
          },
          abort: () => {
            ended = true
            abort(list, pending)
            pending.length = 0
          },
        })
      },
    },
  }
}

const broken = (changed: Partial<Parts>, order: 'any' | 'written' | 'fixed' = 'any') => {
  const { sink, visible } = intoList(changed)
  return checkSinkLaws(sink, elements, { visible, order })
}

describe('the laws of sinks', () => {
  it('are kept by a list, in the order written', async () => {
    expect(await broken({}, 'written')).toEqual([])
  })

  it('are kept by a file in one order that each run replaces', async () => {
    const { sink, visible } = intoList({
      commit: (list, pending) => void list.splice(0, list.length, ...pending.toSorted()),
    })
    expect(await checkSinkLaws(sink, elements, { visible, order: 'fixed', commits: 'replace' })).toEqual([])
    expect((await checkSinkLaws(sink, elements, { visible, order: 'fixed' })).join('\n')).toContain('missing')
  })

  it('are kept by a store of overwrites, in which a place has what was written there last', async () => {
    const { sink, visible } = intoPlaces((pending, places) => {
      for (const { key, elements: own } of pending)
        places.set(
          key,
          own.map(({ value }) => value),
        )
    })
    expect(await checkSinkLaws(sink, overwrites, { visible })).toEqual([])
  })

  it('are broken by a store of overwrites that adds to its places', async () => {
    const { sink, visible } = intoPlaces((pending, places) => {
      for (const { key, elements: own } of pending)
        places.set(key, [...(places.get(key) ?? []), ...own.map(({ value }) => value)])
    })
    expect((await checkSinkLaws(sink, overwrites, { visible }))[0]).toBe(
      "commit: after commit 'x' is visible and should not be",
    )
  })

  it('say what is visible of an element as the caller says it', async () => {
    const list: string[] = []
    const writer = (): SinkWriter<string> => {
      let pending: string[] | undefined = []
      return {
        write: (given) => void pending!.push(...given.map(({ value, sign }) => `${sign} ${value}`)),
        commit: () => {
          list.push(...pending!)
          pending = undefined
        },
        abort: () => {
          pending = undefined
        },
      }
    }
    const sink: Sink<string> = { description: 'signed', open: writer }
    const options = { visible: () => list, order: 'written' } as const
    const expected = (written: readonly WindowedValue<string>[]) => written.map(({ value, sign }) => `${sign} ${value}`)
    expect(await checkSinkLaws(sink, elements, { ...options, expected })).toEqual([])
    expect((await checkSinkLaws(sink, elements, options))[0]).toContain('missing')
  })

  it.each<[string, Partial<Parts>, string]>([
    [
      'what is visible before commit',
      { write: (_pending, values, list) => void list.push(...values), commit: () => undefined },
      "commit: before commit 'c' and 3 more are visible and should not be",
    ],
    [
      'a file that is emptied when it is opened',
      { open: (list) => void list.splice(0) },
      "commit: after a commit of nothing 'c' and 3 more are missing",
    ],
    [
      'a commit that forgets the last element',
      { commit: (list, pending) => void list.push(...pending.slice(0, -1)) },
      "commit: after commit 'a' is missing",
    ],
    [
      'a commit that publishes twice',
      { commit: (list, pending) => void list.push(...pending, ...pending) },
      "commit: after commit 'c' and 3 more are visible and should not be",
    ],
    [
      'a commit that takes equal elements for one',
      { commit: (list, pending) => void list.push(...new Set(pending)) },
      "commit: after commit 'a' is missing",
    ],
    [
      'a write that replaces the one before',
      { write: (pending, values) => void pending.splice(0, pending.length, ...values) },
      "portions: written twice over, 1 at a time, 'c' and 7 more are missing",
    ],
    [
      'an abort that publishes',
      { abort: (list, pending) => void list.push(...pending) },
      "abort: after 4 elements were written and aborted 'c' and 3 more are visible and should not be",
    ],
    [
      'an abort that takes back what others have published',
      { abort: (list) => void list.splice(0) },
      'abort: after 0 elements were written and aborted',
    ],
    [
      'writers that share what they have not published',
      { shared: true },
      "writers: after one of two writers has committed 'b' and 1 more are visible and should not be",
    ],
    [
      'writers that take more after their end',
      { refuses: false },
      'after the end: a write after commit is not refused',
    ],
    [
      'writers that publish more after their end',
      { refuses: false },
      "after the end: after abort, then write and commit of the same writer, 'c' and 3 more are visible and should not be",
    ],
    [
      'writers that commit again after their end',
      { refuses: false },
      'after the end: a commit after abort is not refused',
    ],
    [
      'an abort after commit that takes back',
      { abort: (list, pending) => void (pending.length === 0 && list.splice(-4)) },
      'after the end: after commit, then abort of the same writer,',
    ],
  ])('are broken by %s', async (_what, changed, line) => {
    expect((await broken(changed)).join('\n')).toContain(line)
  })

  it('are broken by another order than the one promised', async () => {
    const backwards: Partial<Parts> = { commit: (list, pending) => void list.push(...pending.toReversed()) }
    expect(await broken(backwards)).toEqual([])
    expect((await broken(backwards, 'written'))[0]).toBe(
      "commit: after commit ['a', 'b', 'a', 'c'] is visible, and not in the order written: ['c', 'a', 'b', 'a']",
    )
    expect((await broken(backwards, 'fixed'))[0]).toBe(
      "order: written as ['a', 'b', 'a', 'c'], ['c', 'a', 'b', 'a'] is visible, and in another order ['a', 'b', 'a', 'c']",
    )
  })

  it('are broken by a sink that throws, and the rest is told all the same', async () => {
    const { sink, visible } = intoList()
    const lines = await checkSinkLaws({ ...sink, open: () => Promise.reject(new Error('locked')) }, elements, {
      visible,
    })
    expect(lines[0]).toBe('commit: threw Error: locked')
    expect(lines).toHaveLength(6)
  })

  it('need a known order', async () => {
    const { sink, visible } = intoList()
    await expect(checkSinkLaws(sink, elements, { visible, order: 'sorted' as 'fixed' })).rejects.toMatchObject({
      code: 'BAD_OPTION',
    })
  })
})

function overwrite(key: string, ...values: readonly string[]): Overwrite<string> {
  const own = values.map((value) => ({ value, timestamp: 0, window: GLOBAL_WINDOW, pane: NO_FIRING }))
  return { step: 'Sum', key, window: GLOBAL_WINDOW, elements: own, pane: NO_FIRING }
}

const overwrites = [overwrite('a', 'x'), overwrite('b', 'y', 'z'), overwrite('c'), overwrite('a', 'x', 'x')]

function intoPlaces(put: (pending: readonly Overwrite<string>[], places: Map<unknown, readonly string[]>) => void): {
  readonly sink: Sink<string, 'overwrites'>
  readonly visible: () => readonly string[]
} {
  const places = new Map<unknown, readonly string[]>()
  return {
    visible: () => [...places.values()].flat(),
    sink: {
      description: 'places',
      takes: 'overwrites',
      open: () => {
        let pending: Overwrite<string>[] | undefined = []
        return {
          write: (given) => void pending!.push(...given),
          commit: () => {
            put(pending!, places)
            pending = undefined
          },
          abort: () => {
            pending = undefined
          },
        }
      },
    },
  }
}
