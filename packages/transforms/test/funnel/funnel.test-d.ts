/**
 * What the types of funnels, conversions and cohorts promise and refuse.
 */
import { days, globalWindow, type KV, type PCollection } from '@tidemark/core'
import {
  cohort,
  conversion,
  funnel,
  funnelCounts,
  type CohortAges,
  type FunnelProgress,
  type Ratio,
} from '@tidemark/transforms'
import { expectTypeOf } from 'vitest'

interface Act {
  readonly who: string
  readonly what: 'visit' | 'paid'
}

declare const acts: PCollection<Act>
const entity = (act: Act) => act.who
const limits = { within: days(1), per: globalWindow() }
const visited = (act: Act) => act.what === 'visit'

const byName = { entity, steps: ['visit', 'paid'], step: (act: Act) => act.what, ...limits } as const
expectTypeOf(acts.pipe(funnel('F', byName))).toEqualTypeOf<PCollection<KV<string, FunnelProgress<'visit' | 'paid'>>>>()
expectTypeOf(
  acts.pipe(funnelCounts('F', { entity, steps: { came: visited, went: visited }, ...limits })),
).toEqualTypeOf<PCollection<Readonly<Record<'came' | 'went', number>>>>()
expectTypeOf(
  acts.pipe(funnelCounts('F', { entity, steps: ['visit', 'paid'], step: (act) => act.what, ...limits })),
).toEqualTypeOf<PCollection<Readonly<Record<'visit' | 'paid', number>>>>()
expectTypeOf(acts.pipe(conversion('C', { entity, from: visited, to: visited, ...limits }))).toEqualTypeOf<
  PCollection<Ratio<number, number>>
>()
expectTypeOf(acts.pipe(cohort('C', { entity, began: visited, did: visited, ...limits }))).toEqualTypeOf<
  PCollection<CohortAges>
>()

// @ts-expect-error A cohort without a limit in time.
cohort('C', { entity, began: visited, did: visited, per: globalWindow() })
// @ts-expect-error A conversion without a limit in time.
conversion('C', { entity, from: visited, to: visited, per: globalWindow() })
// @ts-expect-error A funnel without a limit in time.
funnel('F', { entity, steps: { came: visited, went: visited }, per: globalWindow() })
// @ts-expect-error Names of steps, and nothing that says which step an element is.
funnel('F', { entity, steps: ['visit', 'paid'], ...limits })
// @ts-expect-error A limit that says no unit.
cohort('C', { entity, began: visited, did: visited, within: 30, per: globalWindow() })
