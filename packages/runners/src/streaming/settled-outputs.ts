/**
 * settledOutputs: the settled result of each output of a run, as they are when they are asked for.
 *
 * Computing one costs time, and fails for elements that are no plain data; so whoever does not ask pays nothing.
 */
import type { Engine } from '../execution/engine.ts'
import type { SettledResult } from '../settled/settled-result.ts'

/** A record of the settled results of an engine, by the names of its outputs. Reading a field throws what `engine.settled` throws. */
export function settledOutputs(engine: Engine, names: readonly string[]): Readonly<Record<string, SettledResult>> {
  const getters = names.map((name) => [name, { enumerable: true, get: () => engine.settled(name) }] as const)
  return Object.freeze(Object.defineProperties({}, Object.fromEntries(getters)))
}
