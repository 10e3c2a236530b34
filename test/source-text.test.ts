/**
 * How the gates tell code from comments and strings.
 */
import { describe, expect, it } from 'vitest'
import { importsOf, lineAt, readSourceText } from './gates/source-text.ts'

const codeOf = (source: string) => readSourceText(source).code.replace(/\s+/g, ' ').trim()
const bareOf = (source: string) => readSourceText(source).bare.replace(/\s+/g, ' ').trim()

describe('readSourceText', () => {
  it('cuts out comments and keeps positions', () => {
    const source = 'a // b\n/* c\n */ d'
    expect(readSourceText(source).code).toBe('a     \n    \n    d')
    expect(readSourceText(source).comments).toEqual([
      { start: 2, end: 6, text: '// b' },
      { start: 7, end: 15, text: '/* c\n */' },
    ])
  })

  it('finds no comment in a string, a template or a regular expression', () => {
    const sources = [
      `'// a'`,
      `"/* a */"`,
      '`// a`',
      '`${b(`// a`)} // c`',
      String.raw`f(/\/\/ a/)`,
      String.raw`x = /[/*]/`,
      String.raw`'\' // a'`,
    ]
    for (const source of sources) expect(readSourceText(source).comments).toEqual([])
  })

  it('finds a comment behind a division and behind quotes in regular expressions', () => {
    expect(codeOf('a / b // c')).toBe('a / b')
    expect(codeOf(`x.replace(/['"]/g, '') // c`)).toBe(`x.replace(/['"]/g, '')`)
    expect(codeOf('`a${ { b: "}" } }` // c')).toBe('`a${ { b: "}" } }`')
  })

  it('empties strings on request', () => {
    expect(bareOf(`f('process.env', /Date.now/)`)).toBe(`f(' ', / /)`)
  })
})

describe('importsOf', () => {
  it('finds every form, with its line', () => {
    const source = `/** Head. */
import a from 'a'
import type { B } from "b"
import {
  c,
  type C,
} from './c.ts'
import * as d from 'd'
import 'e'
export { f } from 'f'
export * as g from 'g'
const h = await import('h')
`
    expect(importsOf(source).map(({ specifier, line }) => `${specifier} ${line}`)).toEqual([
      'a 2',
      'b 3',
      './c.ts 7',
      'd 8',
      'e 9',
      'f 10',
      'g 11',
      'h 12',
    ])
  })

  it('finds none where a word only looks like one', () => {
    expect(importsOf(`export const from = 'x'\nexport function f(from = 'y') {}\nexport type A = B<'from'>`)).toEqual(
      [],
    )
  })
})

describe('lineAt', () => {
  it('counts from 1', () => {
    expect([lineAt('a\nb', 0), lineAt('a\nb', 2)]).toEqual([1, 2])
  })
})
