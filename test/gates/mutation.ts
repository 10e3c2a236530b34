/**
 * Mutations: one-line changes of a source that a named test must notice, as comments above the tests that do.
 *
 *     // Mutation: packages/core/src/window/window.ts: `window.end - 1` → `window.end`
 *     it('statement 2: …', …)
 *
 * A test that stays green whatever the code does shows nothing; the comment names the fault that it would find, and
 * scripts/mutants.js plants each in turn and runs the test. Nothing on disk changes: the plugin below hands vite the changed
 * text of the file that the variable TIDEMARK_MUTATION names. vitest.config.ts and scripts/mutants.js rely on this.
 */
import { join } from 'node:path'
import type { Plugin } from 'vitest/config'

/** A change of one place of one file. */
export interface Mutation {
  /** The file's path from the root, with slashes. */
  readonly file: string
  /** Stands exactly once in the file. */
  readonly from: string
  readonly to: string
}

/** A mutation and the test that must notice it. */
export interface Mutant {
  readonly mutation: Mutation
  /** The mutation as written, which is what TIDEMARK_MUTATION takes. */
  readonly written: string
  /** Path of the test file, and line of the comment in it, counted from 1. */
  readonly path: string
  readonly line: number
  /** Title of the test, without those of the suites around it. */
  readonly title: string
}

/** A mutation that cannot be planted, or a comment that names none. */
export class MutationError extends Error {
  override readonly name = 'MutationError'
}

const COMMENT = /^\s*\/\/ Mutation: (.*)$/
const TEST =
  /^ *(?:it|test)(?:\.\w+(?:\([^()]*\))?)*\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)/

/** Reads a mutation as written: a path, a colon, and two texts in backticks with an arrow between them. */
export function parseMutation(written: string): Mutation {
  const [, file, from, to] = /^([^\s:`]+): `([^`]+)` → `([^`]*)`$/.exec(written) ?? []
  if (file === undefined || from === undefined || to === undefined || from === to) {
    throw new MutationError(`"${written}" is no mutation. Write: path/of/file.ts: \`a\` → \`b\``)
  }
  return { file, from, to }
}

/** The mutants of a test file, from the comments directly above its tests; a test may have several. */
export function mutantsOf(path: string, source: string): readonly Mutant[] {
  const lines = source.split('\n')
  return lines.flatMap((text, index) => {
    const written = COMMENT.exec(text)?.[1]
    if (written === undefined) return []
    const line = index + 1
    const below = lines.findIndex((other, at) => at > index && !/^\s*\/\//.test(other))
    const title = titleOf(`${lines[below] ?? ''}\n${lines[below + 1] ?? ''}`)
    if (title === undefined) {
      throw new MutationError(
        `${path}:${line}: no test stands directly below the mutation, so nothing would notice it.`,
      )
    }
    return [{ mutation: parseMutation(written), written, path, line, title }]
  })
}

/** The titles of the tests of a test file, without those of the suites around them. */
export function titlesOf(source: string): readonly string[] {
  const lines = source.split('\n')
  return lines.flatMap((text, index) => titleOf(`${text}\n${lines[index + 1] ?? ''}`) ?? [])
}

/** The statements that a title begins with: `statement 17: …`, `statements 43, 44: …`. */
export function statementsOf(title: string): readonly number[] {
  const numbers = /^statements? ([\d, and]+):/.exec(title)?.[1] ?? ''
  return [...numbers.matchAll(/\d+/g)].map(([number]) => Number(number))
}

/** The source of a file with the mutation in it. */
export function mutated(source: string, { file, from, to }: Mutation): string {
  const [before, after, ...more] = source.split(from)
  if (before === undefined || after === undefined || more.length > 0) {
    const times = after === undefined ? 0 : more.length + 1
    throw new MutationError(
      `\`${from}\` stands ${times} times in ${file}; to say what is changed, it must stand there once.`,
    )
  }
  return `${before}${to}${after}`
}

/** The vite plugin: the file that TIDEMARK_MUTATION names is loaded with its mutation. Without the variable it does nothing. */
export function mutation(): Plugin {
  let root = ''
  return {
    name: 'tidemark-mutation',
    enforce: 'pre',
    configResolved: (config) => {
      root = config.root
    },
    transform(source, id) {
      const written = process.env['TIDEMARK_MUTATION']
      if (written === undefined || written === '') return undefined
      const planted = parseMutation(written)
      const [file] = id.split('?')
      return file === join(root, planted.file) ? { code: mutated(source, planted), map: null } : undefined
    },
  }
}

function titleOf(code: string): string | undefined {
  const [, ...titles] = TEST.exec(code) ?? []
  return titles.find((title) => title !== undefined)?.replace(/\\(.)/g, '$1')
}
