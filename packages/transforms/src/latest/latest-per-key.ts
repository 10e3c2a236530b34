/**
 * latestPerKey: of the values of each key the one that is latest by event time, whenever it came.
 */
import {
  checkChoice,
  checkOptions,
  combinePerKey,
  compareBytes,
  composite,
  encodeValue,
  IncompatibleWindowingError,
  map,
  parDo,
  type CombineFn,
  type KV,
  type OptionNames,
  type PCollection,
  type PTransform,
} from '@tidemark/core'
import { asBefore, firingAtOnce, requireAtOnce, type Emit } from '../emission/at-once.ts'
import type { Timed } from '../emission/timed.ts'

/** Options of {@link latestPerKey}. */
export interface LatestPerKeyOptions {
  /** One of: `final` (default: as the input's trigger says), `at-once` (whenever a value comes, as changes). */
  readonly emit?: Emit
}

const OPTIONS: OptionNames<LatestPerKeyOptions> = { emit: true }

/**
 * Takes the latest value of each key and window.
 *
 * **Contract** — By timestamp; of several of the latest timestamp the one with the greatest canonical bytes, as in `asOfJoin`. It has the
 * timestamp of its pane, the last of the window. With `at-once`, it comes as soon as it is there and is taken back for a later one; windows are
 * tiling ones that end (codes `WINDOWS_NOT_TILING`, `NEVER_FORGETS`). Panes with a `timestampCombiner` are refused (`PANE_TIMESTAMPS`). A value that is not the latest takes the latest back and gives it again.
 *
 * **Late data** — As of a grouping.
 *
 * **State** — one value for each key, until the window expires; fed by changes, all of them.
 *
 * ```ts
 * latestPerKey('State').name // => 'State'
 * ```
 */
export function latestPerKey<K, V>(
  name: string,
  options: LatestPerKeyOptions = {},
): PTransform<PCollection<KV<K, V>>, PCollection<KV<K, V>>> {
  const subject = `latestPerKey(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  checkChoice(subject, 'emit', options.emit, ['final', 'at-once'])
  return composite(name, (values: PCollection<KV<K, V>>) => {
    requireTimes(subject, values)
    const timed = values.pipe(
      parDo({
        process: ([key, element]: KV<K, V>, { timestamp }): readonly KV<K, Timed<V>>[] => [
          [key, { at: timestamp, element }],
        ],
      }),
    )
    if (options.emit !== 'at-once') return timed.pipe(combinePerKey('Latest', latest<V>()), map(valueOf))
    requireAtOnce(subject, values)
    return asBefore(values, timed.pipe(firingAtOnce(values), combinePerKey('Latest', latest<V>()), map(valueOf)))
  })
}

// The earliest or latest timestamp of a pane leaves out what came late, so it would be another one in every run.
function requireTimes(subject: string, values: PCollection<unknown>): void {
  const { panes, windowing } = values['~ref']
  if (panes === 'elements' || windowing.timestampCombiner === 'end-of-window') return
  throw new IncompatibleWindowingError(
    'PANE_TIMESTAMPS',
    `${subject} goes by timestamps and is fed by panes that have the ${windowing.timestampCombiner} one of their elements, of which late ones do not count. ` +
      'Which value is the latest would depend on arrival. Leave out timestampCombiner above.',
  )
}

function valueOf<K, V>([key, { element }]: KV<K, Timed<V>>): KV<K, V> {
  return [key, element]
}

function latest<V>(): CombineFn<Timed<V>, Timed<V> | null, Timed<V>> {
  const later = (a: Timed<V> | null, b: Timed<V> | null): Timed<V> | null => {
    if (a === null || b === null) return a ?? b
    if (a.at !== b.at) return a.at > b.at ? a : b
    return compareBytes(encodeValue(a.element), encodeValue(b.element)) < 0 ? b : a
  }
  return {
    name: 'latest',
    orderFree: true,
    createAccumulator: () => null,
    addInput: later,
    mergeAccumulators: later,
    // There is a value wherever there is a key.
    extractOutput: (accumulator) => accumulator as Timed<V>,
    mergeOutputs: (a, b) => later(a, b) as Timed<V>,
  }
}
