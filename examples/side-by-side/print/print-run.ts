/**
 * One line for each run: what it read and how fast.
 */
import type { Outputs } from '@tidemark/core/graph'
import type { Run } from '../run-both-ways.ts'
import { grouped, lengthText } from './number-text.ts'
import type { Screen } from './screen.ts'

/** Width of the line of a run without its source. */
const OTHER_COLUMNS = 46

/** Prints the line of a run that has ended. */
export function printRun(screen: Screen, kind: 'history' | 'live', source: string, run: Run<Outputs>): void {
  const { elements, milliseconds } = run
  const rate = `${grouped(Math.round((elements / milliseconds) * 1000))}/s`
  const figures = `${grouped(elements).padStart(8)} rows ${lengthText(milliseconds).padStart(7)} ${rate.padStart(11)}`
  const width = Math.max(20, screen.columns - OTHER_COLUMNS)
  screen.print(`  ${screen.paint.cyan(kind.padEnd(8))} ${shortPath(source, width).padEnd(width)} ${figures}`)
}

/** The end of a long path tells more than its beginning. */
function shortPath(source: string, width: number): string {
  return source.length <= width ? source : `…${source.slice(source.length - width + 1)}`
}

/** Prints the title of a part. */
export function printTitle(screen: Screen, title: string, remark = ''): void {
  screen.print('', `${screen.paint.bold(title)}${remark === '' ? '' : `  ${screen.paint.dim(remark)}`}`)
}

/** Prints a remark, broken into lines of the screen's width. */
export function printRemark(screen: Screen, text: string): void {
  screen.print(...wrapped(text, screen.columns - 4).map((line) => `  ${screen.paint.dim(line)}`))
}

/** Breaks text between words into lines of at most `width` signs. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** The sign that stands behind a value that history and live agree on, and what else stands there. */
export function sameSign(screen: Screen, same: boolean): string {
  return same ? screen.paint.green('=') : screen.paint.red('≠')
}
