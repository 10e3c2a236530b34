/**
 * The machine that plants mutations: what it reads, what it refuses, and that it tells a test that notices from one that does not.
 */
import { execFile } from 'node:child_process'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { mutantsOf, mutated, parseMutation, statementsOf, titlesOf } from './mutation.ts'
import { root } from './repository.ts'

/** Tests, some of which notice nothing. */
const sample = relative(root, fileURLToPath(new URL('mutation-sample/half-tests.ts', import.meta.url)))
const written = 'src/half.ts: `n / 2` → `n / 3`'
const mutation = { file: 'src/half.ts', from: 'n / 2', to: 'n / 3' }

describe('a mutation', () => {
  it('is a file and two texts', () => {
    expect(parseMutation(written)).toEqual(mutation)
    expect(parseMutation('src/half.ts: `.toSorted()` → ``')).toEqual({
      file: 'src/half.ts',
      from: '.toSorted()',
      to: '',
    })
  })

  it('is refused when it changes nothing or says too little', () => {
    const refused = ['src/half.ts: `a` → `a`', 'src/half.ts: `a` -> `b`', 'src/half.ts: a → b', '`a` → `b`']
    for (const text of refused) expect(() => parseMutation(text)).toThrow('is no mutation')
  })

  it('changes the one place where its text stands', () => {
    expect(mutated('return n / 2 + 1', mutation)).toBe('return n / 3 + 1')
  })

  it('is refused when its text stands nowhere, or more than once', () => {
    expect(() => mutated('return n >> 1', mutation)).toThrow('`n / 2` stands 0 times in src/half.ts')
    expect(() => mutated('n / 2 + n / 2', mutation)).toThrow('`n / 2` stands 2 times in src/half.ts')
  })
})

describe('the comment above a test', () => {
  const read = (...lines: readonly string[]) => mutantsOf('half.test.ts', lines.join('\n'))

  it('says what the test must notice', () => {
    expect(read('', `  // Mutation: ${written}`, "  it('halves one\\'s numbers', () => {")).toEqual([
      { mutation, written, path: 'half.test.ts', line: 2, title: "halves one's numbers" },
    ])
  })

  it('may stand beside others, and above any kind of test', () => {
    const mutants = read(
      '// Why.',
      `// Mutation: ${written}`,
      `// Mutation: ${written}`,
      'it.skipIf(!data)(',
      '  "halves",',
    )
    expect(mutants.map(({ line, title }) => [line, title])).toEqual([
      [2, 'halves'],
      [3, 'halves'],
    ])
  })

  it('is refused when no test follows at once', () => {
    expect(() => read(`// Mutation: ${written}`, '', "it('halves', () => {")).toThrow('half.test.ts:1: no test stands')
  })
})

describe('the titles of a test file', () => {
  it('are found in whatever quotes, and say of which statements a test is', () => {
    const titles = titlesOf(`it('statement 1: a', x)\n  it.skipIf(no)(\n    "statements 2, 13: it's b",\nunit('c')`)
    expect(titles).toEqual(['statement 1: a', "statements 2, 13: it's b"])
    expect([...titles, 'no statement 3: c'].map(statementsOf)).toEqual([[1], [2, 13], []])
  })
})

describe('scripts/mutants.js', () => {
  it('fails unless each mutation stands once in its file and its test, green without it, is red with it', async () => {
    const { code, output } = await mutants(sample)
    const lines = output.split('\n')
    expect(lines.filter((line) => line.startsWith('statement')).toSorted()).toEqual([
      'statement 1 killed',
      'statement 1 killed',
      'statement 2 SURVIVED',
      'statement 5 unloaded',
    ])
    expect(output).toContain('half-tests.ts:14: under test/gates/mutation-sample/half.ts: `rest >= 2` → `rest > 2`, ')
    expect(output).toContain('half-tests.ts:19: without the mutation, "statement 3: is red as it is" is failed')
    expect(output).toContain('half-tests.ts:24: `rest` stands 3 times in test/gates/mutation-sample/half.ts')
    expect(output).toContain('half-tests.ts:29: under test/gates/mutation-sample/half.ts: `return halves` → ')
    expect(code).toBe(1)
  })

  it('runs those of some statements only, and is content when all are killed', async () => {
    const { code, output } = await mutants(sample, '1')
    expect(output).toMatch(/^statement 1 killed\nstatement 1 killed\n\n2 mutants in \d+ s\n$/)
    expect(code).toBe(0)
  })
})

/** Runs the script as from a shell, without what this run of vitest has set. */
function mutants(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/VITEST|^NODE_ENV$|^TEST$/.test(name)))
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['scripts/mutants.js', ...args], { cwd: root, env }, (_, output) =>
      resolve({ code: child.exitCode ?? -1, output }),
    )
  })
}
