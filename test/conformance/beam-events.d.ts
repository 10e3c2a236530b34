/**
 * Events of the vectors as a script.
 */
import { type BeamTime } from './beam-time.ts';
import type { Script } from '../../packages/runners/src/testing/panes/script.ts';
import type { SourceElement } from './raw-graph.ts';
/** The path of the one source of every vector. */
export declare const SOURCE = "Source";
/** An event of a vector, with elements of some form. */
export type BeamEvent<E> = {
    readonly elements: readonly E[];
} | {
    readonly watermark: BeamTime;
} | {
    readonly advanceProcessingTime: number;
};
/** An element of a vector: key, value, timestamp; where there are branches, a tag before them. */
export type BeamElement = readonly [key: string, value: number, timestamp: BeamTime] | readonly [tag: string, key: string, value: number, timestamp: BeamTime];
/** An element in our pipeline. */
export interface TaggedElement extends SourceElement {
    readonly tag: string;
    readonly key: string;
    readonly value: number;
}
/** Returns the script of a vector whose elements become those of the source by `elementOf`. */
export declare function scriptOf<E>(events: readonly BeamEvent<E>[], elementOf: (element: E) => SourceElement): Script;
/** Returns our element for one with or without a tag. */
export declare function taggedElement(element: BeamElement): TaggedElement;
