/**
 * What a JSON text says that the value of JSON.parse no longer shows: how many members its objects have, and whether a number may not be
 * exactly what is written.
 *
 * Members of one name become one field, so a text with more members than its value has fields repeats a name. Found by counting, as that
 * is a single pass; which name it is, is looked for only then.
 */

/** A text in figures. */
export interface JsonShape {
  /** Members of all objects: their colons, as a colon stands nowhere else but in a text. */
  readonly members: number
  /** Whether a number has an exponent or more than fifteen characters, and so may not be exactly what is written. */
  readonly mayBeInexact: boolean
  /**
   * Whether a name may begin with an escape. JSON.parse of Node 24.21 takes such a name for a backslash, once it has read an object in which a
   * backslash is the name behind the same others: of `{"a":1,"\\":2}` and then `{"a":1,"\"":2}` the second has no field `"`.
   */
  readonly mayBeMisread: boolean
}

const QUOTE = 34
const BACKSLASH = 92
const COLON = 58
const COLON_NEXT = /[ \t\r\n]*:/y

/** The figures of a text that is JSON. */
export function jsonShape(text: string): JsonShape {
  let members = 0
  let mayBeInexact = false
  let mayBeMisread = false
  const { length } = text
  for (let at = 0; at < length; at++) {
    const sign = text.charCodeAt(at)
    if (sign === QUOTE) {
      mayBeMisread ||= text.charCodeAt(at + 1) === BACKSLASH
      at = endOfText(text, at)
    } else if (sign === COLON) members++
    else if (isDigit(sign)) {
      const start = at
      while (isNumberSign(text.charCodeAt(at + 1))) at++
      mayBeInexact ||= at - start >= 15 || /[eE]/.test(text.slice(start, at + 1))
    }
  }
  return { members, mayBeInexact, mayBeMisread }
}

/** How many fields the objects of a value have, its own and those within. */
export function fieldCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + fieldCount(part), 0)
  return Object.values(value).reduce<number>((sum, part) => sum + 1 + fieldCount(part), 0)
}

/** The first name that an object of a JSON text has twice. */
export function repeatedName(text: string): string | undefined {
  // Names of the objects that are open; an array has none.
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '{') open.push(new Set())
    else if (sign === '[') open.push(undefined)
    else if (sign === '}' || sign === ']') open.pop()
    else if (sign === '"') {
      const end = endOfText(text, at)
      COLON_NEXT.lastIndex = end + 1
      if (COLON_NEXT.test(text)) {
        const name = JSON.parse(text.slice(at, end + 1)) as string
        const names = open.at(-1)
        if (names?.has(name) === true) return name
        names?.add(name)
      }
      at = end
    }
  }
  return undefined
}

/** Where the text ends whose opening quote stands at `start`. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1
  while (text.charCodeAt(before) === BACKSLASH) before--
  return (at - before) % 2 === 0
}

function isDigit(sign: number): boolean {
  return sign >= 48 && sign <= 57
}

function isNumberSign(sign: number): boolean {
  // Digits, point, exponent and its sign.
  return isDigit(sign) || sign === 46 || sign === 101 || sign === 69 || sign === 43 || sign === 45
}
