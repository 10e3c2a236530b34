/**
 * Random triggers and windowing options: every kind of trigger, nested twice, most of them such that a grouping accepts them.
 */
import type { Random } from './random.ts'
import type { OptionsSpec, TriggerSpec, WindowSpec } from './pipeline-spec.ts'

/** A trigger for a windowInto. */
export function randomTrigger(random: Random): TriggerSpec {
  if (random.chance(0.15)) return { kind: random.pick(['default', 'never']) }
  if (random.chance(0.55)) return afterWatermark(random)
  const trigger = composite(random, 2)
  // Without an end, or construction refuses it: now and then it is left to refuse.
  return random.chance(0.9) ? { kind: 'repeatedly', of: trigger } : trigger
}

function afterWatermark(random: Random): TriggerSpec {
  return {
    kind: 'watermark',
    ...(random.chance(0.6) && { early: composite(random, 1) }),
    ...(random.chance(0.85) && {
      late: random.chance(0.7) ? { kind: 'count', count: random.int(1, 2) } : composite(random, 1),
    }),
  }
}

function composite(random: Random, depth: number): TriggerSpec {
  const part = (): TriggerSpec => composite(random, depth - 1)
  const parts = (): readonly TriggerSpec[] => Array.from({ length: random.int(1, 3) }, part)
  if (depth === 0 || random.chance(0.4)) return leaf(random)
  switch (random.int(0, 5)) {
    case 0:
      return { kind: 'any', of: parts() }
    case 1:
      return { kind: 'all', of: parts() }
    case 2:
      return { kind: 'each', of: parts() }
    case 3:
      return { kind: 'or-finally', main: { kind: 'repeatedly', of: part() }, until: part() }
    case 4:
      return { kind: 'repeatedly', of: part() }
    default:
      return { kind: 'watermark', ...(random.chance(0.5) && { early: leaf(random) }), late: leaf(random) }
  }
}

function leaf(random: Random): TriggerSpec {
  switch (random.int(0, 5)) {
    case 0:
    case 1:
    case 2:
      return { kind: 'count', count: random.pick([1, 1, 1, 2, 2, 3]) }
    case 3:
      return { kind: 'delay', delay: random.pick([0, 1, 3]) }
    case 4:
      return { kind: 'delay', delay: random.int(0, 2), align: random.int(1, 5) }
    default:
      return { kind: 'watermark' }
  }
}

/** Options of a windowInto. `series` says that another grouping may follow, so changes are worth more. */
export function randomOptions(random: Random, { kind }: WindowSpec, series: boolean): OptionsSpec {
  const behaviors = ['always', 'if-non-empty'] as const
  return {
    ...(random.chance(0.85) && { trigger: randomTrigger(random) }),
    lateness: random.pick(kind === 'sessions' ? [0, 10, 20, 40, 40, 40] : [0, 0, 5, 10, 20, 40, 40]),
    mode:
      series && random.chance(0.75) ? 'retracting' : random.pick(['accumulating', 'discarding', 'retracting'] as const),
    ...(random.chance(0.3) && { onTime: random.pick(behaviors) }),
    ...(random.chance(0.3) && { closing: random.pick(behaviors) }),
    ...(random.chance(0.25) && { combiner: random.pick(['earliest', 'latest', 'end-of-window'] as const) }),
    ...(random.chance(0.08) && { mayLoseData: true }),
    ...(random.chance(0.08) && { mayDrift: true }),
  }
}

/** Windows of every kind. */
export function randomWindows(random: Random): WindowSpec {
  // Sessions are where most can go wrong.
  if (random.chance(0.64)) return { kind: 'sessions', gap: random.int(3, 9) }
  switch (random.int(0, 8)) {
    case 0:
    case 1:
    case 2:
      return { kind: 'fixed', size: random.pick([5, 10, 20]), offset: random.pick([0, 0, 3]) }
    case 3:
      return { kind: 'sliding', size: 10, period: random.pick([5, 4, 10]) }
    case 4:
      return { kind: 'sliding', size: random.pick([3, 12]), period: 6 }
    case 5:
    case 6:
      return { kind: 'days', zone: random.pick(ZONES) }
    case 7:
      return { kind: 'weeks', zone: random.pick(ZONES) }
    default:
      return { kind: 'global' }
  }
}

const ZONES = ['Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'UTC'] as const
