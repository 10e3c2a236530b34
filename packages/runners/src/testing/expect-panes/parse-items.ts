/**
 * parseItems: what the cells of a time line say: elements, times, panes, entries of the ledger.
 *
 * Every item keeps its place, so that an error and a difference can point at it.
 */
import { GLOBAL_WINDOW, type LedgerReason, type PaneTiming, type Timestamp, type Window } from '@tidemark/core'
import { wordsOf, type Word } from './parse-table.ts'
import type { Cell, ElementItem, LedgerItem, PaneItem, TimeScale, Written } from './time-line.ts'
import { TimeLineError, type Place } from './time-line-error.ts'
import { parseTime, parseWindow } from './written-time.ts'
import { KEYWORDS, parseValue } from './written-value.ts'

const TIMINGS: readonly PaneTiming[] = ['early', 'on-time', 'late']
const REASONS: readonly LedgerReason[] = [
  'expired',
  'closed-window',
  'too-late',
  'no-window',
  'overflow',
  'duplicate',
  'dead-letter',
  'future',
  'session-split',
  'sampled',
]

type Base = Pick<TimeScale, 'base'>

/** Words of a cell, taken one after the other. */
class Words {
  readonly #notation: string
  readonly #words: readonly Word[]
  #next = 0

  constructor(notation: string, cell: Cell) {
    this.#notation = notation
    this.#words = wordsOf(notation, cell)
  }

  get next(): Word | undefined {
    return this.#words[this.#next]
  }

  take(): Word {
    return this.#words[this.#next++]!
  }

  /** Takes the next word when it is the given one. */
  takeIf(text: string): boolean {
    if (this.next?.text !== text) return false
    this.#next += 1
    return true
  }

  /** Takes the word that must follow the last one. */
  following(what: string, cure: string): Word {
    if (this.next !== undefined) return this.take()
    const last = this.#words[this.#next - 1]!
    throw this.fault(last.place, `${what} is missing after "${last.text}"`, cure)
  }

  value(what: string): Written {
    const word = this.following(what, 'Write it behind, as in a=1.')
    const { text, place } = word
    if (KEYWORDS.has(text)) {
      throw this.fault(place, `"${text}" stands where ${what} should`, `As a value it is written in quotes: '${text}'.`)
    }
    const read = parseValue(text)
    if ('value' in read) return read.value
    const at = { ...place, column: place.column + read.at, length: 1 }
    throw this.fault(
      at,
      `${text} is no value: ${read.problem}`,
      "Write a=1, 'two words', [1, 2] or { user: ann }; text that is more than one plain word stands in quotes.",
    )
  }

  fault(place: Place, problem: string, cure: string): TimeLineError {
    return new TimeLineError(this.#notation, place, problem, cure)
  }
}

/** The elements of a cell: each a value, after its time when that is not the current watermark. */
export function parseElements(notation: string, cell: Cell, scale: Base): readonly ElementItem[] {
  const words = new Words(notation, cell)
  const items: ElementItem[] = []
  while (words.next !== undefined) {
    const { text, place } = words.next
    const time = parseTime(text, scale)
    if (time !== undefined) words.take()
    items.push({ value: words.value('an element'), time, place })
  }
  return items
}

/** The times of a cell, and where they stand. */
export function parseTimes(
  notation: string,
  cell: Cell,
  scale: Base,
): readonly { readonly time: Timestamp; readonly place: Place }[] {
  const words = new Words(notation, cell)
  const times: { time: Timestamp; place: Place }[] = []
  while (words.next !== undefined) times.push(timeAt(words, words.take(), scale))
  return times
}

/** The names of a cell, and where they stand. */
export function parseNames(notation: string, cell: Cell): readonly Word[] {
  return wordsOf(notation, cell)
}

/** The panes of a cell. */
export function parsePanes(notation: string, cell: Cell, scale: Base): readonly PaneItem[] {
  const words = new Words(notation, cell)
  const items: PaneItem[] = []
  while (words.next !== undefined) {
    const { place } = words.next
    const timing = TIMINGS.find((name) => words.takeIf(name))
    const sign = words.takeIf('-') ? -1 : 1
    const value = words.value('a value')
    items.push({ timing, sign, value, ...attributes(words, scale), place })
  }
  return items
}

/** The entries of a cell of the ledger. */
export function parseLedger(notation: string, cell: Cell): readonly LedgerItem[] {
  const words = new Words(notation, cell)
  const items: LedgerItem[] = []
  while (words.next !== undefined) {
    const { text, place } = words.take()
    const reason = REASONS.find((name) => name === text)
    if (reason === undefined) {
      throw words.fault(
        place,
        `"${text}" is no reason of the ledger`,
        `An entry begins with one of ${REASONS.join(', ')}.`,
      )
    }
    items.push({ reason, value: words.value('the element'), place })
  }
  return items
}

type Attributes = Pick<PaneItem, 'window' | 'timestamp' | 'index' | 'isLast'>

function attributes(words: Words, scale: Base): Attributes {
  const found: { -readonly [N in keyof Attributes]: Attributes[N] } = {}
  for (;;) {
    if (words.takeIf('in')) found.window = windowAt(words, words.following('a window', WINDOW), scale)
    else if (words.takeIf('at')) {
      found.timestamp = timeAt(words, words.following('a time', 'Write the timestamp of the pane.'), scale).time
    } else if (words.takeIf('last')) found.isLast = true
    else if (/^#\d+$/.test(words.next?.text ?? '')) found.index = Number(words.take().text.slice(1))
    else return found
  }
}

const WINDOW = 'Write it half-open, as in [10:00,10:01), or global.'

function windowAt(words: Words, { text, place }: Word, scale: Base): Window {
  const window = parseWindow(text, scale, GLOBAL_WINDOW)
  if (window !== undefined) return window
  throw words.fault(place, `"${text}" is no window`, WINDOW)
}

function timeAt(words: Words, { text, place }: Word, scale: Base): { time: Timestamp; place: Place } {
  const time = parseTime(text, scale)
  if (time !== undefined) return { time, place }
  throw words.fault(
    place,
    `"${text}" is no time`,
    'Write 10:00:05 for a time of the day, +5s or +1m30s for a time since the base, or 2026-03-01T10:00:00Z in full.',
  )
}
