import type { OutputAt, PaneResult } from '../../packages/runners/src/testing/panes/script.ts';
import { type BeamTime, type BeamWindow } from './beam-time.ts';
/** What Beam says of a pane, and what we do. */
export interface BeamPane {
    readonly at: number;
    readonly key?: string;
    readonly window: BeamWindow;
    readonly timestamp: BeamTime;
    readonly timing: 'EARLY' | 'ON_TIME' | 'LATE' | 'UNKNOWN';
    readonly index: number;
    readonly nonSpeculativeIndex: number;
    readonly first: boolean;
    readonly last: boolean;
}
/** How many elements of expired and of closed windows a grouping has dropped. */
export interface BeamDropped {
    readonly lateness: number;
    readonly closedWindow: number;
}
/** Texts of panes by key and window, in order. Equal records say the same of panes. */
export type PanesByWindow = Readonly<Record<string, readonly string[]>>;
/** The panes of a vector; `contentOf` gives what else a pane says, such as its values. */
export declare function panesOf<P extends BeamPane>(panes: readonly P[], contentOf: (pane: P) => unknown): PanesByWindow;
/** Our panes; `keyOf` and `contentOf` look into the element. */
export declare function ourPanes(outputs: readonly OutputAt[], keyOf: (value: unknown) => string | undefined, contentOf: (value: unknown) => unknown): PanesByWindow;
/** How many elements and windows our ledger says a grouping has dropped. */
export declare function ourDropped({ ledger }: PaneResult, step: string): BeamDropped;
/** Sorts the values of a pane as the vectors do: panes of panes by their text. */
export declare function sorted(values: readonly unknown[]): readonly unknown[];
