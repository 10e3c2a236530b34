/**
 * The law checker of sources: that it reports what is broken, and says where.
 */
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/model/json.ts'
import type { PullSource, SourceBatch, SourceReader, SourceSplit } from '../../src/model/source.ts'
import { checkSourceLaws } from '../../src/testing/source-laws.ts'

const LETTERS = ['a', 'b', 'c', 'd', 'e']

/** What a lawful reader of letters is made of; tests put something else in the place of one of them. */
interface Parts {
  readonly splits: () => readonly SourceSplit[]
  readonly batch: (next: number, credits: number, batch: SourceBatch<string>) => SourceBatch<string>
  readonly start: (position: Json | undefined) => number
  readonly reader: (reader: SourceReader<string>) => SourceReader<string>
}

const split = (id: string): SourceSplit => ({ id, restriction: null })

/** A source of five letters in each split, lawful but for what a test changes. */
function letters(changed: Partial<Parts> = {}): PullSource<string> {
  const {
    splits = () => [split('x'), split('y')],
    batch = (_next, _credits, given) => given,
    start = (position) => (typeof position === 'number' ? position : 0),
    reader = (given) => given,
  } = changed
  return {
    mode: 'pull',
    description: 'letters',
    bounded: true,
    unit: 'element',
    splits: () => Promise.resolve(splits()),
    open: (_split, position) => {
      let next = start(position)
      return reader({
        read(credits) {
          const first = next
          const elements = LETTERS.slice(first, first + credits)
          next = first + elements.length
          const offsets = elements.map((_, index) => first + index)
          const given = { elements, offsets, rejected: [], position: next, bytes: 0, done: next === LETTERS.length }
          return batch(first, credits, given)
        },
        close: () => undefined,
      })
    },
  }
}

