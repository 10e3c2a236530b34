/**
 * conversion: which share of the entities that did one thing did another within a limit.
 *
 * It belongs to the window of the first thing: a registration of March that is renewed in April is a renewal of March's. Numerator and
 * denominator stay beside the share, so that shares of parts can be put together.
 */
import { checkOptions, combineGlobally, composite, map, requireFunction } from '@tidemark/core'
import type { OptionNames, PCollection, PTransform, Duration, WindowFn } from '@tidemark/core'
import { count } from '../combiners/count.ts'
import { ratio, type Ratio } from '../combiners/ratio.ts'
import { countIf } from '../combiners/where.ts'
import { entryWindows } from './entry-windows.ts'
import { funnel, type FunnelProgress } from './funnel.ts'

/** What {@link conversion} asks. */
export interface ConversionOptions<in T, out K> {
  /** Whose conversion: any key. */
  readonly entity: (element: T) => K
  /** Whether an element is what entities are counted by. */
  readonly from: (element: T) => boolean
  /** Whether an element is what is asked for. */
  readonly to: (element: T) => boolean
  /** How long after it, the last moment included. */
  readonly within: Duration
  /** The windows in which entities are counted, by the time of `from`: `calendarDays({ zone })`. */
  readonly per: WindowFn
}

const OPTIONS: OptionNames<ConversionOptions<never, never>> = {
  entity: true,
  from: true,
  to: true,
  within: true,
  per: true,
}

/**
 * Says for each window how many entities did `from` in it, how many of those did `to` within the limit, and the share.
 *
 * **Contract** — A funnel of two steps: an entity is counted once for a window, however often it does either. A window in which nobody did
 * `from` gives nothing. Refused: `WITHOUT_LIMIT`, `BAD_ENTRY_WINDOWS`. Late data and state are those of `funnel`.
 *
 * ```ts
 * const isNew = ({ kind }: { kind: string }) => kind === 'new'
 * const options = { entity: () => 1, from: isNew, to: () => true, within: days(30), per: fixedWindows(days(1)) }
 * conversion('Renewed', options).name // => 'Renewed'
 * ```
 */
export function conversion<T, K>(
  name: string,
  options: ConversionOptions<T, K>,
): PTransform<PCollection<T>, PCollection<Ratio<number, number>>> {
  const subject = `conversion(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const { entity, within, per } = options
  const from = requireFunction(subject, 'The option from', options.from)
  const to = requireFunction(subject, 'The option to', options.to)
  requireFunction(subject, 'The option entity', entity)
  entryWindows(subject, per, within)
  const progress = funnel('Funnel', { entity, within, per, steps: { from, to } })
  const share = ratio({
    numerator: countIf(({ reached }: FunnelProgress<string>) => reached === 2),
    denominator: count(),
  })
  return composite(name, (elements: PCollection<T>) =>
    elements.pipe(
      progress,
      map(([, one]) => one),
      combineGlobally('Share', share),
    ),
  )
}
