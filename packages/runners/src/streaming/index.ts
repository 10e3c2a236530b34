/**
 * The door of the streaming runner: RxJS in, event time inside, RxJS out.
 */
export { fromObservable } from './from-observable.ts'
export type { EventTimeOptions, ObservableOptions, OverflowOptions } from './from-observable.ts'
export { streamingRunner } from './streaming-runner.ts'
export type { MaxFuture, StreamingOptions, StreamingRunner } from './streaming-runner.ts'
export type { ElementOf, JobState, StreamingJob } from './streaming-job.ts'
export { tidemark } from './tidemark.ts'
export type { TidemarkOptions } from './tidemark.ts'
export { replayLog } from './replay-log.ts'
export type { ReplayOptions, ReplaySpeed } from './replay-log.ts'
export type { LogInput } from './recorded-log.ts'
