/**
 * parseTable: the text of a time line taken apart into labels, steps and cells; and a cell into words.
 *
 * Brackets and quotes keep together what stands in them, spaces and bars too. What a cell says is for others to read.
 */
import type { Cell, Label, LineKind, TimeLine } from './time-line.ts'
import { TimeLineError, type Place } from './time-line-error.ts'

const KINDS: readonly LineKind[] = ['elements', 'watermark', 'processing', 'idle', 'complete', 'panes', 'ledger']

/** A part of a line: its text, and the column where it begins. */
interface Part {
  readonly text: string
  readonly column: number
}

/** A word of a cell, and where it stands. */
export interface Word {
  readonly text: string
  readonly place: Place
}

/** Reads the table of a time line; throws a {@link TimeLineError} where it is none. */
export function parseTable(notation: string): TimeLine {
  const labels: Label[] = []
  const steps: Cell[][] = []
  let first = 0
  let inBlock = new Set<Label>()
  for (const [index, text] of notation.split('\n').entries()) {
    if (/^\s*\/\//.test(text)) continue
    if (text.trim() === '') {
      // The next block goes on after the steps of this one.
      first = steps.length
      inBlock = new Set()
      continue
    }
    const line = index + 1
    const { label, rest } = readLabel(notation, line, text, labels)
    if (inBlock.has(label)) {
      const place = placeOf(line, { text: text.trim(), column: text.length - text.trimStart().length + 1 })
      throw new TimeLineError(
        notation,
        { ...place, length: label.kind.length },
        `"${nameOf(label)}" stands twice in one block`,
        'A line goes on after an empty line, in a block of its own, where the next steps begin.',
      )
    }
    inBlock.add(label)
    for (const [step, part] of split(notation, line, rest, /\|/).entries()) {
      while (steps.length <= first + step) steps.push([])
      if (part.text.trim() === '') continue
      const leading = part.text.length - part.text.trimStart().length
      const cell = { text: part.text.trim(), column: part.column + leading }
      steps[first + step]!.push({ label, text: cell.text, place: placeOf(line, cell) })
    }
  }
  return { notation, labels, steps }
}

/** The words of a cell. */
export function wordsOf(notation: string, { text, place }: Cell): readonly Word[] {
  return split(notation, place.line, { text, column: place.column }, /\s/)
    .filter((part) => part.text !== '')
    .map((part) => ({ text: part.text, place: placeOf(place.line, part) }))
}

/** A label as it is written. */
export function nameOf({ kind, subject }: Label): string {
  return subject === undefined ? kind : `${kind}(${subject})`
}

function readLabel(notation: string, line: number, text: string, labels: Label[]): { label: Label; rest: Part } {
  const [whole = '', space = '', kind = '', , subject] = /^(\s*)([^\s(|]*)(\(\s*([^)]*?)\s*\))?/.exec(text) ?? []
  const known = KINDS.find((name) => name === kind)
  const next = text[whole.length]
  if (known === undefined || (next !== undefined && next !== '|' && !/\s/.test(next))) {
    throw new TimeLineError(
      notation,
      { line, column: space.length + 1, length: Math.max(1, text.trim().split(/[\s|]/)[0]!.length) },
      `"${text.trim().split(/[\s|]/)[0]}" is no line of a time line`,
      `A line begins with one of ${KINDS.join(', ')}; a name may follow in brackets, as in elements(Clicks) or panes(totals).`,
    )
  }
  const name = subject === undefined || subject === '' ? undefined : subject
  let label = labels.find((other) => other.kind === known && other.subject === name)
  if (label === undefined) {
    label = { kind: known, subject: name, place: { line, column: space.length + 1, length: whole.trim().length } }
    labels.push(label)
  }
  return { label, rest: { text: text.slice(whole.length), column: whole.length + 1 } }
}

/** Splits a part at what separates, outside of brackets and quotes. */
function split(notation: string, line: number, { text, column }: Part, separator: RegExp): readonly Part[] {
  const parts: Part[] = []
  const open: number[] = []
  let start = 0
  let quote: string | undefined
  let quoteAt = 0
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!
    if (quote !== undefined) {
      if (char === '\\') at += 1
      else if (char === quote) quote = undefined
    } else if (char === "'" || char === '"') {
      quote = char
      quoteAt = at
    } else if ('[{('.includes(char)) open.push(at)
    else if (']})'.includes(char)) open.pop()
    else if (open.length === 0 && separator.test(char)) {
      parts.push({ text: text.slice(start, at), column: column + start })
      start = at + 1
    }
  }
  const unclosed = quote === undefined ? open[0] : quoteAt
  if (unclosed !== undefined) {
    throw new TimeLineError(
      notation,
      { line, column: column + unclosed, length: 1 },
      `"${text[unclosed]}" is never closed`,
      'Close it in the same line.',
    )
  }
  parts.push({ text: text.slice(start), column: column + start })
  return parts
}

function placeOf(line: number, { text, column }: Part): Place {
  return { line, column, length: text.length }
}
