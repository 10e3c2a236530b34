/**
 * A stream of any number of elements over a thousand hours of event time, and what judges figures and follows entities in it, by name.
 */
import { combinePerKey, days, fixedWindows, hours, windowInto, type KV, type PCollection } from '@tidemark/core'
import { wallClock } from '@tidemark/core/calendar'
import {
  cohort,
  conversion,
  count,
  funnel,
  judgeByChange,
  judgeByCusum,
  judgeByEwma,
  judgeBySeason,
} from '@tidemark/transforms'
import { runEndless, sideOf, type Mark, type Side } from './endless-run.ts'

type Element = KV<string, number>

const clock = wallClock('Europe/Berlin')
const entity = ([name]: Element): string => name
const isThird = ([, number]: Element): boolean => number % 3 === 0
const isOther = (element: Element): boolean => !isThird(element)
const follow = { entity, within: hours(20), per: fixedWindows(hours(10)) }
const perHour = (elements: Side): PCollection<KV<string, number>> =>
  elements.pipe(windowInto(fixedWindows(hours(1))), combinePerKey('Count', count()))

/** What keeps something of the past for longer than a window. The longest memory is that of a season: nine days. */
export const VERDICTS: Readonly<Record<string, (elements: Side) => PCollection<unknown>>> = {
  season: (elements) => perHour(elements).pipe(judgeBySeason('Step', { clock, weeks: 1, minimum: 1, floor: 1 })),
  ewma: (elements) =>
    perHour(elements).pipe(judgeByEwma('Step', { alpha: 0.2, minimum: 1, floor: 1, forgetAfter: days(2) })),
  cusum: (elements) => perHour(elements).pipe(judgeByCusum('Step', { minimum: 2, floor: 1, forgetAfter: days(2) })),
  change: (elements) =>
    perHour(elements).pipe(judgeByChange('Step', { clock, against: 'day', figures: 'amount', floor: 1 })),
  funnel: (elements) => elements.pipe(funnel('Step', { ...follow, steps: { isThird, isOther } })),
  conversion: (elements) => elements.pipe(conversion('Step', { ...follow, from: isThird, to: isOther })),
  cohort: (elements) => elements.pipe(cohort('Step', { ...follow, began: isThird, did: isOther, age: hours(1) })),
}

/** Runs `elements` through `name`, calls `look` every hundred hours, and checks at the end that all are accounted for. */
export function runVerdicts(name: string, elements: number, look: (mark: Mark) => void): void {
  runEndless((root) => VERDICTS[name]!(sideOf(root, 'Elements')), elements, look)
}
