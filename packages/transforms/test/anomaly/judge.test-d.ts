/**
 * What the types of the methods of anomaly ask for: figures by key, a clock, a floor, and how long a key is remembered.
 */
import { hours, type KV, type PCollection } from '@tidemark/core'
import { wallClock } from '@tidemark/core/calendar'
import { judgeByChange, judgeByEwma, judgeBySeason, type Verdict } from '@tidemark/transforms'
import { expectTypeOf } from 'vitest'

declare const counts: PCollection<KV<'com' | 'net', number>>
declare const names: PCollection<KV<'com' | 'net', string>>
const clock = wallClock('Europe/Berlin')

expectTypeOf(counts.pipe(judgeBySeason('S', { clock, weeks: 8, floor: 1 }))).toEqualTypeOf<
  PCollection<KV<'com' | 'net', Verdict>>
>()
// @ts-expect-error What is judged is a number.
names.pipe(judgeBySeason('S', { clock, weeks: 8, floor: 1 }))
// @ts-expect-error Hours of the week are told by a clock.
judgeBySeason('S', { weeks: 8, floor: 1 })
// @ts-expect-error A scale may not be zero, so there is a floor.
judgeBySeason('S', { clock, weeks: 8 })
// @ts-expect-error How long a key is remembered is said.
judgeByEwma('E', { alpha: 0.2, floor: 1 })
judgeByEwma('E', { alpha: 0.2, floor: 1, forgetAfter: hours(1) })
// @ts-expect-error Whether a figure grows with the length of a window is said.
judgeByChange('C', { clock, against: 'day', floor: 1 })
