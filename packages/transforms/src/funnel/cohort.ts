/**
 * cohort: of the entities that began in a period, which share did something, by how old they were.
 *
 * Every entity is looked at for the same length of time from its own beginning, so the first of a month and the last of it are compared
 * at the same age, and no cohort looks worse for being younger: it comes when all of it has reached the limit.
 */
import {
  checkOptions,
  combineGlobally,
  composite,
  eventTimeTimer,
  filter,
  globalWindow,
  map,
  maxTimestamp,
  PipelineError,
  requireFunction,
  setState,
  statefulParDo,
  toMillis,
  valueState,
  windowInto,
  withKeys,
} from '@tidemark/core'
import type { KV, OptionNames, PCollection, PTransform, Timestamp, WindowFn, Duration } from '@tidemark/core'
import { ageCounts, type CohortAges } from './age-counts.ts'
import { closeOf, entryWindows, windowOfEntry, type EntryWindows } from './entry-windows.ts'

/** What {@link cohort} and {@link cohortMembers} follow. */
export interface CohortOptions<in T, out K> {
  /** Whose: any key. */
  readonly entity: (element: T) => K
  /** Whether an element is the beginning of an entity. */
  readonly began: (element: T) => boolean
  /** Whether an element is what is asked for. */
  readonly did: (element: T) => boolean
  /** How long after its beginning an entity is looked at, the last moment included. */
  readonly within: Duration
  /** The periods that make cohorts, by the time of the beginning: `calendarMonths({ zone })`. */
  readonly per: WindowFn
  /** How long an age is: they are counted from 0 (`within`: one age). */
  readonly age?: Duration
}

/** What became of an entity that began. */
export interface CohortMember {
  /** When it began. */
  readonly began: Timestamp
  /** At which ages it did what was asked for, in order; an age is there once. */
  readonly ages: readonly number[]
}

const OPTIONS: OptionNames<CohortOptions<never, never>> = {
  entity: true,
  began: true,
  did: true,
  within: true,
  per: true,
  age: true,
}

/**
 * Follows each entity from its beginning to the limit, and says at which ages it did what was asked for.
 *
 * **Contract** — One result for an entity in the period in which it began. Age `n` is from `n × age` after the beginning until `(n + 1) × age`; the
 * last one takes in the limit itself. An element that is both counts as a beginning only. An entity that begins again while it is looked at,
 * or in the same period, is the same member; after that it is a new one. Refused: `WITHOUT_LIMIT`, `BAD_ENTRY_WINDOWS`, `BAD_DURATION`.
 *
 * **Late data** — A result comes when the watermark has passed the later of limit and end of the period, and the allowed lateness; it holds the
 * watermark at the end of the period until then.
 *
 * **State** — per entity its beginning and the ages at which it did it, freed at the same time.
 *
 * ```ts
 * const isNew = ({ kind }: { kind: string }) => kind === 'new'
 * const options = { entity: () => 1, began: isNew, did: () => true, within: days(30), per: fixedWindows(days(1)) }
 * cohortMembers('Members', options).name // => 'Members'
 * ```
 */
export function cohortMembers<T, K>(
  name: string,
  options: CohortOptions<T, K>,
): PTransform<PCollection<T>, PCollection<KV<K, CohortMember>>> {
  const { entries, age, ages } = readOptions(`cohortMembers(${JSON.stringify(name)})`, options)
  const { entity, began, did } = options
  return composite(name, (elements: PCollection<T>) =>
    elements.pipe(
      filter((element) => began(element) || did(element)),
      windowInto(globalWindow()),
      withKeys(entity),
      statefulParDo('Members', {
        state: { began: valueState<Timestamp>(), ages: setState<number>() },
        timers: { leave: eventTimeTimer() },
        // At one time beginnings come first.
        orderBy: (element: T) => (began(element) ? 0 : 1),
        process({ value, timestamp, state, timers }): void {
          const since = state.began.read()
          if (since === undefined) {
            if (!began(value)) return
            const window = windowOfEntry(entries, timestamp)
            const limit = Math.min(timestamp + entries.limit, closeOf(entries, window))
            state.began.write(timestamp)
            timers.leave.set(Math.max(limit, maxTimestamp(window)), { outputTimestamp: maxTimestamp(window) })
          } else if (did(value) && !began(value) && timestamp - since <= entries.limit) {
            state.ages.add(Math.min(Math.floor((timestamp - since) / age), ages - 1))
          }
        },
        onTimer: {
          leave({ key, state }): readonly KV<K, CohortMember>[] {
            const member = { began: state.began.read()!, ages: state.ages.read().toSorted((a, b) => a - b) }
            state.began.clear()
            state.ages.clear()
            return [[key, member]]
          },
        },
      }),
      windowInto(entries.per),
    ),
  )
}

/**
 * Counts for each period how many entities began, and by age how many of them did what was asked for.
 *
 * **Contract** — Every member has been looked at for all of `within`, so all ages of a cohort are out of the same number. A period in which
 * nobody began gives nothing. The rest is as of {@link cohortMembers}, which also serves where cohorts are to be divided.
 *
 * ```ts
 * const isNew = ({ kind }: { kind: string }) => kind === 'new'
 * const options = { entity: () => 1, began: isNew, did: () => true, within: days(30), per: fixedWindows(days(1)) }
 * cohort('Retention', options).name // => 'Retention'
 * ```
 */
export function cohort<T, K>(
  name: string,
  options: CohortOptions<T, K>,
): PTransform<PCollection<T>, PCollection<CohortAges>> {
  const { ages } = readOptions(`cohort(${JSON.stringify(name)})`, options)
  const members = cohortMembers('Members', options)
  return composite(name, (elements: PCollection<T>) =>
    elements.pipe(
      members,
      map(([, member]) => member.ages),
      combineGlobally('Ages', ageCounts(ages)),
    ),
  )
}

interface ReadOptions {
  readonly entries: EntryWindows
  /** Milliseconds. */
  readonly age: number
  /** How many ages there are. */
  readonly ages: number
}

const MOST_AGES = 10_000

function readOptions(subject: string, options: CohortOptions<never, unknown>): ReadOptions {
  checkOptions(subject, options, OPTIONS)
  requireFunction(subject, 'The option entity', options.entity)
  requireFunction(subject, 'The option began', options.began)
  requireFunction(subject, 'The option did', options.did)
  const entries = entryWindows(subject, options.per, options.within)
  const age = options.age === undefined ? Math.max(1, entries.limit) : toMillis(options.age)
  const ages = Math.max(1, Math.ceil(entries.limit / age))
  if (age > 0 && ages <= MOST_AGES) return { entries, age, ages }
  throw new PipelineError(
    'BAD_DURATION',
    `${subject} has within: ${entries.limit} ms and age: ${age} ms, which makes ${age > 0 ? ages : 'endlessly many'} ages. Every cohort has a ` +
      `count for each. Give an age that makes at most ${MOST_AGES} of them.`,
  )
}
