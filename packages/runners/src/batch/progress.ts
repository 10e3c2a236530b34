/**
 * Progress: how far a run has come, for a person at a terminal.
 *
 * One line that is written over, and in the end the closing report below it.
 */
import { grouped } from '../driver/closing-report.ts'
import { isShown, type ProgressMode, type ProgressTarget } from '../driver/progress-target.ts'

/** What progress counts. */
export interface ProgressCounts {
  readonly bytes: number
  /** Undefined where a source does not know its size. */
  readonly totalBytes: number | undefined
  readonly records: number
}

const INTERVAL = 100
/** Where lines cannot be written over. */
const PLAIN_INTERVAL = 1000

/** Shows the progress of one run. Times are milliseconds of a clock that only goes forward. */
export class Progress {
  readonly #target: ProgressTarget
  readonly #shown: boolean
  readonly #terminal: boolean
  readonly #start: number
  #next: number
  /** Whether the cursor stands behind a line of ours. */
  #onLine = false

  constructor(mode: ProgressMode, target: ProgressTarget, start: number) {
    this.#target = target
    this.#terminal = target.isTTY === true
    this.#shown = isShown(mode, target)
    this.#start = start
    this.#next = start + this.#interval
  }

  get #interval(): number {
    return this.#terminal ? INTERVAL : PLAIN_INTERVAL
  }

  /** Shows the counts when it is time to. */
  update(counts: ProgressCounts, now: number): void {
    if (!this.#shown || now < this.#next) return
    this.#next = now + this.#interval
    this.#write(progressText(counts, now - this.#start))
  }

  /** Shows the last counts, leaves the line, and writes the closing report below it when there is one. */
  finish(counts: ProgressCounts, now: number, report = ''): void {
    if (!this.#shown) return
    this.#write(progressText(counts, now - this.#start, true))
    this.leave(report)
  }

  /** Leaves the line as it stands, for what is written next, such as the closing report; when a run fails. */
  leave(report = ''): void {
    if (this.#onLine) this.#target.write('\n')
    this.#onLine = false
    if (this.#shown && report !== '') this.#target.write(`${report}\n`)
  }

  #write(text: string): void {
    const { columns } = this.#target
    if (!this.#terminal) {
      this.#target.write(`${text}\n`)
      return
    }
    // A line that wraps could not be written over.
    this.#target.write(`\r${columns === undefined ? text : text.slice(0, columns - 1)}\u001b[K`)
    this.#onLine = true
  }
}

/** Progress as one line: `45 %  312 of 690 MB  1,234,567 records  812,000/s  ETA 0:12`. */
export function progressText(counts: ProgressCounts, elapsed: number, finished = false): string {
  const { bytes, totalBytes, records } = counts
  const share = totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(1, bytes / totalBytes)
  const left = share === undefined || share === 0 ? undefined : (elapsed * (1 - share)) / share
  return [
    ...(share === undefined ? [] : [`${Math.floor(share * 100)} %`]),
    ...(totalBytes === undefined
      ? bytes === 0
        ? []
        : [size(bytes)]
      : totalBytes === 0
        ? []
        : [`${size(bytes)} of ${size(totalBytes)}`]),
    `${grouped(records)} records`,
    ...(elapsed === 0 ? [] : [`${grouped(Math.round((records * 1000) / elapsed))}/s`]),
    ...(finished ? [`in ${clock(elapsed)}`] : left === undefined ? [] : [`ETA ${clock(left)}`]),
  ].join('  ')
}

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  let value = bytes
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

function clock(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  const minutes = Math.floor(seconds / 60)
  const two = (value: number): string => String(value).padStart(2, '0')
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}
