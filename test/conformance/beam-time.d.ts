/**
 * Beam's times and ours: the one place where Beam's extreme timestamps become those of this library (deviation `sentinels`).
 *
 * Beam's lie beyond 2^53, so the vectors name them; all others are whole numbers and the same in both.
 */
import { type Timestamp, type Window } from '@tidemark/core';
/** A time in the vectors. */
export type BeamTime = number | string;
/** A window in the vectors. */
export type BeamWindow = readonly [start: BeamTime, end: BeamTime] | 'global';
/** What a timer without output timestamp reports in Beam: a millisecond after the end of time. We report its firing time. */
export declare const NO_OUTPUT_TIMESTAMP = "9223372036854776";
/** Returns our timestamp for a time of the vectors; throws when it is an extreme one that stands for none of ours. */
export declare function timeOf(time: BeamTime): Timestamp;
/** Returns our window for one of the vectors. */
export declare function windowOf(window: BeamWindow): Window;
