import type { PipelineGraph, StatefulPayload } from '@tidemark/core/graph';
import { type BeamEvent } from './beam-events.ts';
import { type BeamPane } from './beam-panes.ts';
import { type BeamSettings, type WindowsOf } from './beam-settings.ts';
import { type BeamTime, type BeamWindow } from './beam-time.ts';
import type { Verdict } from './check-vectors.ts';
import type { PipelineUnderTest } from './pipeline-under-test.ts';
import { type SourceElement } from './raw-graph.ts';
/** An operation: its name, then its operands. */
export type Op = readonly [name: string, ...operands: readonly (string | number)[]];
interface BeamStateElement {
    readonly key: string;
    readonly ts: BeamTime;
    readonly ops: readonly Op[];
}
interface Call {
    readonly at: number;
    readonly key: string;
    readonly window: BeamWindow;
    readonly by: string;
    readonly timestamp: BeamTime;
    readonly fire?: BeamTime;
    readonly sum: number | null;
    readonly bag: readonly number[];
}
interface Output {
    readonly at: number;
    readonly key: string;
    readonly window: BeamWindow;
    readonly timestamp: BeamTime;
    readonly value: number;
}
/** A line of state.jsonl. */
export interface StateVector extends BeamSettings {
    readonly id: string;
    readonly quirks?: readonly string[];
    readonly timeSorted?: boolean;
    readonly downstream?: boolean;
    readonly timers?: Readonly<Record<string, {
        readonly limit?: number;
        readonly ops: readonly Op[];
    }>>;
    readonly events: readonly BeamEvent<BeamStateElement>[];
    readonly expect: {
        readonly calls: readonly Call[];
        readonly outputs: readonly Output[];
        readonly panes?: readonly (BeamPane & {
            readonly values: readonly number[];
        })[];
        readonly dropped: {
            readonly stateful: number;
        };
    };
}
/** An element in our pipeline. */
export interface StateElement extends SourceElement {
    readonly key: string;
    readonly ops: readonly Op[];
}
/** What the step emits: a record of a call, or an output of its operations. */
export type Emitted = {
    readonly kind: 'call';
    readonly key: string;
    readonly record: readonly unknown[];
} | {
    readonly kind: 'out';
    readonly key: string;
    readonly value: number;
    readonly timestamp: number;
};
/** Runs a vector and compares everything it says. */
export declare function checkState(run: PipelineUnderTest, vector: StateVector, windows?: WindowsOf): Verdict;
/** The pipeline of a vector. */
export declare function stateGraph(vector: StateVector, windows?: WindowsOf): PipelineGraph;
/** The step of a vector. */
export declare function payloadOf(vector: StateVector): StatefulPayload;
export {};
