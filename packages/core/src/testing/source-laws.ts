/**
 * The laws of sources, checked on what a source has.
 *
 * A PullSource promises that its splits are the same each time, and that what a split holds does not depend on how it is read: in which
 * portions, from which of the positions it gave, beside which other readers. Retries, snapshots and replays rest on it. The checker reads in
 * other ways and reports those that end elsewhere.
 */
import { checkOptions, encodeValue, equalBytes, type Json, type PullSource, type SourceSplit } from '../index.ts'
import { isJson, readSplit, type Reading, type Stop } from './reading.ts'
import { showValue } from './show-value.ts'

/** How the checker reads and compares. */
export interface SourceLawOptions<T> {
  /** When two elements are the same (equal canonical bytes). */
  readonly equal?: (a: T, b: T) => boolean
  /** How many elements of each split are read (1,000): more is not asked of it, so that a source need not end. */
  readonly limit?: number
}

interface Subject<T> {
  readonly source: PullSource<T>
  readonly splits: readonly SourceSplit[]
  readonly equal: (a: T, b: T) => boolean
  readonly limit: number
  /** What each split holds, read in one go. */
  readonly expected: ReadonlyMap<string, Reading<T>>
}

type Law = <T>(subject: Subject<T>) => AsyncIterable<string>

const LAWS: Readonly<Record<string, Law>> = {
  portions: checkPortions,
  positions: checkPositions,
  end: checkEnd,
  closing: checkClosing,
  readers: checkReaders,
}

/** Portions in which a split is read, beside all at once. */
const PORTIONS: readonly number[] = [1, 2, 7]
/** Positions of a split that are gone on from. */
const POSITIONS = 20

/**
 * Returns the laws that the source breaks on what it has now, one line of text each; none for a lawful one.
 *
 * **Contract** — Checked are: splits that are the same each time, with names of their own and restrictions that are JSON; at most as many
 * elements as there were credits, each with an offset, and offsets that rise; the same elements and rejected records in other portions;
 * positions that are JSON and do not change later, from each of which the rest follows; nothing after the end; readers that can be closed at any
 * time and do not disturb one another. What the source reads from must stay as it is meanwhile, and have come: the checker waits as long
 * as the source does.
 *
 * ```ts
 * const none: PullSource<number> = {
 *   mode: 'pull',
 *   description: 'none',
 *   bounded: true,
 *   unit: 'element',
 *   splits: async () => [],
 *   open: () => ({ read: () => { throw new Error('there is no split') }, close() {} }),
 * }
 * await checkSourceLaws(none) // => []
 * ```
 */
export async function checkSourceLaws<T>(
  source: PullSource<T>,
  options: SourceLawOptions<T> = {},
): Promise<readonly string[]> {
  checkOptions('checkSourceLaws', options, { equal: true, limit: true })
  const { equal = (a: T, b: T) => equalBytes(encodeValue(a), encodeValue(b)), limit = 1_000 } = options
  const broken: string[] = []
  try {
    const splits = await source.splits()
    broken.push(...named('splits', checkSplits(splits, await source.splits())))
    const expected = new Map<string, Reading<T>>()
    for (const split of splits) {
      const reading = await readSplit(source, split, { credits: limit, limit })
      broken.push(...named('reading', reading.faults))
      expected.set(split.id, reading)
    }
    const subject = { source, splits, equal, limit, expected }
    for (const [law, check] of Object.entries(LAWS)) broken.push(...named(law, await run(check(subject))))
    broken.push(...named('splits', checkSplits(splits, await source.splits())))
  } catch (error) {
    broken.push(`reading: threw ${String(error)}`)
  }
  return [...new Set(broken)]
}

async function run(lines: AsyncIterable<string>): Promise<readonly string[]> {
  const broken = new Set<string>()
  try {
    for await (const line of lines) broken.add(line)
  } catch (error) {
    broken.add(`threw ${String(error)}`)
  }
  return [...broken]
}

function named(law: string, broken: Iterable<string>): readonly string[] {
  return [...new Set(broken)].map((line) => `${law}: ${line}`)
}

function* checkSplits(first: readonly SourceSplit[], again: readonly SourceSplit[]): Iterable<string> {
  const [ids, others] = [first, again].map((splits) => splits.map(({ id }) => id)) as [string[], string[]]
  if (JSON.stringify(ids) !== JSON.stringify(others))
    yield `they were ${showValue(ids)}, asked again ${showValue(others)}`
  for (const [index, { id, restriction }] of first.entries()) {
    if (id === '') yield `split ${index} has no name`
    if (ids.indexOf(id) < index) yield `two are named "${id}"`
    if (!isJson(restriction)) yield `the restriction of "${id}" is no JSON: ${showValue(restriction)}`
    const other = again[index]
    if (other !== undefined && JSON.stringify(other.restriction) !== JSON.stringify(restriction))
      yield `the restriction of "${id}" was ${showValue(restriction)}, asked again ${showValue(other.restriction)}`
  }
}

