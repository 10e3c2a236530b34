/**
 * Every source file says what it holds, and every export what it promises.
 */
import { describe, expect, it } from 'vitest'
import { exportLists, exportsWithoutComment, filesWithoutHead } from './gates/documentation.ts'
import { packages, typescriptFiles } from './gates/repository.ts'

describe('the packages', () => {
  const files = typescriptFiles(...packages.map((name) => `packages/${name}/src`))

  it('have a head comment in every file', () => {
    expect(filesWithoutHead(files)).toEqual([])
  })

  it('have a doc comment on every export', () => {
    expect(exportsWithoutComment(files)).toEqual([])
  })

  it('export where they declare', () => {
    expect(exportLists(files)).toEqual([])
  })
})

describe('the rules', () => {
  const file = (source: string) => [{ path: 'a.ts', source }]

  it('ask for a doc comment at the very top', () => {
    expect(filesWithoutHead(file(`/**\n * Head.\n */\nimport 'a'`))).toEqual([])
    expect(filesWithoutHead(file(`import 'a'\n/** Late. */`))).toEqual(['a.ts'])
    expect(filesWithoutHead(file(`// Not a doc comment.\n`))).toEqual(['a.ts'])
    expect(filesWithoutHead(file(`/** */\n`))).toEqual(['a.ts'])
    expect(filesWithoutHead(file(''))).toEqual(['a.ts'])
  })

  it.each([
    'export function f() {}',
    'export function* f() {}',
    'export async function f() {}',
    'export class F {}',
    'export abstract class F {}',
    'export const f = 1',
    'export interface F {}',
    'export type F = 1',
    'export const enum F {}',
    'export declare const f: 1',
    'export const { f } = g',
    'export default class F {}',
  ])('ask for a comment before: %s', (line) => {
    expect(exportsWithoutComment(file(`/** Head. */\n${line}`))).toHaveLength(1)
    expect(exportsWithoutComment(file(`/** Head. */\n\n// A remark.\n${line}`))).toHaveLength(1)
    expect(exportsWithoutComment(file(`/** Head. */\n/** Another's. */\nconst a = 1\n${line}`))).toHaveLength(1)
    expect(exportsWithoutComment(file(`/** Head. */\n\n/** Says the law. */\n${line}`))).toEqual([])
  })

  it('ask for none before the lines of a door', () => {
    const lines = `export { a } from './a.ts'\nexport type { B } from './b.ts'\nexport type {\n  C,\n} from './c.ts'`
    expect(exportsWithoutComment(file(`/** Head. */\n${lines}`))).toEqual([])
  })

  it('name the line and the export', () => {
    expect(exportsWithoutComment(file(`/** Head. */\n\nexport const a = 1`))).toEqual(['a.ts:3 a'])
  })

  it('let the overloads of a function share a comment', () => {
    const overloads = `export function f(a: 1): 1\nexport function f(a: 2): 2\nexport function f(a: 1 | 2) {}`
    expect(exportsWithoutComment(file(`/** Head. */\n/** Says. */\n${overloads}`))).toEqual([])
    expect(exportsWithoutComment(file(`/** Head. */\n${overloads}`))).toHaveLength(3)
  })

  it('refuse lists of exports, other than those of doors', () => {
    expect(exportLists(file(`const a = 1\nexport { a }`))).toHaveLength(1)
    expect(exportLists(file(`export { a } from './a.ts'`))).toEqual([])
  })
})
