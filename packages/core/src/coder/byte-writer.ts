/**
 * A growing buffer that encoders write to and that is used again for the next value.
 *
 * `bytes` has at least `length` bytes written; {@link ByteWriter.finish} returns a copy, so what a caller holds never
 * changes. Text is written as UTF-8 by hand: core has no TextEncoder, and most keys are short and ASCII.
 */

const INITIAL = 256
const KEPT = 1 << 20

/** Writes bytes, ordered doubles and text one after the other. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL)
  #view: DataView = new DataView(this.#bytes.buffer)
  #length = 0

  /** Writes one byte. */
  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length] = value
    this.#length += 1
  }

  /**
   * Writes eight bytes that sort as the numbers do: a double in big-endian order with its sign flipped, all of it if
   * negative.
   */
  orderedDouble(value: number): void {
    this.#reserve(8)
    const at = this.#length
    const bytes = this.#bytes
    this.#view.setFloat64(at, value)
    const first = bytes[at] ?? 0
    if (first < 0x80) bytes[at] = first | 0x80
    else for (let i = at; i < at + 8; i += 1) bytes[i] = ~(bytes[i] ?? 0)
    this.#length = at + 8
  }

  /** Writes bytes as they are. */
  raw(source: Uint8Array): void {
    this.#reserve(source.length)
    this.#bytes.set(source, this.#length)
    this.#length += source.length
  }

  /**
   * Writes bytes that end at a zero: 0 and 1 among them become 1 1 and 1 2, so that what is written sorts as the bytes
   * do.
   */
  terminated(source: Uint8Array): void {
    this.#reserve(2 * source.length + 1)
    const bytes = this.#bytes
    let at = this.#length
    for (let i = 0; i < source.length; i += 1) {
      const value = source[i] ?? 0
      if (value < 2) bytes[at++] = 1
      bytes[at++] = value < 2 ? value + 1 : value
    }
    bytes[at++] = 0
    this.#length = at
  }

  /**
   * Writes text as UTF-8 that ends at a zero, as {@link ByteWriter.terminated} does. Returns false at a lone surrogate.
   */
  terminatedText(text: string): boolean {
    const written = this.#text(text, true)
    if (written) this.byte(0)
    return written
  }

  /** Writes text as UTF-8. Returns false at a lone surrogate, with part of the text written. */
  text(text: string): boolean {
    return this.#text(text, false)
  }

  /** Returns a copy of what was written and makes the writer empty. */
  finish(): Uint8Array<ArrayBuffer> {
    const result = this.#bytes.slice(0, this.#length)
    this.reset()
    return result
  }

  /** Makes the writer empty; gives back memory that one large value has taken. */
  reset(): void {
    this.#length = 0
    if (this.#bytes.length > KEPT) this.#replace(new Uint8Array(INITIAL))
  }

  #text(text: string, terminated: boolean): boolean {
    // A code unit takes at most three bytes, an escaped one two.
    this.#reserve(3 * text.length)
    const bytes = this.#bytes
    let at = this.#length
    let i = 0
    // Most text is ASCII throughout: 2 to 0x7f, in one comparison.
    for (; i < text.length; i += 1) {
      const code = text.charCodeAt(i)
      if ((code - 2) >>> 0 >= 0x7e) break
      bytes[at + i] = code
    }
    at += i
    for (; i < text.length; i += 1) {
      let code = text.charCodeAt(i)
      if (code < 0x80) {
        if (code < 2 && terminated) {
          bytes[at++] = 1
          code += 1
        }
        bytes[at++] = code
      } else if (code < 0x800) {
        bytes[at++] = 0xc0 | (code >> 6)
        bytes[at++] = 0x80 | (code & 0x3f)
      } else if (code < 0xd800 || code > 0xdfff) {
        bytes[at++] = 0xe0 | (code >> 12)
        bytes[at++] = 0x80 | ((code >> 6) & 0x3f)
        bytes[at++] = 0x80 | (code & 0x3f)
      } else {
        i += 1
        const low = text.charCodeAt(i)
        // NaN at the end of the text fails the test too.
        if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return false
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
        bytes[at++] = 0xf0 | (code >> 18)
        bytes[at++] = 0x80 | ((code >> 12) & 0x3f)
        bytes[at++] = 0x80 | ((code >> 6) & 0x3f)
        bytes[at++] = 0x80 | (code & 0x3f)
      }
    }
    this.#length = at
    return true
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#replace(grown)
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}

let idle: ByteWriter | undefined = new ByteWriter()

/** Returns the bytes that `write` has written, or undefined when it returns false. */
export function bytesOf(write: (writer: ByteWriter) => boolean): Uint8Array<ArrayBuffer> | undefined {
  // A getter of the value may encode something itself, so the writer is taken while it is in use.
  const writer = idle ?? new ByteWriter()
  idle = undefined
  const complete = write(writer)
  const bytes = complete ? writer.finish() : undefined
  writer.reset()
  idle = writer
  return bytes
}
