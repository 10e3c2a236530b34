/**
 * Makes a test of every `ts` fence of a page, so that no example in the documentation can go stale.
 *
 * Each fence becomes a module of its own, on the lines it has in the page, so that a failure names the page's line; the page
 * becomes a test file that imports those modules in order. Only vitest.config.ts relies on this.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Plugin } from 'vitest/config'

/** A fence of TypeScript in a page. `line` is that of its opening mark, counted from 1. */
export interface Fence {
  readonly line: number
  readonly title: string
  readonly source: string
  readonly mode: 'run' | 'continued' | 'no-run'
  readonly reason: string
}

/** A statement of a fence's rules that a page breaks. */
export class FenceError extends Error {
  override readonly name = 'FenceError'
}

const FENCE_MODULE = /^(.*\.md)\.fence-(\d+)\.ts$/
const REFUSED_LANGUAGES = new Set(['typescript', 'tsx', 'javascript', 'js', 'mjs', 'jsx'])

/**
 * Reads the fences of a page.
 *
 * The info string is one of: `ts` (run as a test of its own), `ts continued` (run in the test of the fence before it, seeing
 * its names), `ts no-run="reason"` (only for signatures; shown as a skipped test with its reason). Anything else that would
 * keep a fence from running is refused with a {@link FenceError}.
 */
export function parseFences(page: string, name: string): readonly Fence[] {
  const fences: Fence[] = []
  let title = name
  let open: { mark: string; fence: Omit<Fence, 'source'> | undefined; body: string[] } | undefined
  for (const [index, text] of page.split('\n').entries()) {
    const line = index + 1
    const mark = /^\s*(`{3,}|~{3,})\s*(.*?)\s*$/.exec(text)
    if (open === undefined) {
      const heading = /^#+\s+(.*)$/.exec(text)
      if (heading?.[1] !== undefined) title = heading[1]
      if (mark?.[1] === undefined) continue
      open = { mark: mark[1], fence: readInfo(mark[2] ?? '', title, line, name, fences.length), body: [] }
    } else if (mark?.[1]?.startsWith(open.mark) === true && mark[2] === '') {
      if (open.fence !== undefined) fences.push({ ...open.fence, source: open.body.join('\n') })
      open = undefined
    } else open.body.push(text)
  }
  if (open !== undefined) throw new FenceError(`${name}: a fence is never closed.`)
  return fences
}

/** Turns lines `expression // => value` into assertions with `toEqual`; every other line, and the number of lines, stays. */
export function withAssertions(source: string, where: string): string {
  const lines = source.split('\n')
  for (let at = 0; at < lines.length; at += 1) {
    const [, code, first] = /^(.*?)\s*\/\/ => (.*)$/.exec(lines[at] ?? '') ?? []
    if (code === undefined || first === undefined) continue
    let end = at
    let value = first
    while (depth(value) > 0 && /^\s*\/\//.test(lines[end + 1] ?? '')) {
      end += 1
      value += `\n${(lines[end] ?? '').replace(/^\s*\/\/\s?/, '')}`
    }
    let start = at
    let expression = code
    while (start > 0 && (depth(expression) < 0 || /^\s*[.)\]}]/.test(expression))) {
      start -= 1
      expression = `${lines[start] ?? ''}\n${expression}`
    }
    const declared = /^\s*const (\w+)(?:: [^=]+)? = /.exec(expression)?.[1]
    if (
      expression.trim() === '' ||
      (declared === undefined && /^\s*(const|let|var|return|if|for)\b/.test(expression))
    ) {
      throw new FenceError(`${where}: "// =>" must follow an expression or "const name = …", not "${code.trim()}".`)
    }
    const assertion =
      declared === undefined
        ? `expectInFence(${expression.trim().replace(/^;|;$/g, '')}).toEqual(${value})`
        : `${expression}; expectInFence(${declared}).toEqual(${value})`
    const written = `;${assertion}`.split('\n')
    for (let line = start; line <= end; line += 1) lines[line] = written[line - start] ?? ''
  }
  return lines.join('\n')
}

/** The test file made of a page. */
export function pageModule(fences: readonly Fence[], page: string): string {
  const tests = fences.flatMap((fence, index) => {
    const label = JSON.stringify(`line ${fence.line}: ${fence.title}`)
    if (fence.mode === 'continued') return []
    if (fence.mode === 'no-run')
      return [`it.skip(${label} + ${JSON.stringify(` (not run: ${fence.reason})`)}, () => {})`]
    return [`it(${label}, async () => { await import(${JSON.stringify(`${page}.fence-${index}.ts`)}) })`]
  })
  // A page without fences has nothing to test, yet stays a test file.
  if (tests.length === 0) tests.push(`it('has no fence to run', () => {})`)
  return [`import { it } from 'vitest'`, ...tests].join('\n')
}

/** The module made of one fence and the fences that continue it, each on its own lines of the page. */
export function fenceModule(fences: readonly Fence[], index: number, page: string): string {
  const lines: string[] = []
  for (const [position, fence] of fences.entries()) {
    if (position < index || (position > index && fence.mode !== 'continued')) continue
    if (position > index && fences.slice(index + 1, position).some((between) => between.mode === 'run')) break
    while (lines.length < fence.line) lines.push('')
    lines.push(...withAssertions(fence.source, `${basename(page)}:${fence.line}`).split('\n'))
  }
  lines[0] = `import { expect as expectInFence } from 'vitest'`
  return lines.join('\n')
}

/** The vite plugin: pages are test files, fences are modules that import doors as any source does. */
export function doctest(): Plugin {
  return {
    name: 'tidemark-doctest',
    enforce: 'pre',
    resolveId: (id) => (FENCE_MODULE.test(id) ? id : undefined),
    load(id) {
      const [, page, index] = FENCE_MODULE.exec(id) ?? []
      if (page === undefined)
        return id.endsWith('.md') ? pageModule(parseFences(readFileSync(id, 'utf8'), basename(id)), id) : undefined
      this.addWatchFile(page)
      return fenceModule(parseFences(readFileSync(page, 'utf8'), basename(page)), Number(index), page)
    },
  }
}

function readInfo(
  info: string,
  title: string,
  line: number,
  name: string,
  before: number,
): Omit<Fence, 'source'> | undefined {
  const language = /^[^\s{]*/.exec(info)?.[0] ?? ''
  const rest = info.slice(language.length).trim()
  const where = `${name}:${line}`
  if (REFUSED_LANGUAGES.has(language))
    throw new FenceError(`${where}: write "ts" for "${language}", so that the fence runs as a test.`)
  if (language !== 'ts') return undefined
  if (rest === '') return { line, title, mode: 'run', reason: '' }
  if (rest === 'continued' && before > 0) return { line, title, mode: 'continued', reason: '' }
  const reason = /^no-run="(.*)"$/.exec(rest)?.[1]?.trim()
  if (reason !== undefined && reason !== '') return { line, title, mode: 'no-run', reason }
  throw new FenceError(
    `${where}: "ts ${rest}" is not allowed. Use "ts", "ts continued" (after another fence) or ts no-run="reason".`,
  )
}

/** Opening brackets less closing ones, outside of strings. */
function depth(code: string): number {
  const bare = code.replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`/g, '')
  return (bare.match(/[([{]/g) ?? []).length - (bare.match(/[)\]}]/g) ?? []).length
}
