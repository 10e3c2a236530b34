/**
 * Values as a time line writes them: `a=1`, `'two words'`, `[1, 2]`, `{ user: ann, ms: 5 }`.
 *
 * What is printed can be read again and gives the same value, for all values that can be written.
 */
import type { Written } from './time-line.ts'

const NUMBER = /^-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity)$|^NaN$/
const BIGINT = /^-?\d+n$/
const WORD = /^[^\s|=,:'"()[\]{}]+$/
const CONSTANTS: Readonly<Record<string, Written>> = { true: true, false: false, null: null }

/** What is wrong with a written value: where in its text, and why. */
export interface ValueFault {
  readonly at: number
  readonly problem: string
}

/** Reads a value; the whole text must be one. A key and its value, `key=value`, are a list of two. */
export function parseValue(text: string): { readonly value: Written } | ValueFault {
  const reader = new ValueReader(text)
  try {
    return { value: reader.whole() }
  } catch (fault) {
    if (fault instanceof Fault) return { at: fault.at, problem: fault.problem }
    throw fault
  }
}

/** Writes a value so that it can be read again. What has no notation is written as in a program. */
export function formatValue(value: unknown, isTop = true): string {
  if (typeof value === 'string') return isPlainWord(value) && !(isTop && KEYWORDS.has(value)) ? value : quoted(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (value instanceof Uint8Array) return `Uint8Array[${value.join(' ')}]`
  if (Array.isArray(value)) {
    if (isTop && value.length === 2 && typeof value[0] === 'string') {
      return `${formatValue(value[0], false)}=${formatValue(value[1], true)}`
    }
    return `[${value.map((part) => formatValue(part, false)).join(', ')}]`
  }
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Object.entries(value).map(
    ([name, part]) => `${isPlainWord(name) ? name : quoted(name)}: ${formatValue(part, false)}`,
  )
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

/** Words that mean something of their own in a line; as values they stand in quotes. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  'early',
  'on-time',
  'late',
  'in',
  'at',
  'last',
  'global',
  'all',
  '-',
])

function isPlainWord(text: string): boolean {
  return (
    WORD.test(text) &&
    !NUMBER.test(text) &&
    !BIGINT.test(text) &&
    !Object.hasOwn(CONSTANTS, text) &&
    !/^[+#-]|^\d{4}-\d\d-\d\d/.test(text)
  )
}

function quoted(text: string): string {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)
  return `'${escaped}'`
}

class Fault extends Error {
  readonly at: number
  readonly problem: string

  constructor(at: number, problem: string) {
    super(problem)
    this.at = at
    this.problem = problem
  }
}

class ValueReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Written {
    const value = this.#pair()
    this.#space()
    if (this.#at < this.#text.length)
      throw new Fault(this.#at, `"${this.#text.slice(this.#at)}" follows a value that has ended`)
    return value
  }

  #pair(): Written {
    const value = this.#single()
    if (this.#text[this.#at] !== '=') return value
    this.#at += 1
    return [value, this.#pair()]
  }

  #single(): Written {
    this.#space()
    const first = this.#text[this.#at]
    if (first === undefined) throw new Fault(this.#at, 'a value is missing')
    if (first === "'" || first === '"') return this.#quoted(first)
    if (first === '[') return this.#list()
    if (first === '{') return this.#record()
    const word = /^[^\s|=,:'"()[\]{}]+/.exec(this.#text.slice(this.#at))?.[0]
    if (word === undefined) throw new Fault(this.#at, `"${first}" begins no value`)
    this.#at += word.length
    if (NUMBER.test(word)) return Number(word)
    if (BIGINT.test(word)) return BigInt(word.slice(0, -1))
    return Object.hasOwn(CONSTANTS, word) ? CONSTANTS[word]! : word
  }

  #quoted(quote: string): string {
    const start = this.#at
    let text = ''
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at]!
      if (char === quote) {
        this.#at += 1
        return text
      }
      text += char === '\\' ? this.#escaped() : char
    }
    throw new Fault(start, 'a quote is never closed')
  }

  #escaped(): string {
    this.#at += 1
    const char = this.#text[this.#at] ?? ''
    if (char === 'u') {
      const code = this.#text.slice(this.#at + 1, this.#at + 5)
      if (!/^[0-9a-f]{4}$/i.test(code)) throw new Fault(this.#at, '\\u is not followed by four hexadecimal digits')
      this.#at += 4
      return String.fromCharCode(Number.parseInt(code, 16))
    }
    return { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[char] ?? char
  }

  #list(): Written {
    const values: Written[] = []
    this.#parts(']', () => values.push(this.#pair()))
    return values
  }

  #record(): Written {
    const fields: [string, Written][] = []
    this.#parts('}', () => {
      const at = this.#at
      const name = this.#single()
      if (typeof name !== 'string') throw new Fault(at, `${formatValue(name)} names no field`)
      this.#space()
      if (this.#text[this.#at] !== ':') throw new Fault(this.#at, `a ":" is missing after the field "${name}"`)
      this.#at += 1
      fields.push([name, this.#pair()])
    })
    return Object.fromEntries(fields)
  }

  #parts(close: string, part: () => void): void {
    const start = this.#at
    this.#at += 1
    for (let first = true; ; first = false) {
      this.#space()
      const next = this.#text[this.#at]
      if (next === undefined) throw new Fault(start, `a "${this.#text[start]}" is never closed`)
      if (next === close) break
      if (!first) {
        if (next !== ',') throw new Fault(this.#at, `"${next}" stands where "," or "${close}" should`)
        this.#at += 1
        this.#space()
      }
      part()
    }
    this.#at += 1
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1
  }
}
