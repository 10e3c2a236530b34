/**
 * What should be visible of what was written into a lawful sink.
 */
import { keyText, type Overwrite, type Taken, type Takes } from '../index.ts'

/** The value of each element; of overwrites, those that the last one of each place leaves. */
export function standing<T, K extends Takes>(written: readonly Taken<T, K>[]): readonly unknown[] {
  const places = new Map<string, readonly unknown[]>()
  const values: unknown[] = []
  for (const taken of written as readonly Taken<T>[]) {
    if (isOverwrite(taken))
      places.set(
        placeOf(taken),
        taken.elements.map(({ value }) => value),
      )
    else values.push(taken.value)
  }
  return [...values, ...[...places.values()].flat()]
}

function isOverwrite<T>(taken: Taken<T>): taken is Overwrite<T> {
  return 'elements' in taken
}

function placeOf({ step, key, window }: Overwrite<unknown>): string {
  return JSON.stringify([step, keyText(key), window.start, window.end])
}
