import type { WindowsOf } from './beam-settings.ts';
import { type Excusable } from './deviations.ts';
/** What a vector says and what we say; the same in form, so that a difference can be shown. */
export interface Verdict {
    readonly theirs: unknown;
    readonly ours: unknown;
}
/** Runs a vector, with our windows or with those given. */
export type Check<V> = (vector: V, windows?: WindowsOf) => Verdict;
/** What became of a file of vectors. */
export interface Tally {
    readonly passed: number;
    /** Vectors that differ and are excused, by the name of the deviation. */
    readonly excused: Readonly<Record<string, number>>;
    /** Vectors that a deviation concerns and that agree all the same. */
    readonly agreeAllTheSame: Readonly<Record<string, number>>;
    /** Vectors that differ without excuse. */
    readonly failures: readonly Failure[];
}
/** A vector that differs without excuse. */
export interface Failure extends Verdict {
    readonly id: string;
}
/** Checks vectors one by one. A thrown error is a difference like any other. */
export declare function checkVectors<V extends Excusable>(vectors: readonly V[], check: Check<V>): Tally;
/** One line that says what became of a file of vectors. */
export declare function tallyText(file: string, subject: string, { passed, excused, agreeAllTheSame, failures }: Tally): string;
