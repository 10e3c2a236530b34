/**
 * Alerts as a person reads them.
 */
import type { DomainVerdict } from './dns-anomalies.ts'

/** An alert in a line: when, where, what, and why. */
export function alertText({ domain, measure, window, reason }: DomainVerdict): string {
  return `${new Date(window.start).toISOString().slice(11, 16)} ${domain}, ${measure}: ${reason}`
}
