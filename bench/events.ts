/**
 * The events that benches run on: seeded, so that every program sees the same ones.
 */

/** A registrar's event, cut down to what the benches use. */
export interface RegistrarEvent {
  readonly tld: string
  readonly amount: number
  readonly at: number
}

/** How many events every program runs on. */
export const EVENTS = 1_000_000

/** Makes `count` events four milliseconds apart, one in ten up to thirty seconds late, over forty top-level domains of unequal weight. */
export function registrarEvents(count: number): readonly RegistrarEvent[] {
  const random = mulberry32(42)
  const tlds = Array.from({ length: 40 }, (_, index) => `tld${index}`)
  return Array.from({ length: count }, (_, index) => {
    const late = random() < 0.1 ? Math.floor(random() * 30_000) : 0
    return {
      tld: tlds[Math.floor(random() * random() * tlds.length)]!,
      amount: Math.floor(random() * 1000),
      at: 1_700_000_000_000 + index * 4 - late,
    }
  })
}

/** Numbers from 0 to 1 that depend on nothing but the seed. */
export function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
