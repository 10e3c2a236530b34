/**
 * Map cells: values by key, where keys are equal when their canonical bytes are.
 */
import { encodeKey, keyText, type Coder, type MapState } from '@tidemark/core'
import { compareTexts, textOfBytes } from '../state/byte-text.ts'
import { canonicalKey } from '../state/key-index.ts'
import type { Cursor } from './cursor.ts'
import { copyOf, valueStore } from './stored-value.ts'

interface Entry {
  readonly key: unknown
  stored: unknown
}

/** What a map keeps: entries by the text of their key. */
export interface Entries {
  byText: Map<string, Entry>
  sorted: boolean
}

/** Handle of a map: look-ups by the text of the key; the first reading of all entries after a new key sorts. */
export function mapCell(coder: Coder<unknown> | undefined, cursor: Cursor, index: number): MapState<unknown, unknown> {
  const { store, load } = valueStore(coder)
  return {
    get(key) {
      const entries = cursor.read().cells[index] as Entries | undefined
      const entry = entries?.byText.get(keyText(key))
      return entry === undefined ? undefined : load(entry.stored)
    },
    put(key, value) {
      const text = keyText(key)
      const stored = store(value)
      const { cells } = cursor.change()
      const entries = cells[index] as Entries | undefined
      const entry = entries?.byText.get(text)
      if (entry !== undefined) {
        entry.stored = stored
      } else if (entries === undefined) {
        const byText = new Map([[text, { key: canonicalKey(key), stored }]])
        cells[index] = { byText, sorted: true } satisfies Entries
      } else {
        entries.byText.set(text, { key: canonicalKey(key), stored })
        entries.sorted = false
      }
    },
    remove(key) {
      const entries = cursor.read().cells[index] as Entries | undefined
      const text = keyText(key)
      if (entries?.byText.has(text) !== true) return
      const { cells } = cursor.change()
      entries.byText.delete(text)
      if (entries.byText.size === 0) cells[index] = undefined
    },
    entries() {
      const entries = cursor.read().cells[index] as Entries | undefined
      if (entries === undefined) return []
      if (!entries.sorted) {
        cursor.change()
        entries.byText = inOrder(entries.byText)
        entries.sorted = true
      }
      return Array.from(entries.byText.values(), ({ key, stored }) => [copyOf(key), load(stored)] as const)
    },
    clear() {
      cursor.change().cells[index] = undefined
    },
  }
}

function inOrder(byText: ReadonlyMap<string, Entry>): Map<string, Entry> {
  const ordered = Array.from(byText, (pair) => ({ pair, order: textOfBytes(encodeKey(pair[1].key)) }))
  ordered.sort((a, b) => compareTexts(a.order, b.order))
  return new Map(ordered.map(({ pair }) => pair))
}
