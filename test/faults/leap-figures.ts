/**
 * A process of its own that lets a watermark leap over a million windows, ten times, and prints the memory that this took, in MB.
 *
 * Run by watermarks.test.ts with `--expose-gc`, so that what is counted is alive.
 */
import { combinePerKey, fixedWindows, milliseconds, windowInto } from '@tidemark/core'
import { count } from '@tidemark/transforms'
import { ByHand, numbers } from './by-hand.ts'

/** Windows in a leap, and how many of them have an element. */
const LEAP = 1_000_000
const FILLED = 50_000
const ROUNDS = 10

let panes = 0
let unordered = 0
let last = -1
const run = new ByHand(
  (root) => numbers(root).pipe(windowInto(fixedWindows(milliseconds(1))), combinePerKey('Count', count())),
  {
    settled: false,
    onOutput: (_, values) => {
      panes += values.length
      for (const { window } of values) {
        if (window.start <= last) unordered += 1
        last = window.start
      }
    },
  },
)

const held: number[] = []
const left: number[] = []
for (let round = 0; round < ROUNDS; round += 1) {
  const start = round * LEAP
  const every = LEAP / FILLED
  run.offer(...Array.from({ length: FILLED }, (_, index) => [start + index * every, 'a', 1]))
  held.push(megabytes())
  run.watermark(start + LEAP)
  left.push(megabytes())
}
run.complete()
console.log(JSON.stringify({ panes, unordered, held, left }))

function megabytes(): number {
  globalThis.gc?.()
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10
}
