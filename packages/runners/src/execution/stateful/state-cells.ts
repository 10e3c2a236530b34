/**
 * Handles of the state cells: one object per cell and step, acting on the record at the cursor.
 *
 * A cell with nothing in it is `undefined` in the record, so that an empty record is known and freed. Bags, sets and maps are put
 * in order when they are read, and stay so until something new comes.
 */
import type { Handles, StateCell, StateSpecs } from '@tidemark/core'
import { bagCell, setCell } from './collection-cells.ts'
import type { Cursor } from './cursor.ts'
import { mapCell } from './map-cell.ts'
import { valueStore } from './stored-value.ts'

/** Makes the handles of the declared cells; the cell of a name has that name's place among the declarations. */
export function cellHandles(specs: StateSpecs, cursor: Cursor): Handles<StateSpecs> {
  const handles: Record<string, object> = {}
  for (const [index, name] of Object.keys(specs).entries())
    handles[name] = cellHandle(specs[name] as StateCell, cursor, index)
  return handles
}

function cellHandle(spec: StateCell, cursor: Cursor, index: number): object {
  switch (spec.kind) {
    case 'value':
      return valueCell(spec, cursor, index)
    case 'bag':
      return bagCell(spec.coder, cursor, index)
    case 'set':
      return setCell(spec.coder, cursor, index)
    case 'map':
      return mapCell(spec.coder, cursor, index)
    case 'combining':
      return combiningCell(spec, cursor, index)
  }
}

type Spec<K extends StateCell['kind']> = Extract<StateCell, { readonly kind: K }>
type Handle<K extends StateCell['kind']> = NonNullable<Spec<K>['~handle']>

function valueCell({ coder }: Spec<'value'>, cursor: Cursor, index: number): Handle<'value'> {
  const { store, load } = valueStore(coder)
  return {
    // Only objects are kept as copies or bytes.
    read() {
      const stored = cursor.read().cells[index]
      return typeof stored === 'object' ? load(stored) : stored
    },
    write(value) {
      const stored = store(value)
      cursor.change().cells[index] = stored
    },
    clear() {
      cursor.change().cells[index] = undefined
    },
  }
}

/** What a combining cell keeps: an accumulator of `undefined` is possible, so it stands in a box. */
export interface Box {
  accumulator: unknown
}

// The accumulator is the combiner's own: it may change it in place, and only it.
function combiningCell({ combineFn }: Spec<'combining'>, cursor: Cursor, index: number): Handle<'combining'> {
  return {
    read() {
      const box = cursor.read().cells[index] as Box | undefined
      return combineFn.extractOutput(box === undefined ? combineFn.createAccumulator() : box.accumulator)
    },
    add(input) {
      const { cells } = cursor.change()
      const box = cells[index] as Box | undefined
      const accumulator = combineFn.addInput(box === undefined ? combineFn.createAccumulator() : box.accumulator, input)
      if (box === undefined) cells[index] = { accumulator } satisfies Box
      else box.accumulator = accumulator
    },
    isEmpty() {
      return cursor.read().cells[index] === undefined
    },
    clear() {
      cursor.change().cells[index] = undefined
    },
  }
}
