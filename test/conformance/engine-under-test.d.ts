import type { PipelineUnderTest } from './pipeline-under-test.ts';
/** Runs a script through the engine. */
export declare const runEngine: PipelineUnderTest;
