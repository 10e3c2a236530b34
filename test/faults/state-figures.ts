/**
 * A process of its own that sends eighteen thousand keys through each step, round after round, and prints the memory that is left after each
 * round, in MB.
 *
 * Run by state-for-ever.test.ts with `--expose-gc`, so that what is counted is alive.
 */
import { Rounds, steps } from './keys-that-never-come-back.ts'

const KEYS = 3000
const ROUNDS = 6

const figures = Object.entries(steps).map(([name, of]) => {
  const rounds = new Rounds(of)
  const left = Array.from({ length: ROUNDS }, () => {
    rounds.next(KEYS)
    globalThis.gc?.()
    return Math.round(process.memoryUsage().heapUsed / 1e4) / 100
  })
  rounds.run.end()
  return { name, elements: rounds.elements, left }
})
console.log(JSON.stringify(figures))