describe('the laws of sources', () => {
  it('are kept by a source that waits, rejects and gives empty batches, and by one that never ends', async () => {
    expect(await checkSourceLaws(letters())).toEqual([])
    const rejecting = letters({
      batch: (next, _credits, given) => ({
        ...given,
        rejected:
          next < 2 && (given.offsets as number[]).includes(1) ? [{ offset: 1, raw: 'b', code: 'BAD', detail: '' }] : [],
        elements: given.elements.filter((letter) => letter !== 'b'),
        offsets: (given.offsets as number[]).filter((offset) => offset !== 1),
      }),
      reader: (given) => ({ ...given, read: (credits) => Promise.resolve(given.read(credits)) }),
    })
    expect(await checkSourceLaws(rejecting)).toEqual([])
    const endless: PullSource<number> = {
      mode: 'pull',
      description: 'numbers',
      bounded: false,
      unit: 'element',
      splits: () => Promise.resolve([split('all')]),
      open: (_, position) => {
        let next = typeof position === 'number' ? position : 0
        return {
          read(credits) {
            const elements = Array.from({ length: credits }, (_unused, index) => next + index)
            next += credits
            return { elements, offsets: elements, rejected: [], position: next, bytes: 0, done: false }
          },
          close: () => undefined,
        }
      },
    }
    expect(await checkSourceLaws(endless, { limit: 50 })).toEqual([])
  })

  it('compare elements as they are told to', async () => {
    const objects = letters({ batch: (_next, _credits, given) => ({ ...given, elements: given.elements.map(dated) }) })
    expect((await checkSourceLaws(objects))[0]).toContain('threw EncodingError')
    expect(await checkSourceLaws(objects, { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) })).toEqual([])
  })

  it.each<[string, Partial<Parts>, string]>([
    [
      'splits that are others the second time',
      {
        splits: changing(
          () => [split('x')],
          () => [split('y')],
        ),
      },
      "splits: they were ['x'], asked again ['y']",
    ],
    [
      'restrictions that are others the second time',
      {
        splits: changing(
          () => [split('x')],
          () => [{ id: 'x', restriction: 1 }],
        ),
      },
      'splits: the restriction of "x" was null, asked again 1',
    ],
    ['two splits of one name', { splits: () => [split('x'), split('x')] }, 'splits: two are named "x"'],
    ['a split without a name', { splits: () => [split('')] }, 'splits: split 0 has no name'],
    [
      'restrictions that are no JSON',
      { splits: () => [{ id: 'x', restriction: new Date(0) as unknown as Json }] },
      'splits: the restriction of "x" is no JSON',
    ],
    [
      'more elements than credits',
      {
        batch: (next, _credits, given) => ({
          ...given,
          elements: LETTERS.slice(next),
          offsets: LETTERS.slice(next).map((_, i) => next + i),
        }),
      },
      'portions: split "x", read with 1 credits, gave 5 elements for 1 credits',
    ],
    [
      'an element without an offset',
      { batch: (_next, _credits, given) => ({ ...given, offsets: [...(given.offsets as number[])].slice(1) }) },
      'reading: split "x", read with 1000 credits, gave 5 elements with 4 offsets',
    ],
    [
      'offsets that begin anew with each read',
      { batch: (_next, _credits, given) => ({ ...given, offsets: given.elements.map((_, index) => index) }) },
      'portions: split "x", read with 1 credits, gave offset 0 after 0',
    ],
    [
      'an element that is left out where a read ends',
      {
        batch: (_next, credits, given) =>
          credits === 2 ? { ...given, elements: given.elements.slice(0, 1), offsets: [given.offsets[0]!] } : given,
      },
      "portions: split \"x\" read 2 at a time gives 'c' at offset 2 as element 1, in one go 'b' at offset 1",
    ],
    [
      'rejected records that depend on the portion',
      {
        batch: (_next, credits, given) => ({
          ...given,
          rejected: credits === 7 ? [{ offset: 0, raw: '', code: 'BAD', detail: '' }] : [],
        }),
      },
      'portions: split "x" read 7 at a time rejects [{ offset: 0',
    ],
    [
      'rejected records without a code, or out of order',
      {
        batch: (_next, _credits, given) => ({
          ...given,
          rejected: [3, 2].map((offset) => ({ offset, raw: '', code: '', detail: '' })),
        }),
      },
      'rejected a record at offset 2 after one at 3',
    ],
    [
      'positions at the element before',
      { start: (position) => (typeof position === 'number' ? Math.max(0, position - 1) : 0) },
      "positions: split \"x\" read from position 1, which it gave after 1 elements, gives 'a' at offset 0 as element 0, in one go 'b' at offset 1",
    ],
    [
      'positions that know nothing',
      { start: () => 0 },
      'positions: split "x" read from position 5, which it gave after 5 elements, gives \'a\' at offset 0 as element 0, in one go nothing',
    ],
    [
      'positions that are no JSON',
      { batch: (_next, _credits, given) => ({ ...given, position: new Map() as unknown as Json }) },
      'gave a position that is no JSON',
    ],
    [
      'positions that change once they are given',
      sharedPosition(),
      'positions: position {"next":1} of split "x" has become {"next":5} 4 reads later',
    ],
    [
      'elements after the end',
      {
        batch: (next, _credits, given) =>
          next < LETTERS.length ? given : { ...given, elements: ['again'], offsets: [5] },
      },
      'end: split "x" was done, and read once more it gives [\'again\']',
    ],
    [
      'an end that is taken back',
      { batch: (next, _credits, given) => ({ ...given, done: given.done && next < LETTERS.length }) },
      'end: split "x" was done, and read once more it is not done',
    ],
    [
      'no end',
      { batch: (_next, _credits, given) => ({ ...given, done: false }) },
      'reading: split "x", read with 1000 credits, gave nothing 1000 times in a row and was not done',
    ],
    [
      'bytes that are no number',
      { batch: (_next, _credits, given) => ({ ...given, bytes: Number.NaN }) },
      'consumed NaN bytes',
    ],
    [
      'a reader that cannot be closed before its end',
      { reader: closedAtEnd },
      'closing: a reader of split "x" closed after 0 reads threw Error: not at the end',
    ],
    ['readers that share where they are', sharedReader(), 'readers: split "x" read beside other readers gives'],
  ])('are broken by %s', async (_what, changed, line) => {
    const lines = await checkSourceLaws(letters(changed))
    expect(lines.join('\n')).toContain(line)
    expect(new Set(lines).size).toBe(lines.length)
  })

  it('are broken by a source that throws, and the rest is told all the same', async () => {
    const lines = await checkSourceLaws({ ...letters(), splits: () => Promise.reject(new Error('gone')) })
    expect(lines).toEqual(['reading: threw Error: gone'])
  })
})

function dated(letter: string): string {
  return Object(letter) as string
}

/** The first function once, then the other. */
function changing<R>(first: () => R, then: () => R): () => R {
  let calls = 0
  return () => (calls++ === 0 ? first() : then())
}

function sharedPosition(): Partial<Parts> {
  return {
    reader: (given) => {
      const position = { next: 0 }
      return {
        ...given,
        read: (credits) => {
          const batch = given.read(credits) as SourceBatch<string>
          position.next = batch.position as number
          return { ...batch, position }
        },
      }
    },
    start: (position) => (position === undefined ? 0 : (position as { readonly next: number }).next),
  }
}

function closedAtEnd(given: SourceReader<string>): SourceReader<string> {
  let done = false
  return {
    read: (credits) => {
      const batch = given.read(credits) as SourceBatch<string>
      ;({ done } = batch)
      return batch
    },
    close: () => {
      if (!done) throw new Error('not at the end')
    },
  }
}

/** Readers opened while another is open go on where that one is. */
function sharedReader(): Partial<Parts> {
  let open: SourceReader<string> | undefined
  return {
    reader: (given) => {
      const shared = (open ??= given)
      return {
        read: (credits) => Promise.resolve().then(() => shared.read(credits)),
        close: () => {
          open = undefined
        },
      }
    },
  }
}
