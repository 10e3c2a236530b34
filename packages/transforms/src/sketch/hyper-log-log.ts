/**
 * HyperLogLog: registers from which the number of distinct keys is estimated (Flajolet, Fusy, Gandouet, Meunier, 2007).
 *
 * A register holds the highest rank of the keys that fell in it, so the registers are a function of the set of keys, and those of a
 * union are the greater of each: order, repetition and grouping cannot show. They are kept one by one while few are above zero, and
 * side by side from then on; which of the two is a function of the registers too, so equal sets are the same plain data.
 */
import { canonicalCoder, type Coder } from '@tidemark/core'
import { keyRegister, RANK_BITS } from './key-register.ts'

/** The registers of a set of keys; exactly one of the two forms is there. */
export interface DistinctSketch {
  /** Rank by register, for those above zero. */
  few: Map<number, number> | null
  /** Rank of every register. */
  registers: Uint8Array | null
}

const RANK_MASK = (1 << RANK_BITS) - 1
const HASH_BITS = 64
/** One in so many registers above zero takes about as much memory, kept one by one, as all of them side by side. */
const FEW = 5

/** The registers of no keys. */
export function emptySketch(): DistinctSketch {
  return { few: new Map(), registers: null }
}

/** Adds a key. */
export function addKey(sketch: DistinctSketch, key: unknown, precision: number): DistinctSketch {
  const place = keyRegister(key, precision)
  const { registers } = sketch
  const index = place >>> RANK_BITS
  const rank = place & RANK_MASK
  if (registers === null) raise(sketch, index, rank, precision)
  else if (rank > (registers[index] ?? 0)) registers[index] = rank
  return sketch
}

/** Adds the keys of the second sketch to the first, and leaves the second as it is. */
export function mergeSketches(sketch: DistinctSketch, other: DistinctSketch, precision: number): DistinctSketch {
  other.few?.forEach((rank, index) => raise(sketch, index, rank, precision))
  other.registers?.forEach((rank, index) => raise(sketch, index, rank, precision))
  return sketch
}

/**
 * Estimates how many distinct keys were added: the improved raw estimator of O. Ertl, "New cardinality estimation algorithms for
 * HyperLogLog sketches" (2017), section 2, which is unbiased over the whole range without tables of corrections. It is a function
 * of how many registers have which rank, computed by operations that round the same on every machine.
 */
export function estimate({ few, registers }: DistinctSketch, precision: number): number {
  const highest = HASH_BITS - precision + 1
  const counts = Array.from({ length: highest + 1 }, () => 0)
  for (const rank of few?.values() ?? registers ?? []) counts[rank]! += 1
  const total = 1 << precision
  if (few !== null) counts[0] = total - few.size
  let sum = total * tau(1 - counts[highest]! / total)
  for (let rank = highest - 1; rank > 0; rank -= 1) sum = 0.5 * (sum + counts[rank]!)
  sum += total * sigma(counts[0]! / total)
  return ((total / (2 * Math.LN2)) * total) / sum
}

/** Stores the registers: the numbers of those above zero while they are few, and otherwise the ranks of all. */
export function sketchCoder(precision: number): Coder<DistinctSketch> {
  const coder = canonicalCoder<Uint8Array | number[]>()
  return {
    id: `hyper-log-log/1(${precision})`,
    encode: ({ few, registers }) =>
      coder.encode(
        registers ?? [...(few ?? [])].map(([index, rank]) => (index << RANK_BITS) | rank).toSorted((a, b) => a - b),
      ),
    decode(bytes) {
      const stored = coder.decode(bytes)
      if (!Array.isArray(stored)) return { few: null, registers: stored }
      return { few: new Map(stored.map((place) => [place >>> RANK_BITS, place & RANK_MASK])), registers: null }
    },
  }
}

function raise(sketch: DistinctSketch, index: number, rank: number, precision: number): void {
  const { few, registers } = sketch
  if (few === null) {
    if (registers !== null && rank > (registers[index] ?? 0)) registers[index] = rank
    return
  }
  if (rank <= (few.get(index) ?? 0)) return
  few.set(index, rank)
  if (few.size <= (1 << precision) >> FEW) return
  sketch.registers = new Uint8Array(1 << precision)
  sketch.few = null
  for (const [at, reached] of few) sketch.registers[at] = reached
}

/** The sum of x^(2^k) 2^(k-1) over k from 1, and x: what registers at zero say. */
function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY
  let power = x
  let weight = 1
  let sum = x
  for (let before = -1; before !== sum;) {
    before = sum
    power *= power
    sum += power * weight
    weight += weight
  }
  return sum
}

/** A third of 1 - x - the sum of (1 - x^(2^-k))^2 2^-k over k from 1: what registers at the end of their range say. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0
  let root = x
  let weight = 1
  let sum = 1 - x
  for (let before = -1; before !== sum;) {
    before = sum
    root = Math.sqrt(root)
    weight *= 0.5
    sum -= (1 - root) * (1 - root) * weight
  }
  return sum / 3
}
