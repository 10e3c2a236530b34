/**
 * The numbers and ids that combiners are measured on: seeded, so that every program sees the same ones.
 */
import { EVENTS, mulberry32 } from './events.ts'

/** How often a program that only adds goes over its numbers, so that a run takes long enough to be measured. */
export const PASSES = 5

/** How many ids there are among {@link ids}. */
export const DISTINCT_IDS = 200_000

/** How near a sketch has to come to be taken for right, as a part of the exact value. */
export const NEAR = { distinct: 0.03, quantiles: 0.01 } as const

/** The quantiles that are asked for. */
export const QUANTILES = [0.5, 0.95, 0.99] as const

/** Amounts in whole cents up to a thousand, so that most are no exact double and their sum is rounded at every step. */
export function amounts(): readonly number[] {
  const random = mulberry32(11)
  return Array.from({ length: EVENTS }, () => Math.floor(random() * 100_000) / 100)
}

/** Names of domains, each several times, as a parser makes them: a text put together by `+` is slower to read. */
export function ids(): readonly string[] {
  const random = mulberry32(12)
  const all = Array.from({ length: DISTINCT_IDS }, (_, index) => `name${index}.com`)
  const drawn = Array.from({ length: EVENTS }, (_, index) =>
    index < all.length ? all[index]! : all[Math.floor(random() * all.length)]!,
  )
  return JSON.parse(JSON.stringify(drawn)) as readonly string[]
}

/** Waiting times with a long tail, from 5 ms to some minutes. */
export function waits(): readonly number[] {
  const random = mulberry32(13)
  return Array.from({ length: EVENTS }, () => 5 / (1.0001 - random()) ** 1.2)
}

/** An element that is delivered at least once. */
export interface Delivery {
  readonly id: string
  readonly amount: number
  readonly at: number
}

/** How many deliveries there are: fewer than elsewhere, as all of their ids are kept. */
export const DELIVERIES: number = EVENTS / 4

/** Deliveries of which one in ten is a copy of an earlier one, some thousand before it. */
export function deliveries(): readonly Delivery[] {
  const random = mulberry32(14)
  const made: Delivery[] = []
  for (let index = 0; index < DELIVERIES; index += 1) {
    const earlier = random() < 0.1 ? made[index - 1 - Math.floor(random() * 5000)] : undefined
    made.push(
      earlier ?? { id: `order${index}`, amount: Math.floor(random() * 1000), at: 1_700_000_000_000 + index * 4 },
    )
  }
  return JSON.parse(JSON.stringify(made)) as readonly Delivery[]
}
