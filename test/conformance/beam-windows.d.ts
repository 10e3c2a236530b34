import { type WindowFn } from '@tidemark/core';
import { type BeamWindows } from './beam-settings.ts';
/** Returns a window function that assigns as Beam does. */
export declare function beamWindowFnOf(spec: BeamWindows): WindowFn;
