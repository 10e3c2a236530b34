/**
 * Loaded before each test that scripts/mutants.js runs: a property that notices a planted fault says so at once. To find the smallest
 * example would take longer than all else, and nobody reads it.
 */
import fc from 'fast-check'

fc.configureGlobal({ endOnFailure: true })
