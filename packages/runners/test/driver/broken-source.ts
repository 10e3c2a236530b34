/**
 * brokenSource: a source that fails where it is told to; the tests of both runners share it.
 */
import type { PullSource, SourceBatch } from '@tidemark/core'

/** A place at which reading fails. */
export interface Break {
  /** Ordinal of the element before which it fails. */
  readonly at: number
  /** How often. */
  readonly times: number
  /** Whether what was read before it in the same call is lost with it, or given, so that the next call fails. */
  readonly loses: boolean
}

/** A source that fails, and what was done to it. */
export interface BrokenSource<T> extends PullSource<T> {
  /** The position of each opening. */
  readonly opened: readonly unknown[]
  /** How many readers were open at once at most. */
  readonly mostOpen: () => number
  /** How many readers are open. */
  readonly stillOpen: () => number
}

/** How a source fails, where that matters. */
export interface BrokenOptions {
  /** Whether it rejects, rather than throws (false). */
  readonly rejects?: boolean
  /** Whether its readers cannot be closed once they are broken (false). */
  readonly closeFails?: boolean
}

/** Makes a bounded source of the given elements in one split, `0`. */
export function brokenSource<T>(
  elements: readonly T[],
  breaks: readonly Break[],
  { rejects = false, closeFails = false }: BrokenOptions = {},
): BrokenSource<T> {
  const left = new Map(breaks.map(({ at, times }) => [at, times]))
  const opened: unknown[] = []
  let open = 0
  let most = 0
  const fail = (at: number): never => {
    left.set(at, left.get(at)! - 1)
    throw new Error(`broken before ${at}`)
  }
  return {
    mode: 'pull',
    description: 'broken',
    bounded: true,
    unit: 'element',
    opened,
    mostOpen: () => most,
    stillOpen: () => open,
    splits: () => Promise.resolve([{ id: '0', restriction: null }]),
    open(_split, position) {
      opened.push(position)
      most = Math.max(most, ++open)
      let next = typeof position === 'number' ? position : 0
      let isBroken = false
      const read = (credits: number): SourceBatch<T> => {
        const first = next
        for (; next < Math.min(first + credits, elements.length); next++) {
          if ((left.get(next) ?? 0) === 0) continue
          if (next > first && breaks.some(({ at, loses }) => at === next && !loses)) break
          isBroken = true
          fail(next)
        }
        const taken = elements.slice(first, next)
        return {
          elements: taken,
          offsets: taken.map((_, index) => first + index),
          rejected: [],
          position: next,
          bytes: taken.length,
          done: next === elements.length,
        }
      }
      return {
        read: rejects ? async (credits) => read(credits) : read,
        close() {
          open--
          if (isBroken && closeFails) throw new Error('cannot be closed')
        },
      }
    },
  }
}
