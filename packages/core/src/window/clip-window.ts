/**
 * The ends of event time, for windows.
 *
 * No window reaches out of the global window `[MIN_TIMESTAMP, END_OF_GLOBAL_WINDOW + 1)`: a window with a later end
 * would not close when its source is complete. So windows are cut there, and a timestamp after the last one of the
 * global window gets the windows of that last one. It is the only case in which an element lies outside its window.
 */
import { END_OF_GLOBAL_WINDOW, type Timestamp } from '../time/timestamp.ts'
import { GLOBAL_WINDOW, type Window } from './window.ts'

/** The window `[start, end)`, cut to the global window. */
export function clipWindow(start: Timestamp, end: Timestamp): Window {
  return {
    start: start > GLOBAL_WINDOW.start ? start : GLOBAL_WINDOW.start,
    end: end < GLOBAL_WINDOW.end ? end : GLOBAL_WINDOW.end,
  }
}

/** The timestamp whose windows an element gets: its own, or the last one of the global window if that is earlier. */
export function assignable(timestamp: Timestamp): Timestamp {
  return timestamp > END_OF_GLOBAL_WINDOW ? END_OF_GLOBAL_WINDOW : timestamp
}
