/**
 * The DNS log live at a chosen pace, with a table that changes as figures come, are corrected and become final.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, toMillis, type Timestamp } from '@tidemark/core'
import { streamingRunner, type ReplaySpeed, type StreamingJob } from '@tidemark/runners/streaming'
import { clipped, clockText, grouped, percent, secondText } from '../print/number-text.ts'
import type { Screen } from '../print/screen.ts'
import { sparkline } from '../print/sparkline.ts'
import { tableLines } from '../print/table.ts'
import { BOUND, dnsKpis, LATENESS, type DnsTotals, type NameCount } from './dns-kpis.ts'
import type { DnsOutputs } from './dns-job.ts'
import { timestampOfRow } from './dns-row.ts'
import { dnsLive, type DnsLog } from './read-dns.ts'

/** How often the table changes, milliseconds. */
const REFRESH = 200
/** How long the end of the log stays on the screen before it starts again, milliseconds. */
const PAUSE = 4000
/** Lines of the screen that are not rows of the table. */
const OTHER_LINES = 7
/** Width of the table without its last column. */
const OTHER_COLUMNS = 60

/** What is known of a minute so far. */
interface MinuteState {
  rows: number
  /** Panes that changed the count of rows after its minute had closed. */
  corrections: number
  totals: DnsTotals | undefined
  top: NameCount | undefined
}

/** Replays the log again and again until Ctrl-C, or until it is told to end. */
export async function watchDns(log: DnsLog, speed: ReplaySpeed, screen: Screen): Promise<void> {
  const leave = new AbortController()
  process.once('SIGINT', () => leave.abort()).once('SIGTERM', () => leave.abort())
  for (let round = 1; !leave.signal.aborted; round++) await replayOnce(log, speed, screen, round, leave.signal)
  process.stdout.write('\n')
}

async function replayOnce(
  log: DnsLog,
  speed: ReplaySpeed,
  screen: Screen,
  round: number,
  signal: AbortSignal,
): Promise<void> {
  const replay = new Replay(log, speed, round)
  const job = streamingRunner({ maxFuture: 'off', autoStart: false }).run((root) =>
    root.pipe(dnsLive(log, speed, replay.onRow), dnsKpis),
  )
  replay.listen(job)
  let drawn = 0
  const draw = (): void => {
    const lines = replay.lines(screen)
    // Back to the first line of the last picture, which is cleared to the end of the screen.
    process.stdout.write(`${drawn === 0 ? '' : `\u001B[${drawn}A`}\u001B[J${lines.join('\n')}\n`)
    drawn = lines.length
  }
  const refreshing = setInterval(draw, REFRESH)
  const stop = (): void => void job.stop()
  signal.addEventListener('abort', stop)
  job.start()
  try {
    await job.done
    draw()
    await pause(signal)
  } finally {
    clearInterval(refreshing)
    signal.removeEventListener('abort', stop)
  }
  if (!signal.aborted && drawn > 0) process.stdout.write(`\u001B[${drawn}A`)
}

/** One round: what has come, and how it looks. */
class Replay {
  readonly onRow = (row: Parameters<typeof timestampOfRow>[0]): void => {
    this.#arrived++
    this.#latest = Math.max(this.#latest, timestampOfRow(row))
  }
  readonly #minutes = new Map<Timestamp, MinuteState>()
  readonly #size: number
  readonly #title: string
  #arrived = 0
  #latest = MIN_TIMESTAMP
  #watermark = MIN_TIMESTAMP

  constructor(log: DnsLog, speed: ReplaySpeed, round: number) {
    this.#size = log.rows.length
    this.#title = `The DNS log live, ${speed}${round > 1 ? `, for the ${ordinal(round)} time` : ''}`
  }

  listen(job: StreamingJob<DnsOutputs>): void {
    const { rowsPerMinute, totalsPerMinute, topNamesPerMinute } = job.outputs
    rowsPerMinute.subscribe(({ window, value, pane }) => {
      const minute = this.#minute(window.start)
      minute.rows = value
      if (pane.timing === 'late') minute.corrections++
    })
    totalsPerMinute.subscribe(({ window, value, sign }) => {
      if (sign === 1) this.#minute(window.start).totals = value
    })
    topNamesPerMinute.subscribe(({ window, value, sign }) => {
      if (sign === 1) this.#minute(window.start).top = value[0]
    })
    // The watermark of the raw count is that of the source: it waits for nothing else.
    job.watermark$.subscribe((watermarks) => (this.#watermark = watermarks.rowsPerMinute))
  }

  lines(screen: Screen): readonly string[] {
    const minutes = [...this.#minutes].toSorted(([a], [b]) => a - b)
    const shown = minutes.slice(-Math.max(1, screen.rows - OTHER_LINES))
    const { paint } = screen
    return [
      `${paint.bold(this.#title)}  ${paint.dim('Ctrl-C to leave')}`,
      clipped(`  ${this.#clocks()}  ${sparkline(minutes.map(([, { rows }]) => rows))}`, screen.columns - 1),
      ...tableLines(screen, {
        columns: [
          'minute',
          'rows',
          { title: '', align: 'left' },
          'queries',
          'NXDOMAIN',
          'names',
          { title: 'most frequent', align: 'left' },
        ],
        rows: shown.map(([start, minute]) => this.#row(screen, start, minute)),
      }),
    ]
  }

  #row(
    { paint, columns }: Screen,
    start: Timestamp,
    { rows, corrections, totals, top }: MinuteState,
  ): readonly string[] {
    const isOpen = this.#watermark < start + 60_000
    const state = isOpen ? paint.yellow('open') : corrections === 0 ? 'closed' : `corrected ${corrections}×`
    const known = totals !== undefined
    return [
      clockText(start),
      grouped(rows),
      known ? paint.green('final') : state,
      ...(known ? [grouped(totals.queries), percent(totals.nxdomainRatio), grouped(totals.names)] : ['', '', '']),
      known && top !== undefined
        ? clipped(`${top.name} ${grouped(top.queries)}`, Math.max(12, columns - OTHER_COLUMNS))
        : isOpen
          ? ''
          : paint.dim(`final at ${secondText(finalAt(start))}`),
    ]
  }

  #clocks(): string {
    const rows = `${grouped(this.#arrived)} of ${grouped(this.#size)} rows`
    if (this.#latest === MIN_TIMESTAMP) return rows
    const watermark = this.#watermark >= MAX_TIMESTAMP ? 'at the end' : secondText(this.#watermark)
    return `event time ${secondText(this.#latest)}  watermark ${this.#watermark === MIN_TIMESTAMP ? '-' : watermark}  ${rows}`
  }

  #minute(start: Timestamp): MinuteState {
    let minute = this.#minutes.get(start)
    if (minute === undefined)
      this.#minutes.set(start, (minute = { rows: 0, corrections: 0, totals: undefined, top: undefined }))
    return minute
  }
}

/** The event time at which nothing can come any more that belongs to a minute. */
function finalAt(start: Timestamp): Timestamp {
  return start + 60_000 + toMillis(BOUND) + toMillis(LATENESS)
}

function ordinal(round: number): string {
  const ending = round % 100 > 10 && round % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][round % 10] ?? 'th')
  return `${round}${ending}`
}

function pause(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, PAUSE)
    signal.addEventListener('abort', end)
  })
}
