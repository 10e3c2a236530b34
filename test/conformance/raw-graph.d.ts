/**
 * RawGraph: a pipeline graph built by hand, with any windowing, below the checks of construction.
 *
 * Beam allows some of what we refuse, and the vectors record what it then does; so must our machinery be able to run it.
 */
import { type CombineFn, type WindowingStrategy } from '@tidemark/core';
import type { PipelineGraph, StatefulPayload, StatelessForm } from '@tidemark/core/graph';
/** An element of a test source. It says its timestamp itself. */
export interface SourceElement {
    readonly timestamp: number;
}
/** Collects steps; every method returns the id of the collection that the step writes. */
export declare class RawGraph {
    #private;
    /** An unbounded source whose elements are {@link SourceElement}s. */
    read(path: string): number;
    /** A stateless step. */
    stateless<T>(input: number, form: StatelessForm, fn: (element: T) => unknown): number;
    /** Elements into windows of `windowing`, which also rules the groupings below. */
    windowInto(input: number, windowing: WindowingStrategy): number;
    /** New settings for the groupings below; windows stay as they are. */
    configure(input: number, windowing: WindowingStrategy): number;
    /** The values of each key and window. */
    groupByKey(path: string, input: number): number;
    /** The values of each key and window, or of each window, combined. */
    combine<In, Acc, Out>(path: string, input: number, combineFn: CombineFn<In, Acc, Out>, keyed: boolean): number;
    /** A stateful step. */
    stateful(path: string, input: number, payload: StatefulPayload): number;
    /** Several collections as one, windowed as the first; the lateness is the largest. */
    flatten(inputs: readonly number[]): number;
    /** Names a collection as an output. */
    output(name: string, collection: number): this;
    /** The windowing of a collection. */
    windowing(collection: number): WindowingStrategy;
    /** The graph so far. */
    build(): PipelineGraph;
}
