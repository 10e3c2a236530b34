/**
 * Clicks per minute over an observable, and the virtual time and marbles to drive them.
 */
import { fromObservable, streamingRunner, type StreamingOptions } from '@tidemark/runners/streaming'
import type { Observable } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { expect } from 'vitest'
import { click, clickTime, perMinute, type Click } from './clicks.ts'

/** Runs clicks per minute over an observable. */
export function clicksPerMinute(clicks$: Observable<Click>, options: StreamingOptions = {}) {
  return streamingRunner(options).run((root) => ({
    counts: root.pipe(fromObservable('Clicks', clicks$, clickTime), perMinute),
  }))
}

/** A scheduler of virtual time. */
export function virtualTime(): TestScheduler {
  return new TestScheduler((actual, expected) => expect(actual).toEqual(expected))
}

/** Clicks by their letter in a marble diagram. */
export const marbles = {
  a: click('10:00:01'),
  b: click('10:00:59'),
  c: click('10:01:10'),
  d: click('10:01:20'),
  e: click('10:02:30'),
}
/** What the clicks come to. */
export const panes = { x: '10:00 home 2', y: '10:01 home 2', z: '10:02 home 1' }
