/**
 * The screen: where lines go, how wide they may be, and whether anybody is watching.
 *
 * On a terminal there are colours and a status line that is written over. In a pipe or in CI there is plain text and nothing else,
 * so that what was printed can be kept, compared and searched.
 */
import colors from 'picocolors'

/** Where a program talks to a person, or to a file. */
export interface Screen {
  /** Whether a person is watching: colours, status lines and refreshing tables make sense. */
  readonly interactive: boolean
  readonly columns: number
  readonly rows: number
  readonly paint: ReturnType<typeof colors.createColors>
  /** Writes lines that stay. */
  print(...lines: readonly string[]): void
  /** Shows what goes on, in a line that is written over; nothing in a pipe. */
  status(text: string): void
  /** Takes the status line away. */
  clearStatus(): void
}

const WIDEST = 100
/** How often the status line changes, milliseconds. */
const INTERVAL = 80

/** The screen of this process. */
export function processScreen(): Screen {
  const { stdout, stderr, env } = process
  const interactive = stdout.isTTY && !isSet(env['CI']) && env['TERM'] !== 'dumb'
  let shownAt = -Infinity
  const writeStatus = (text: string): void => {
    if (interactive && stderr.isTTY) stderr.write(`\r${text}\u001B[K`)
  }
  return {
    interactive,
    get columns() {
      return Math.min(WIDEST, interactive ? stdout.columns : WIDEST)
    },
    get rows() {
      return interactive ? stdout.rows : Infinity
    },
    paint: colors.createColors(interactive && !isSet(env['NO_COLOR'])),
    print(...lines) {
      writeStatus('')
      stdout.write(lines.map((line) => `${line.trimEnd()}\n`).join(''))
    },
    status(text) {
      const now = performance.now()
      if (now - shownAt < INTERVAL) return
      shownAt = now
      // A line that wraps could not be written over.
      writeStatus(text.slice(0, stdout.columns - 1))
    },
    clearStatus: () => writeStatus(''),
  }
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '' && variable !== 'false' && variable !== '0'
}
