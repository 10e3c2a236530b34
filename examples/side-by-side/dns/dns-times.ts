/**
 * How long a live stream of the DNS log waits.
 */
import { seconds } from '@tidemark/core'

/** How far behind the latest row the watermark stays: 99 of 100 rows come sooner. */
export const BOUND = seconds(100)

/** How long after that rows still count. The slowest row of the log took 671.3 s. */
export const LATENESS = seconds(672)
