/**
 * UsageError: the person at the keyboard can mend it. The message says what is wrong, why, and what to type instead.
 */

/** A mistake in how the program was called, or in the file it was given. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
