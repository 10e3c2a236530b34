/**
 * Cells of many values, bag and set: each value is kept as its bytes, which are its identity and its place.
 */
import { canonicalCoder, type BagState, type Coder, type SetState } from '@tidemark/core'
import { bytesOfText, textOfBytes } from '../state/byte-text.ts'
import type { Cursor } from './cursor.ts'

/** What a bag keeps: the bytes of its values, as text. */
export interface Bag {
  readonly texts: string[]
  sorted: boolean
}

/** Handle of a bag: adding costs one encoding; the first reading after it sorts. */
export function bagCell(given: Coder<unknown> | undefined, cursor: Cursor, index: number): BagState<unknown> {
  const coder = given ?? canonicalCoder()
  return {
    read() {
      const bag = cursor.read().cells[index] as Bag | undefined
      if (bag === undefined) return []
      if (!bag.sorted) {
        cursor.change()
        bag.texts.sort()
        bag.sorted = true
      }
      return bag.texts.map((text) => coder.decode(bytesOfText(text)))
    },
    add(value) {
      const text = textOfBytes(coder.encode(value))
      const { cells } = cursor.change()
      const bag = cells[index] as Bag | undefined
      if (bag === undefined) {
        cells[index] = { texts: [text], sorted: true } satisfies Bag
      } else {
        bag.sorted &&= bag.texts.at(-1)! <= text
        bag.texts.push(text)
      }
    },
    clear() {
      cursor.change().cells[index] = undefined
    },
  }
}

/** What a set keeps: the bytes of its values, as text. */
export interface Distinct {
  texts: Set<string>
  sorted: boolean
}

/** Handle of a set. */
export function setCell(given: Coder<unknown> | undefined, cursor: Cursor, index: number): SetState<unknown> {
  const coder = given ?? canonicalCoder()
  return {
    has(value) {
      const set = cursor.read().cells[index] as Distinct | undefined
      return set !== undefined && set.texts.has(textOfBytes(coder.encode(value)))
    },
    add(value) {
      const text = textOfBytes(coder.encode(value))
      const set = cursor.read().cells[index] as Distinct | undefined
      if (set?.texts.has(text) === true) return false
      const { cells } = cursor.change()
      if (set === undefined) {
        cells[index] = { texts: new Set([text]), sorted: true } satisfies Distinct
      } else {
        set.texts.add(text)
        set.sorted = false
      }
      return true
    },
    remove(value) {
      const set = cursor.read().cells[index] as Distinct | undefined
      const text = textOfBytes(coder.encode(value))
      if (set?.texts.has(text) !== true) return
      const { cells } = cursor.change()
      set.texts.delete(text)
      if (set.texts.size === 0) cells[index] = undefined
    },
    read() {
      const set = cursor.read().cells[index] as Distinct | undefined
      if (set === undefined) return []
      if (!set.sorted) {
        cursor.change()
        set.texts = new Set([...set.texts].sort())
        set.sorted = true
      }
      return Array.from(set.texts, (text) => coder.decode(bytesOfText(text)))
    },
    clear() {
      cursor.change().cells[index] = undefined
    },
  }
}
