/**
 * Where a text stops being JSON (RFC 8259), and why.
 *
 * JSON.parse tells neither in words that stay the same from one release of the platform to the next. This walk is made only for
 * a text that was refused. It keeps its own stack, so that no nesting is too deep for it.
 */
import { visible } from '../file/visible-text.ts'

/** What is wrong, and the index of the character at which it shows. */
export interface JsonFault {
  readonly at: number
  readonly what: string
}

/** The first fault of a text, or undefined when it is JSON. */
export function jsonFault(text: string): JsonFault | undefined {
  const walk = new JsonWalk(text)
  try {
    walk.run()
    return undefined
  } catch (error) {
    if (error instanceof JsonFaultSignal) return error.fault
    throw error
  }
}

class JsonFaultSignal extends Error {
  readonly fault: JsonFault

  constructor(fault: JsonFault) {
    super(fault.what)
    this.fault = fault
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /[\p{L}\p{N}_$.+-]+/uy
const PLAIN = /[^"\\\p{Cc}]*/uy
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const BLANKS = /[ \t\n\r]*/y
const LITERALS: ReadonlySet<string> = new Set(['true', 'false', 'null'])

class JsonWalk {
  readonly #text: string
  /** The brackets that are open. */
  readonly #open: ('{' | '[')[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  run(): void {
    this.#value()
    while (this.#open.length > 0) this.#member()
    this.#blanks()
    if (this.#at < this.#text.length) this.#fail(`${this.#here()} follows the value`)
  }

  /** Reads what may stand behind a value: the end of what it is in, or a comma and another value. */
  #member(): void {
    this.#blanks()
    const inObject = this.#open.at(-1) === '{'
    const end = inObject ? '}' : ']'
    const sign = this.#text[this.#at]
    if (sign === end) {
      this.#at++
      this.#open.pop()
    } else if (sign === ',') {
      this.#at++
      this.#blanks()
      if (this.#text[this.#at] === end) this.#fail(`a comma stands before ${end}`)
      if (inObject) this.#name()
      this.#value()
    } else this.#fail(`${this.#here()} stands where a comma or ${end} should`)
  }

  /** Reads a value, or the beginning of one that has members: depth is a loop, not a call in a call. */
  #value(): void {
    for (;;) {
      this.#blanks()
      const sign = this.#text[this.#at]
      if (sign !== '{' && sign !== '[') return this.#scalar(sign)
      this.#at++
      this.#blanks()
      if (this.#text[this.#at] === (sign === '{' ? '}' : ']')) {
        this.#at++
        return undefined
      }
      this.#open.push(sign)
      if (sign === '{') this.#name()
    }
  }

  #scalar(sign: string | undefined): void {
    if (sign === '"') this.#string()
    else if (sign !== undefined && /[-\d]/.test(sign)) this.#number()
    else {
      const word = this.#peek(WORD)
      if (LITERALS.has(word)) this.#at += word.length
      else if (word !== '') this.#fail(`${visible(word, 40)} is no value that JSON has`)
      else this.#fail(`${this.#here()} stands where a value should`)
    }
  }

  #name(): void {
    if (this.#text[this.#at] !== '"') this.#fail(`${this.#here()} stands where a name in double quotes should`)
    this.#string()
    this.#blanks()
    if (this.#text[this.#at] !== ':') this.#fail(`${this.#here()} stands where a colon should`)
    this.#at++
  }

  #string(): void {
    this.#at++
    for (;;) {
      this.#match(PLAIN)
      const sign = this.#text[this.#at]
      if (sign === '"') break
      if (sign === undefined) this.#fail('the line ends inside of a text')
      if (sign === '\\') this.#escape()
      // Of the control characters JSON forbids those below a blank only.
      else if (sign !== undefined && sign < ' ') this.#fail(`the control character ${visible(sign)} stands in a text`)
      else this.#at++
    }
    this.#at++
  }

  #escape(): void {
    if (this.#match(ESCAPE) === '') {
      this.#fail(`${visible(this.#text.slice(this.#at, this.#at + 2))} is no escape that JSON has`)
    }
  }

  #number(): void {
    const start = this.#at
    const number = this.#match(NUMBER)
    const rest = this.#peek(WORD)
    if (number !== '' && rest === '') return
    this.#at = start
    this.#fail(`${visible(this.#peek(WORD), 40)} is no number that JSON has`)
  }

  #here(): string {
    const sign = this.#text.slice(this.#at, this.#at + 2)
    if (sign === '') return 'the end of the line'
    if (sign === '//' || sign === '/*') return 'a comment, which JSON does not have,'
    if (sign.startsWith('\ufeff')) return 'a byte order mark'
    const code = sign.codePointAt(0) ?? 0
    return `"${visible(String.fromCodePoint(code))}"`
  }

  #blanks(): void {
    this.#match(BLANKS)
  }

  #match(pattern: RegExp): string {
    const found = this.#peek(pattern)
    this.#at += found.length
    return found
  }

  #peek(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)?.[0] ?? ''
  }

  #fail(what: string): never {
    throw new JsonFaultSignal({ at: this.#at, what })
  }
}
