/**
 * mapAsync: one element becomes one, by way of a promise.
 *
 * The one step that waits for the world. An element whose call is under way holds the watermark at its timestamp and is part of a
 * snapshot, so results depend on what the function returns and not on when: a `pure` one is drift-safe.
 */
import { IncompatibleWindowingError } from '../error/pipeline-error.ts'
import { makeCollection } from '../model/apply.ts'
import type { DriftReason } from '../model/graph-builder.ts'
import type { PCollection } from '../model/pcollection.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import { asyncPayload, type AsyncContext, type MapAsyncOptions, type ParsedAsyncOptions } from './async-options.ts'
import { statelessDrift, timestampDrift } from './stateless.ts'

/**
 * Applies an asynchronous function to every element; timestamp, window and pane stay.
 *
 * **Contract** — After a restore, and after a failed try, a call is made again: the function should be a look-up, or idempotent. It
 * returns the element, not a handle of it: what it returns must not change afterwards, and may be emitted for several elements where
 * there is a cache. Fed by changes it is called for both signs, and must be `pure` (code `IMPURE_CHANGES`).
 *
 * **Late data** — None is dropped here. The watermark waits for the earliest element whose call is under way.
 *
 * ```ts
 * const enriched = orders.pipe(
 *   mapAsync('Customers', async (order, { signal }) => {
 *     const response = await fetch(`https://crm.example/customers/${order.customer}`, { signal })
 *     return { ...order, customer: await response.json() }
 *   }, { concurrency: 32, onError: 'dead-letter' }),
 * )
 * ```
 */
export function mapAsync<T, Answer, Out>(
  name: string,
  fn: (element: T, context: AsyncContext) => PromiseLike<Answer> | Answer,
  options: ParsedAsyncOptions<T, NoInfer<Answer>, Out>,
): PTransform<PCollection<T>, PCollection<Out>>
export function mapAsync<T, Out>(
  name: string,
  fn: (element: T, context: AsyncContext) => PromiseLike<Out> | Out,
  options?: MapAsyncOptions<T>,
): PTransform<PCollection<T>, PCollection<Out>>
export function mapAsync<T, Out>(
  name: string,
  fn: (element: T, context: AsyncContext) => unknown,
  options: MapAsyncOptions<T> | ParsedAsyncOptions<T, never, Out> = {},
): PTransform<PCollection<T>, PCollection<Out>> {
  const payload = asyncPayload(`mapAsync(${JSON.stringify(name)})`, fn, options)
  return primitive(name, (input: PCollection<T>) => {
    const ref = input['~ref']
    const path = ref.builder.pathOf(name)
    if (!payload.pure && ref.panes === 'changes') {
      throw new IncompatibleWindowingError(
        'IMPURE_CHANGES',
        `"${path}" is fed by changes and its function is not pure: an element that is taken back might get another answer than when it came, and the ` +
          'first one would stay for ever. Say pure: true if equal elements always get the same answer, or feed it with a single pane (trigger: never() upstream).',
        { step: path },
      )
    }
    const drift: readonly DriftReason[] = [
      ...statelessDrift(ref),
      ...timestampDrift(ref),
      ...(payload.pure ? [] : (['impure-lookup'] as const)),
    ]
    const [output] = ref.builder.add({ name, named: true, payload, inputs: [ref], outputs: [ref], drift })
    return makeCollection<Out>(output!)
  })
}
