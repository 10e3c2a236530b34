/**
 * Where the registry's days begin, and how long a live stream of it waits.
 */
import { days } from '@tidemark/core'

/** .gov is run from Washington. */
export const ZONE = 'America/New_York'

/** How far behind the latest record the watermark stays. */
export const BOUND = days(1)

/** How long after that records still count. */
export const LATENESS = days(3)
