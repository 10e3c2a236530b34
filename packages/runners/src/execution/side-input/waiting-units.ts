/**
 * WaitingUnits: what a gate keeps until its side windows are ready: elements, and panes with all of their rows.
 *
 * A pane leaves whole and never before an earlier one of its key and window, also when it has no rows: what an earlier pane passed is
 * taken back by it. The output watermark waits for the earliest row.
 */
import type { SourcePosition, Timestamp, Window } from '@tidemark/core'
import { Lanes } from '../async/lanes.ts'
import { elementAt, positionAt, signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import type { Pane } from '../bundle/pane.ts'
import type { PaneCodec } from '../snapshot/pane-data.ts'
import type { Saved, StateData } from '../snapshot/saved.ts'
import { StateTable } from '../state/state-table.ts'
import { HoldSet } from '../watermark/hold-set.ts'
import { waitingHold } from '../watermark/waiting-hold.ts'

/** A row that waits. */
export interface WaitingRow {
  readonly value: unknown
  readonly timestamp: Timestamp
  readonly window: Window
  readonly sign: 1 | -1
  readonly position: SourcePosition | undefined
}

/** What leaves at once or not at all. */
export interface WaitingUnit {
  /** Units that come later have greater ones. */
  readonly serial: number
  readonly pane: Pane | undefined
  readonly rows: readonly WaitingRow[]
}

type RowData = readonly [
  value: StateData,
  timestamp: Timestamp,
  start: Timestamp,
  end: Timestamp,
  sign: 1 | -1,
  position: readonly [split: string, offset: number, unit: SourcePosition['unit']] | null,
]

interface UnitData {
  readonly serial: number
  readonly pane: StateData
  readonly rows: readonly RowData[]
}

interface UnitsData {
  readonly serials: number
  readonly units: StateData
}

/** A row of a bundle, to be kept. */
export function waitingRow(bundle: Bundle, row: number): WaitingRow {
  return {
    value: elementAt(bundle, row),
    timestamp: bundle.timestamps[row]!,
    window: windowAt(bundle, row),
    sign: signAt(bundle, row),
    position: positionAt(bundle, row),
  }
}

/** The units that wait at one gate, by slot. */
export class WaitingUnits implements Saved {
  readonly #codec: PaneCodec
  readonly #table = new StateTable<WaitingUnit>()
  readonly #lanes = new Lanes(false)
  readonly #holds = new HoldSet()
  #serials = 0
  #rows = 0

  constructor(codec: PaneCodec) {
    this.#codec = codec
  }

  /** How many units wait. */
  get size(): number {
    return this.#table.size
  }

  /** How many rows wait. */
  get rows(): number {
    return this.#rows
  }

  /** The earliest timestamp that waits, Infinity when nothing does. */
  hold(): Timestamp {
    return this.#holds.min()
  }

  get(slot: number): WaitingUnit | undefined {
    return this.#table.get(slot)
  }

  /** Every unit with its slot. */
  entries(): Iterable<readonly [slot: number, unit: WaitingUnit]> {
    return this.#table.entries()
  }

  /** Keeps a pane with its rows, or a row. */
  add(pane: Pane | undefined, rows: readonly WaitingRow[]): number {
    const unit = { serial: this.#serials++, pane, rows }
    const slot = this.#table.allocate(unit)
    this.#enlist(slot, unit)
    return slot
  }

  /** Whether a pane may leave as far as those are concerned that came before it. */
  isFirst(slot: number): boolean {
    return this.#lanes.isFirst(slot, this.#table.get(slot)!.pane)
  }

  /** Takes out a unit, and adds to `next` those that it was in the way of. */
  take(slot: number, next: number[]): WaitingUnit {
    const unit = this.#table.get(slot)!
    this.#table.free(slot)
    this.#holds.set(slot, Infinity)
    this.#rows -= unit.rows.length
    this.#lanes.leave(unit.pane, next)
    return unit
  }

  save(): StateData {
    const units = this.#table.save(({ serial, pane, rows }): StateData => {
      const saved: UnitData = {
        serial,
        pane: pane === undefined ? null : this.#codec.save(pane),
        rows: rows.map(saveRow),
      }
      return saved as unknown as StateData
    })
    return { serials: this.#serials, units } satisfies UnitsData
  }

  load(data: StateData): void {
    const { serials, units } = data as unknown as UnitsData
    this.#serials = serials
    this.#table.load(units, (saved) => {
      const { serial, pane, rows } = saved as unknown as UnitData
      return { serial, pane: pane === null ? undefined : this.#codec.load(pane), rows: rows.map(loadRow) }
    })
    for (const [slot, unit] of [...this.#table.entries()].sort(([, a], [, b]) => a.serial - b.serial))
      this.#enlist(slot, unit)
  }

  #enlist(slot: number, { pane, rows }: WaitingUnit): void {
    this.#lanes.add(slot, pane)
    this.#rows += rows.length
    let hold = Infinity
    for (const row of rows) hold = Math.min(hold, waitingHold(row))
    this.#holds.set(slot, hold)
  }
}

function saveRow({ value, timestamp, window: { start, end }, sign, position }: WaitingRow): RowData {
  const place = position && ([position.split, position.offset, position.unit] as const)
  return [value as StateData, timestamp, start, end, sign, place ?? null]
}

function loadRow([value, timestamp, start, end, sign, place]: RowData): WaitingRow {
  const position = place === null ? undefined : { split: place[0], offset: place[1], unit: place[2] }
  return { value, timestamp, window: { start, end }, sign, position }
}
