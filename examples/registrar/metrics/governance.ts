/**
 * Who answers for the metrics, how often they are looked at, and by which clocks they are cut.
 *
 * The roles and grains of the dictionary, once; a metric spreads one of the roles and adds what is its own.
 */
import { days, fixedWindows, hours, minutes } from '@tidemark/core'
import { calendarDays, calendarMonths, calendarWeeks } from '@tidemark/core/calendar'

const RUNBOOKS = 'examples/registrar/runbooks.md'

/** Registry operations. */
export const OPS_REGISTRY = Object.freeze({
  owner: 'ops-registry',
  audience: 'ops',
  runbook: `${RUNBOOKS}#registry`,
})
/** Operations of the name servers. */
export const OPS_DNS = Object.freeze({ owner: 'ops-dns', audience: 'ops', runbook: `${RUNBOOKS}#dns` })
/** The abuse desk. */
export const ABUSE_DESK = Object.freeze({ owner: 'abuse', audience: 'ops', runbook: `${RUNBOOKS}#abuse` })
/** Finance. */
export const FINANCE = Object.freeze({ owner: 'finance', audience: 'finance', runbook: `${RUNBOOKS}#finance` })
/** Sales. */
export const SALES = Object.freeze({ owner: 'sales', audience: 'sales', runbook: `${RUNBOOKS}#sales` })
/** Product. */
export const PRODUCT = Object.freeze({ owner: 'product', audience: 'product', runbook: `${RUNBOOKS}#product` })
/** The data team. */
export const DATA = Object.freeze({ owner: 'data', audience: 'data', runbook: `${RUNBOOKS}#data` })

/** Every pane is shown. */
export const LIVE = Object.freeze({ refresh: 'each pane', freshness: minutes(5) })
/** Looked at once a day. */
export const DAILY = Object.freeze({ refresh: 'daily', freshness: hours(24) })
/** Looked at once a month. */
export const MONTHLY = Object.freeze({ refresh: 'monthly', freshness: days(31) })

/** A minute. */
export const MINUTE = fixedWindows(minutes(1))
/** Five minutes. */
export const FIVE_MINUTES = fixedWindows(minutes(5))
/** An hour. */
export const HOUR = fixedWindows(hours(1))
/** A day by UTC, which registries and ICANN count by. */
export const DAY = calendarDays({ zone: 'UTC' })
/** An ISO week by UTC. */
export const WEEK = calendarWeeks({ zone: 'UTC' })
/** A month by UTC: the month of ICANN's reports. */
export const MONTH = calendarMonths({ zone: 'UTC' })
