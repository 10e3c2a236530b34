/**
 * create: elements given in the program.
 */
import { checkOptions, requireFunction } from '../error/check-options.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import { makeCollection } from '../model/apply.ts'
import type { PCollection, Root } from '../model/pcollection.ts'
import { DEFAULT_WINDOWING } from '../model/windowing-strategy.ts'
import { MIN_TIMESTAMP, type Timestamp } from '../time/timestamp.ts'

/** Payload of `create`. */
export interface CreatePayload {
  readonly primitive: 'create'
  readonly elements: readonly unknown[]
  readonly timestamp: (element: unknown) => Timestamp
}

/** Makes a bounded collection of the given elements, at the beginning of time unless `timestamp` says otherwise. */
export function create<T>(
  name: string,
  elements: readonly T[],
  options: { readonly timestamp?: (element: T) => Timestamp } = {},
): PTransform<Root, PCollection<T>> {
  const subject = `create(${JSON.stringify(name)})`
  checkOptions(subject, options, { timestamp: true })
  if (options.timestamp !== undefined) requireFunction(subject, 'timestamp', options.timestamp)
  const timestamp = (options.timestamp ?? (() => MIN_TIMESTAMP)) as (element: unknown) => Timestamp
  const payload: CreatePayload = Object.freeze({
    primitive: 'create',
    elements: Object.freeze([...elements]),
    timestamp,
  })
  return primitive(name, (root: Root) => {
    const [output] = root['~root'].add({
      name,
      named: true,
      payload,
      inputs: [],
      outputs: [{ windowing: DEFAULT_WINDOWING, bounded: true, panes: 'elements' }],
    })
    return makeCollection<T>(output!)
  })
}
