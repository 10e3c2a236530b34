/**
 * Keys and values in a snapshot: the bytes of their coder, or, without one, plain data as it is.
 */
import type { Coder } from '@tidemark/core'
import type { StateData } from './saved.ts'

/** A key or value as data. One that is no plain data, with no coder, is refused when the data are encoded. */
export function valueData(value: unknown, coder: Coder<unknown> | undefined): StateData {
  return coder === undefined ? (value as StateData) : coder.encode(value)
}

/** The key or value that {@link valueData} made data of. */
export function valueOf(data: StateData, coder: Coder<unknown> | undefined): unknown {
  return coder === undefined ? data : coder.decode(data as Uint8Array)
}
