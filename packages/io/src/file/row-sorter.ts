/**
 * RowSorter: all rows of an output in order, in bounded memory.
 *
 * Rows are sorted in memory up to a budget; beyond it they go to disk in sorted runs, which are merged at the end.
 */
import { compareRows, SortedRun, type SortableRow } from './sorted-run.ts'

/** What a row costs beside its bytes: its objects. */
const OVERHEAD = 300

/** Sorts the rows of one output. */
export class RowSorter {
  readonly #output: string
  readonly #memoryBytes: number
  readonly #runs: SortedRun[] = []
  #rows: SortableRow[] = []
  #bytes = 0

  /** Runs stand beside `output`; `memoryBytes` is how much is sorted in memory at a time. */
  constructor(output: string, memoryBytes: number) {
    this.#output = output
    this.#memoryBytes = memoryBytes
  }

  /** Adds a row. */
  add(row: SortableRow): void {
    this.#rows.push(row)
    this.#bytes += row.key.length + row.row.length + OVERHEAD
    if (this.#bytes <= this.#memoryBytes) return
    this.#runs.push(new SortedRun(this.#output, this.#rows.sort(compareRows)))
    this.#rows = []
    this.#bytes = 0
  }

  /** All rows, in order. */
  *sorted(): Generator<Uint8Array> {
    const sequences = [...this.#runs.map((run) => run.rows()), this.#rows.sort(compareRows).values()]
    for (const { row } of merged(sequences)) yield row
  }

  /** Frees memory and disk. */
  discard(): void {
    for (const run of this.#runs.splice(0)) run.discard()
    this.#rows = []
  }
}

/** Merges sorted sequences: a heap of their first rows. */
function* merged(sequences: readonly Iterator<SortableRow>[]): Generator<SortableRow> {
  const heap: Front[] = []
  for (const sequence of sequences) {
    const { value, done } = sequence.next()
    if (done !== true) push(heap, { row: value, sequence })
  }
  for (let front = heap[0]; front !== undefined; front = heap[0]) {
    yield front.row
    const { value, done } = front.sequence.next()
    if (done === true) {
      const last = heap.pop()
      if (last !== undefined && last !== front) heap[0] = last
    } else heap[0] = { row: value, sequence: front.sequence }
    sink(heap)
  }
}

interface Front {
  readonly row: SortableRow
  readonly sequence: Iterator<SortableRow>
}

function push(heap: Front[], front: Front): void {
  let at = heap.push(front) - 1
  for (let parent = (at - 1) >> 1; at > 0 && isBefore(front, heap[parent]); parent = (at - 1) >> 1) {
    heap[at] = heap[parent] ?? front
    at = parent
  }
  heap[at] = front
}

function sink(heap: Front[]): void {
  const front = heap[0]
  if (front === undefined) return
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    const child = heap[left + 1] !== undefined && isBefore(heap[left + 1], heap[left]) ? left + 1 : left
    const below = heap[child]
    if (below === undefined || !isBefore(below, front)) break
    heap[at] = below
    at = child
  }
  heap[at] = front
}

function isBefore(a: Front | undefined, b: Front | undefined): boolean {
  return a !== undefined && b !== undefined && compareRows(a.row, b.row) < 0
}
