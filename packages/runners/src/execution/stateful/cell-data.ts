/**
 * CellData: the cells of a record as a snapshot holds them.
 *
 * The one place that knows how each kind of cell keeps its contents, besides the handles that change them.
 */
import { keyText, type StateCell } from '@tidemark/core'
import { bytesOfText, textOfBytes } from '../state/byte-text.ts'
import type { StateData } from '../snapshot/saved.ts'
import type { Bag, Distinct } from './collection-cells.ts'
import type { Entries } from './map-cell.ts'
import type { Box } from './state-cells.ts'

/** The contents of a cell as data; null for an empty one. */
export function cellData(spec: StateCell, cell: unknown): StateData {
  if (cell === undefined) return null
  switch (spec.kind) {
    // Boxed, as null is a value too. With a coder the cell holds its bytes, without one plain data.
    case 'value':
      return [cell as StateData]
    case 'bag':
      return (cell as Bag).texts.map(bytesOfText)
    case 'set':
      return Array.from((cell as Distinct).texts, bytesOfText)
    case 'map':
      return Array.from((cell as Entries).byText.values(), ({ key, stored }) => [key as StateData, stored as StateData])
    case 'combining': {
      const { accumulator } = cell as Box
      const { accumulatorCoder } = spec.combineFn
      return [accumulatorCoder === undefined ? (accumulator as StateData) : accumulatorCoder.encode(accumulator)]
    }
  }
}

/** The contents that {@link cellData} made data of. */
export function cellOf(spec: StateCell, data: StateData): unknown {
  if (data === null) return undefined
  const items = data as readonly StateData[]
  switch (spec.kind) {
    case 'value':
      return items[0]
    case 'bag':
      return { texts: items.map((bytes) => textOfBytes(bytes as Uint8Array)), sorted: false } satisfies Bag
    case 'set':
      return {
        texts: new Set(items.map((bytes) => textOfBytes(bytes as Uint8Array))),
        sorted: false,
      } satisfies Distinct
    case 'map': {
      const entries = items as readonly (readonly [key: StateData, stored: StateData])[]
      return {
        byText: new Map(entries.map(([key, stored]) => [keyText(key), { key, stored }])),
        sorted: false,
      } satisfies Entries
    }
    case 'combining': {
      const { accumulatorCoder } = spec.combineFn
      const accumulator = accumulatorCoder === undefined ? items[0] : accumulatorCoder.decode(items[0] as Uint8Array)
      return { accumulator } satisfies Box
    }
  }
}
