import { type Trigger, type WindowFn, type WindowingStrategy } from '@tidemark/core';
/** Windows of a vector. */
export type BeamWindows = {
    readonly type: 'fixed';
    readonly size: number;
    readonly offset?: number;
} | {
    readonly type: 'sliding';
    readonly size: number;
    readonly period: number;
    readonly offset?: number;
} | {
    readonly type: 'sessions';
    readonly gap: number;
} | {
    readonly type: 'global';
} | {
    readonly type: 'days' | 'weeks' | 'months' | 'years';
    readonly number: number;
    readonly timeZone?: string;
    readonly startDayOfWeek?: number;
    readonly dayOfMonth?: number;
    readonly monthOfYear?: number;
};
/** A trigger of a vector. */
export type BeamTrigger = {
    readonly type: 'default' | 'never' | 'afterSynchronizedProcessingTime';
} | {
    readonly type: 'afterWatermark';
    readonly early?: BeamTrigger;
    readonly late?: BeamTrigger;
} | {
    readonly type: 'afterCount';
    readonly n: number;
} | {
    readonly type: 'afterProcessingTime';
    readonly steps: readonly BeamStep[];
} | {
    readonly type: 'repeatedly';
    readonly of: BeamTrigger;
} | {
    readonly type: 'afterFirst' | 'afterAll' | 'afterEach';
    readonly of: readonly BeamTrigger[];
} | {
    readonly type: 'orFinally';
    readonly main: BeamTrigger;
    readonly until: BeamTrigger;
};
/** A change of a target in processing time. */
export type BeamStep = {
    readonly delay: number;
} | {
    readonly align: number;
    readonly offset?: number;
};
/** Windowing of a vector. */
export interface BeamSettings {
    readonly window?: BeamWindows;
    readonly trigger?: BeamTrigger;
    readonly accumulation?: 'accumulating' | 'discarding';
    readonly allowedLatenessMs?: number;
    readonly closing?: 'FIRE_ALWAYS' | 'FIRE_IF_NON_EMPTY';
    readonly onTime?: 'FIRE_ALWAYS' | 'FIRE_IF_NON_EMPTY';
    readonly timestampCombiner?: 'END_OF_WINDOW' | 'EARLIEST' | 'LATEST';
}
/** Makes the window function of a vector: ours, or one that assigns as Beam does. */
export type WindowsOf = (spec: BeamWindows) => WindowFn;
/** Returns our window function. */
export declare function windowFnOf(spec: BeamWindows): WindowFn;
/** Returns our trigger, without the checks of its constructors. */
export declare function triggerOf(spec: BeamTrigger): Trigger;
/** Returns our windowing strategy: settings that are absent stay as upstream, as in Beam; lateness cannot become less. */
export declare function windowingOf(spec: BeamSettings, upstream?: WindowingStrategy, windows?: WindowsOf): WindowingStrategy;
