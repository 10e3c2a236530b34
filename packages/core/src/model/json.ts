/**
 * JSON values: what positions, restrictions and other data that is stored are made of.
 */

/** A value that JSON can carry unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
