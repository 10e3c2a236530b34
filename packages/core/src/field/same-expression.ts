/**
 * sameExpression: whether two expressions are the same data. Such compute the same; that others do not, it does not say.
 */
import type { Expression } from './expression.ts'

/** Says whether two expressions are the same, part by part. `a + b` and `b + a` are not. The order of a record's names does not matter. */
export function sameExpression(a: Expression, b: Expression): boolean {
  return same(a, b)
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const names = Object.keys(a)
  return (
    Array.isArray(a) === Array.isArray(b) &&
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && same(Reflect.get(a, name), Reflect.get(b, name)))
  )
}
