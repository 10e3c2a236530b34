/**
 * QuoteScanner: where CSV records end.
 *
 * A line feed ends a record unless it stands in a quoted field, and a field is quoted if and only if it begins with a quote
 * (RFC 4180). The scanner keeps its state between pieces, so a record may come in any number of them.
 */
const LF = 10
const QUOTE = 34

type State = 'field' | 'plain' | 'quoted' | 'closing'

/** Finds the end of one record at a time. */
export class QuoteScanner {
  /** Line feeds seen in the record, its own end included. */
  lines = 0
  readonly #delimiter: number
  #state: State = 'field'

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0)
  }

  /** Whether a quoted field is open where the scanner stands. */
  get isQuoted(): boolean {
    return this.#state === 'quoted'
  }

  /** Begins the next record. */
  begin(): void {
    this.#state = 'field'
    this.lines = 0
  }

  /** Index of the line feed that ends the record, or -1 when `bytes` from `start` do not hold it. */
  scan(bytes: Uint8Array, start: number): number {
    let state = this.#state
    let end = -1
    for (let i = start; i < bytes.length; i++) {
      const byte = bytes[i]
      if (byte === LF) this.lines++
      if (state === 'quoted') {
        if (byte === QUOTE) state = 'closing'
      } else if (byte === LF) {
        end = i
        break
      } else if (byte === QUOTE) {
        // A quote behind a quote is one in the text; a quote within a plain field opens nothing.
        if (state !== 'plain') state = 'quoted'
      } else state = byte === this.#delimiter ? 'field' : 'plain'
    }
    this.#state = state
    return end
  }
}
