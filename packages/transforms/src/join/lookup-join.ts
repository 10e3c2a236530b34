/**
 * lookupJoin: each element with what is asked for by its key, such as a row of a database or an answer of a service.
 *
 * A composite over mapAsync: how many look-ups at once, for how long, how often again, and what becomes of failures is said there. The
 * answer is that of the moment at which it was asked for; where it should be that of the element's time, and the same in every run,
 * asOfJoin over the dimension's history is the one.
 */
import {
  checkChoice,
  checkOptions,
  composite,
  filter,
  mapAsync,
  minutes,
  requireFunction,
  type AsyncContext,
  type CacheOptions,
  type Joined,
  type KV,
  type MapAsyncOptions,
  type OptionNames,
  type PCollection,
  type PTransform,
} from '@tidemark/core'

/** Which elements come out for whose key nothing was found; one of: `left` (all of them), `inner` (none). */
export type LookupJoinType = 'left' | 'inner'

/** What a look-up gives: a row, or nothing. */
export type Found<Row> = Row | null | undefined

/** Options of {@link lookupJoin}. */
export interface LookupJoinOptions<K, L, J extends LookupJoinType> extends Omit<
  MapAsyncOptions<KV<K, L>>,
  'cache' | 'pure'
> {
  /** One of: `left` (default), `inner`. */
  readonly type?: J
  /** How long what was found for a key serves, in event time, and how many keys are kept (`{ expiresAfter: minutes(1), limit: 10_000 }`), or `off`. */
  readonly cache?: Partial<Omit<CacheOptions<never>, 'key'>> | 'off'
  /** The author's promise that a key always finds the same. Without it the step is not drift-safe, and may not be fed by changes. */
  readonly pure?: boolean
}

/** Options of a {@link lookupJoin} that looks at what was found. */
export interface ParsedLookupJoinOptions<K, L, J extends LookupJoinType, Answer, Row> extends LookupJoinOptions<
  K,
  L,
  J
> {
  /** Makes a row of what was found. What it throws is a failure that is not tried again: it has come, and has the wrong shape. */
  readonly parse: (answer: Answer, key: K) => Row
}

const OPTIONS: OptionNames<ParsedLookupJoinOptions<never, never, never, never, never>> = {
  type: true,
  cache: true,
  parse: true,
  concurrency: true,
  order: true,
  timeout: true,
  retry: true,
  pure: true,
  onError: true,
  coder: true,
}

/**
 * Joins each element with what `lookup` finds for its key.
 *
 * **Contract** — Timestamp, window and pane stay. What is not found (`undefined` or `null`) is `null` beside the element, or leaves the
 * element out with `type: 'inner'`. Elements of one key share what was found while it serves; what was found must not be changed
 * afterwards. A look-up that fails is made again, and in the end fails the run or makes a dead letter of the element (`onError`).
 *
 * **Late data** — None is dropped here. The watermark waits for the earliest element whose look-up is under way.
 *
 * **State** — Elements that wait, and what was found, until the watermark has passed the time that it serves.
 *
 * ```ts
 * const withCustomers = ordersByCustomer.pipe(
 *   lookupJoin('Customers', (id, { signal }) => customers.find(id, signal), { type: 'inner', onError: 'dead-letter' }),
 * )
 * ```
 */
export function lookupJoin<K, L, Answer, Row, const J extends LookupJoinType = 'left'>(
  name: string,
  lookup: (key: K, context: AsyncContext) => PromiseLike<Found<Answer>> | Found<Answer>,
  options: ParsedLookupJoinOptions<K, L, J, NoInfer<Answer>, Row>,
): PTransform<PCollection<KV<K, L>>, PCollection<KV<K, Joined<L, Row, J>>>>
export function lookupJoin<K, L, Row, const J extends LookupJoinType = 'left'>(
  name: string,
  lookup: (key: K, context: AsyncContext) => PromiseLike<Found<Row>> | Found<Row>,
  options?: LookupJoinOptions<K, L, J>,
): PTransform<PCollection<KV<K, L>>, PCollection<KV<K, Joined<L, Row, J>>>>
export function lookupJoin<K, L, Row, J extends LookupJoinType>(
  name: string,
  lookup: (key: K, context: AsyncContext) => unknown,
  options: LookupJoinOptions<K, L, J> & Partial<ParsedLookupJoinOptions<K, L, J, never, Row>> = {},
): PTransform<PCollection<KV<K, L>>, PCollection<KV<K, Joined<L, Row, J>>>> {
  const subject = `lookupJoin(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  checkChoice<LookupJoinType | undefined>(subject, 'type', options.type, ['left', 'inner'])
  requireFunction(subject, 'The lookup', lookup)
  const { type = 'left', cache, parse = (answer: unknown) => answer, ...own } = options
  requireFunction(subject, 'The option parse', parse)
  const step = mapAsync('Lookup', ([key]: KV<K, L>, context: AsyncContext) => lookup(key, context), {
    ...own,
    ...(cache !== 'off' && { cache: cacheOf<K, L>(subject, cache) }),
    parse(answer: unknown, [key, left]: KV<K, L>): KV<K, Pair<L>> {
      return [key, { left, right: answer === undefined || answer === null ? null : parse(answer as never, key) }]
    },
  })
  return composite(name, (input: PCollection<KV<K, L>>) => {
    const joined = input.pipe(step)
    const kept = type === 'inner' ? joined.pipe(filter(([, { right }]) => right !== null)) : joined
    return kept as PCollection<KV<K, Joined<L, Row, J>>>
  })
}

interface Pair<L> {
  readonly left: L
  readonly right: unknown
}

function cacheOf<K, L>(subject: string, cache: Partial<Omit<CacheOptions<never>, 'key'>> = {}): CacheOptions<KV<K, L>> {
  checkOptions(`the cache of ${subject}`, cache, { expiresAfter: true, limit: true })
  return { key: ([key]) => key, expiresAfter: minutes(1), ...cache }
}
