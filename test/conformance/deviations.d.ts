/**
 * Deviations: where we differ from Beam by decision. A vector is excused through this list and in no other way, and by as little
 * as can be said: by the windows of Beam, with which it must agree, or but for what must be kept.
 *
 * Beam's extreme times are mapped in beam-time.ts (`sentinels`); nothing is excused for them.
 */
import type { WindowsOf } from './beam-settings.ts';
/** What the list looks at of a vector. */
export interface Excusable {
    readonly id: string;
    readonly quirks?: readonly string[];
    readonly timeSorted?: boolean;
}
/** One decision to differ. */
export interface Deviation {
    /** Quirk of the vectors, or the rule that is different. */
    readonly name: string;
    readonly reason: string;
    /** Whether a vector may depend on it. */
    readonly concerns: (vector: Excusable) => boolean;
    /** The windows of Beam, where the difference is in them alone: with these, the vector must agree. */
    readonly windows?: WindowsOf;
    /** What must be the same all the same, out of what a vector says or we say. */
    readonly kept?: (said: unknown) => unknown;
}
/** All deviations. */
export declare const DEVIATIONS: readonly Deviation[];
/** What Beam refuses and we accept, by Beam's word for it. */
export interface Acceptance {
    readonly rejected: string;
    readonly reason: string;
    /** The vectors, where not all of that word. */
    readonly ids?: readonly string[];
}
/** All that Beam refuses and we accept. */
export declare const ACCEPTANCES: readonly Acceptance[];
