/**
 * Side values: the elements of a side window as the function of a step sees them.
 *
 * What cannot be seen as it should (an empty singleton, a key with two values) is an error where the function reads it and nowhere
 * else: a step that does not look has none, and one that makes dead letters has one for each element.
 */
import { EncodingError, formatWindow, PipelineError, type KV, type SideInputView, type Window } from '@tidemark/core'
import { formatKey } from '../explain/format-key.ts'
import { SideMap } from './side-map.ts'

/** Where a value is read, for errors. */
export interface SideReading {
  readonly view: SideInputView
  readonly window: Window
  /** Path of the step that reads. */
  readonly step: string
}

/**
 * The elements of a side window in the form of their view.
 *
 * **Contract** — Throws a PipelineError with code `EMPTY_SINGLETON`, `SEVERAL_IN_SINGLETON` or `SEVERAL_IN_MAP`, or an EncodingError for
 * what cannot be a key. Lists are frozen, as all that read them see the same one.
 */
export function sideValue(reading: SideReading, elements: readonly unknown[]): unknown {
  switch (reading.view.form) {
    case 'singleton':
      return singleton(reading, elements)
    case 'iterable':
      return Object.freeze([...elements])
    case 'map':
      return byKey(reading, () => mapOf(reading, elements as readonly KV<unknown, unknown>[]))
    case 'multimap':
      return byKey(reading, () => multimapOf(elements as readonly KV<unknown, unknown>[]))
  }
}

function singleton(reading: SideReading, elements: readonly unknown[]): unknown {
  if (elements.length === 1) return elements[0]
  const { fallback } = reading.view
  if (elements.length > 1) {
    throw fault(
      reading,
      'SEVERAL_IN_SINGLETON',
      `has ${elements.length} elements`,
      'Which of them is meant would depend on nothing that is known. Combine them to one before asSingleton, or read them all with asIterable.',
    )
  }
  if (fallback !== undefined) return fallback.value
  throw fault(
    reading,
    'EMPTY_SINGLETON',
    'has no element, and the view no default',
    'There is nothing that could be read. Give asSingleton a default, such as { default: 0 }, or see to it that every window has an element.',
  )
}

// A key that is none is the view's, whatever the element that looks.
function byKey<T>(reading: SideReading, make: () => T): T {
  try {
    return make()
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause
    const { step } = reading
    throw new EncodingError(cause.code, `${subjectOf(reading)}, cannot be a map. ${cause.message}`, { step, cause })
  }
}

function mapOf(reading: SideReading, pairs: readonly KV<unknown, unknown>[]): ReadonlyMap<unknown, unknown> {
  const map = new SideMap<unknown, unknown>()
  for (const [key, value] of pairs) {
    map.add(key, value, () => {
      throw fault(
        reading,
        'SEVERAL_IN_MAP',
        `has several values for the key ${formatKey(key)}`,
        'Which of them is meant would depend on nothing that is known. Combine the values of each key before asMap, or read them all with asMultimap.',
      )
    })
  }
  return map
}

function multimapOf(pairs: readonly KV<unknown, unknown>[]): ReadonlyMap<unknown, readonly unknown[]> {
  const map = new SideMap<unknown, unknown[]>()
  for (const [key, value] of pairs) {
    map.add(key, [value], (known) => {
      known.push(value)
      return known
    })
  }
  map.forEach((values) => Object.freeze(values))
  return map
}

function fault(reading: SideReading, code: string, what: string, remedy: string): PipelineError {
  return new PipelineError(code, `${subjectOf(reading)}, ${what}. ${remedy}`, { step: reading.step })
}

function subjectOf({ view, window, step }: SideReading): string {
  return `Window ${formatWindow(window)} of the side input "${view.path}", which the step "${step}" reads`
}
