/** Whether the vectors are there. Tests that need them are skipped when they are not. */
export declare const hasVectors: boolean;
/** What the title of a skipped test says after its name. */
export declare const skipNote: string;
/** The text of a file below the folder of vectors; none when it is not there. */
export declare function readText(path: string): string;
/** The lines of a JSON Lines file below the folder of vectors; none when it is not there. */
export declare function readVectors<T>(path: string): readonly T[];
