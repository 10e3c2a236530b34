/**
 * The rules by which fences of pages become tests.
 */
import { describe, expect, it } from 'vitest'
import { fenceModule, pageModule, parseFences, withAssertions } from './gates/doctest.ts'

const fence = (info: string, ...body: readonly string[]) => [`\`\`\`${info}`, ...body, '```'].join('\n')
const assertion = (source: string) => withAssertions(source, 'a.md:1')

describe('the fences of a page', () => {
  it('are those marked ts, with their line and the heading above', () => {
    const page = `# Windows\n\n${fence('ts', 'a', 'b')}\n\n${fence('json', '{}')}\n## Sessions\n${fence('ts', 'c')}`
    expect(parseFences(page, 'a.md')).toEqual([
      { line: 3, title: 'Windows', mode: 'run', reason: '', source: 'a\nb' },
      { line: 12, title: 'Sessions', mode: 'run', reason: '', source: 'c' },
    ])
  })

  it('may be marked as continued or, with a reason, as not run', () => {
    const page = [fence('ts'), fence('ts continued'), fence('ts no-run="a signature"')].join('\n')
    expect(parseFences(page, 'a.md').map(({ mode, reason }) => [mode, reason])).toEqual([
      ['run', ''],
      ['continued', ''],
      ['no-run', 'a signature'],
    ])
  })

  it.each([
    'ts ignore',
    'ts no-run',
    'ts no-run=""',
    'ts no-run=" "',
    'ts skip',
    'ts continued',
    'typescript',
    'js',
    'tsx',
  ])('are refused when marked %s', (info) => {
    expect(() => parseFences(`text\n${fence(info, 'a')}`, 'a.md')).toThrow(/^a\.md:2: /)
  })

  it('must be closed', () => {
    expect(() => parseFences('```ts\na', 'a.md')).toThrow('never closed')
  })

  it('may stand inside a longer fence as text', () => {
    expect(parseFences('````md\n```ts\na\n```\n````', 'a.md')).toEqual([])
  })
})

describe('an assertion', () => {
  it('is an expression and its value', () => {
    expect(assertion('a(1) // => [1, 2]')).toBe(';expectInFence(a(1)).toEqual([1, 2])')
    expect(assertion(';[a][0] // => 1')).toBe(';expectInFence([a][0]).toEqual(1)')
    expect(assertion('await a(1) // => { b: 1 }')).toBe(';expectInFence(await a(1)).toEqual({ b: 1 })')
  })

  it('may stand behind the declaration of a constant', () => {
    expect(assertion('const a = b() // => 1')).toBe(';const a = b(); expectInFence(a).toEqual(1)')
  })

  it('may end an expression of several lines, and have a value of several lines, without moving a line', () => {
    expect(assertion('const x = 1\na({\n  b,\n}).c // => [\n//   1,\n// ]\nconst y = 2').split('\n')).toEqual([
      'const x = 1',
      ';expectInFence(a({',
      '  b,',
      '}).c).toEqual([',
      '  1,',
      '])',
      'const y = 2',
    ])
  })

  it('is refused where there is no value to compare', () => {
    expect(() => assertion('return a // => 1')).toThrow('a.md:1')
    expect(() => assertion('// => 1')).toThrow('a.md:1')
  })
})

describe('the modules of a page', () => {
  const page = `text\n${fence('ts', 'const a = 1')}\n${fence('ts continued', 'a // => 1')}\n${fence('ts', 'b')}\n${fence('ts no-run="why"', 'c')}`
  const fences = parseFences(page, 'a.md')

  it('are one test per fence, in order, the continued ones within', () => {
    expect(pageModule(fences, '/a.md').split('\n')).toEqual([
      `import { it } from 'vitest'`,
      `it("line 2: a.md", async () => { await import("/a.md.fence-0.ts") })`,
      `it("line 8: a.md", async () => { await import("/a.md.fence-2.ts") })`,
      `it.skip("line 11: a.md" + " (not run: why)", () => {})`,
    ])
  })

  it('keep the lines of the page', () => {
    expect(
      fenceModule(fences, 0, '/a.md')
        .split('\n')
        .map((line, index) => [index + 1, line]),
    ).toEqual([
      [1, `import { expect as expectInFence } from 'vitest'`],
      [2, ''],
      [3, 'const a = 1'],
      [4, ''],
      [5, ''],
      [6, ';expectInFence(a).toEqual(1)'],
    ])
    expect(fenceModule(fences, 2, '/a.md')).toMatch(/\n\nb$/)
  })
})
