/**
 * UnitData: what waits in an asynchronous step, as a snapshot holds it.
 *
 * Answers that have come and not left are part of it where they are plain data; others are asked for again, as nobody knows a coder of theirs.
 */
import { decodeValue, type Coder, type SourcePosition, type Timestamp } from '@tidemark/core'
import type { PaneCodec } from '../snapshot/pane-data.ts'
import type { StateData } from '../snapshot/saved.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import { emptyUnit, type PendingUnit } from './pending-unit.ts'
import { plainBytes } from './plain-bytes.ts'

type ElementData = readonly [
  element: StateData,
  timestamp: Timestamp,
  start: Timestamp,
  end: Timestamp,
  sign: 1 | -1,
  call: number,
  position: readonly [split: string, offset: number, unit: SourcePosition['unit']] | null,
  answer: Uint8Array | null,
]

interface SavedUnit {
  readonly pane: StateData
  readonly serial: number
  readonly elements: readonly ElementData[]
}

/** Makes data of the units of one step, and units of data. */
export class UnitCodec {
  readonly #panes: PaneCodec
  readonly #coder: Coder<unknown> | undefined

  /** `coder` is that of the elements; canonical bytes without one. */
  constructor(panes: PaneCodec, coder: Coder<unknown> | undefined) {
    this.#panes = panes
    this.#coder = coder
  }

  readonly save = ({ pane, serial, elements }: PendingUnit): StateData => {
    const saved: SavedUnit = {
      pane: pane === undefined ? null : this.#panes.save(pane),
      serial,
      elements: elements.map(({ element, timestamp, window, sign, call, position, answered, answer }): ElementData => {
        const place = position === undefined ? null : ([position.split, position.offset, position.unit] as const)
        const known = answered ? plainBytes(answer) : null
        return [valueData(element, this.#coder), timestamp, window.start, window.end, sign, call, place, known]
      }),
    }
    return saved as unknown as StateData
  }

  /** The unit; its slot is not known. */
  readonly load = (data: StateData): PendingUnit => {
    const { pane, serial, elements } = data as unknown as SavedUnit
    const unit = emptyUnit(pane === null ? undefined : this.#panes.load(pane), serial)
    for (const [element, timestamp, start, end, sign, call, position, known] of elements) {
      unit.elements.push({
        unit,
        element: valueOf(element, this.#coder),
        timestamp,
        window: { start, end },
        sign,
        position: position === null ? undefined : { split: position[0], offset: position[1], unit: position[2] },
        call,
        answered: known !== null,
        answer: known === null ? undefined : decodeValue(known),
      })
      if (known === null) unit.open++
    }
    return unit
  }
}
