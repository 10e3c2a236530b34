/**
 * TriggerState: what the machines of one trigger remember of one key and window, as plain data.
 *
 * Two numbers a node of the trigger's tree, nodes in preorder: whether it has finished, and one datum (a count of elements, or
 * the processing time it waits for; -1 when there is none).
 */

/** The memory of one trigger tree. */
export type TriggerState = number[]

/** The datum of a node that has none. */
export const NO_DATUM = -1

/** A tree of `nodes` nodes that has seen nothing. */
export function freshTriggerState(nodes: number): TriggerState {
  const state: TriggerState = []
  for (let node = 0; node < nodes; node++) state.push(0, NO_DATUM)
  return state
}

/** Says whether a node has finished. */
export function isFinished(state: TriggerState, node: number): boolean {
  return state[2 * node] === 1
}

/** Marks a node as finished, or not. */
export function setFinished(state: TriggerState, node: number, finished: boolean): void {
  state[2 * node] = finished ? 1 : 0
}

/** The datum of a node. */
export function datum(state: TriggerState, node: number): number {
  return state[2 * node + 1]!
}

/** Sets the datum of a node. */
export function setDatum(state: TriggerState, node: number, value: number): void {
  state[2 * node + 1] = value
}
