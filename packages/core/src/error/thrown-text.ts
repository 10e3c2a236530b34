/**
 * The text of what was thrown.
 *
 * A program may throw anything, also an object without a prototype or one whose `toString` throws. Whoever names a failure must not fail
 * itself: where an error is made of another one, its text is had here.
 */

/** What was thrown, in words: the message of an error, or the text of another value. Never throws. */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return `a value of type ${typeof thrown} without text`
  }
}