async function* checkPortions<T>(subject: Subject<T>): AsyncIterable<string> {
  const { source, splits, limit, expected } = subject
  for (const split of splits) {
    for (const credits of PORTIONS) {
      const reading = await readSplit(source, split, { credits, limit })
      yield* reading.faults
      yield* differences(subject, `split "${split.id}" read ${credits} at a time`, reading, expected.get(split.id)!)
    }
  }
}

async function* checkPositions<T>(subject: Subject<T>): AsyncIterable<string> {
  const { source, splits, limit, expected } = subject
  for (const split of splits) {
    const whole = expected.get(split.id)!
    const { stops } = await readSplit(source, split, { credits: 1, limit })
    for (const [index, { position, text }] of stops.entries()) {
      const now = JSON.stringify(position)
      if (now !== text)
        yield `position ${text} of split "${split.id}" has become ${now} ${stops.length - index - 1} reads later`
    }
    for (const stop of sample(stops)) {
      const position = JSON.parse(stop.text) as Json
      // Another portion than the one that led here, so that a position is no agreement between two reads.
      const rest = await readSplit(source, split, { credits: 3, limit: limit - stop.elements, position })
      yield* rest.faults
      const how = `split "${split.id}" read from position ${stop.text}, which it gave after ${stop.elements} elements,`
      yield* differences(subject, how, rest, after(whole, stop))
    }
  }
}

async function* checkEnd<T>({ source, splits, limit }: Subject<T>): AsyncIterable<string> {
  for (const split of splits) {
    const reader = source.open(split)
    let left = limit
    let done = false
    while (!done && left > 0) {
      const batch = await reader.read(left)
      ;({ done } = batch)
      left -= Math.max(1, batch.elements.length)
    }
    const more = done ? await reader.read(1) : undefined
    if (more !== undefined && (!more.done || more.elements.length + more.rejected.length > 0)) {
      const given = [...more.elements, ...more.rejected]
      yield `split "${split.id}" was done, and read once more it ${given.length > 0 ? `gives ${showValue(given)}` : 'is not done'}`
    }
    await reader.close()
  }
}

async function* checkClosing<T>({ source, splits }: Subject<T>): AsyncIterable<string> {
  for (const split of splits) {
    for (const reads of [0, 1, 2]) {
      const reader = source.open(split)
      try {
        for (let read = 0; read < reads; read++) await reader.read(1)
        await reader.close()
      } catch (error) {
        yield `a reader of split "${split.id}" closed after ${reads} reads threw ${String(error)}`
      }
    }
  }
}

async function* checkReaders<T>(subject: Subject<T>): AsyncIterable<string> {
  const { source, splits, limit, expected } = subject
  // Each split twice, all at once, a few elements of each in turn.
  const readings = [...splits, ...splits].map((split) => readSplit(source, split, { credits: 2, limit }))
  for (const [index, reading] of (await Promise.all(readings)).entries()) {
    const { id } = splits[index % splits.length]!
    yield* differences(subject, `split "${id}" read beside other readers`, reading, expected.get(id)!)
  }
}

/** The first thing in which two readings differ; where either was cut short, as far as both go. */
function* differences<T>(
  { equal, limit }: Subject<T>,
  how: string,
  actual: Reading<T>,
  expected: Reading<T>,
): Iterable<string> {
  const whole = actual.done && expected.done
  const length = whole ? Math.max(actual.elements.length, expected.elements.length) : limit
  for (let index = 0; index < length; index++) {
    const isThere = index < actual.elements.length
    const isExpected = index < expected.elements.length
    if (!isThere && !isExpected) break
    const shown = (reading: Reading<T>, has: boolean): string =>
      has ? `${showValue(reading.elements[index])} at offset ${reading.offsets[index]}` : 'nothing'
    const same =
      isThere &&
      isExpected &&
      actual.offsets[index] === expected.offsets[index] &&
      equal(actual.elements[index] as T, expected.elements[index] as T)
    if (same || (!whole && !(isThere && isExpected))) continue
    yield `${how} gives ${shown(actual, isThere)} as element ${index}, in one go ${shown(expected, isExpected)}`
    return
  }
  if (whole && JSON.stringify(actual.rejected) !== JSON.stringify(expected.rejected))
    yield `${how} rejects ${showValue(actual.rejected)}, in one go ${showValue(expected.rejected)}`
  if (actual.done !== expected.done && actual.elements.length < limit && expected.elements.length < limit)
    yield `${how} ${actual.done ? 'ends' : 'does not end'}, in one go it ${expected.done ? 'does' : 'does not'}`
}

/** What a reading has after a stop. */
function after<T>({ elements, offsets, rejected, ...rest }: Reading<T>, stop: Stop): Reading<T> {
  return {
    ...rest,
    elements: elements.slice(stop.elements),
    offsets: offsets.slice(stop.elements),
    rejected: rejected.slice(stop.rejected),
  }
}

/** A few, spread evenly; the first and the last are among them. */
function sample(stops: readonly Stop[]): readonly Stop[] {
  if (stops.length <= POSITIONS) return stops
  const step = (stops.length - 1) / (POSITIONS - 1)
  return Array.from({ length: POSITIONS }, (_, index) => stops[Math.round(index * step)]!)
}
