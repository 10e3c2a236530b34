/**
 * pipe(): transforms composed into one, without a name of their own.
 */
import type { Pipeable } from './pipe.ts'
import type { PTransform } from './ptransform.ts'

/** Composes transforms into one that adds no scope of its own; {@link Pipeable.apply} can give it one. */
export function pipe<In, A>(a: PTransform<In, A>): PTransform<In, A>
export function pipe<In, A, B>(a: PTransform<In, A>, b: PTransform<NoInfer<A>, B>): PTransform<In, B>
export function pipe<In, A, B, C>(
  a: PTransform<In, A>,
  b: PTransform<NoInfer<A>, B>,
  c: PTransform<NoInfer<B>, C>,
): PTransform<In, C>
export function pipe<In, A, B, C, D>(
  a: PTransform<In, A>,
  b: PTransform<NoInfer<A>, B>,
  c: PTransform<NoInfer<B>, C>,
  d: PTransform<NoInfer<C>, D>,
): PTransform<In, D>
export function pipe<In, A, B, C, D, E>(
  a: PTransform<In, A>,
  b: PTransform<NoInfer<A>, B>,
  c: PTransform<NoInfer<B>, C>,
  d: PTransform<NoInfer<C>, D>,
  e: PTransform<NoInfer<D>, E>,
): PTransform<In, E>
export function pipe<In, A, B, C, D, E, F>(
  a: PTransform<In, A>,
  b: PTransform<NoInfer<A>, B>,
  c: PTransform<NoInfer<B>, C>,
  d: PTransform<NoInfer<C>, D>,
  e: PTransform<NoInfer<D>, E>,
  f: PTransform<NoInfer<E>, F>,
): PTransform<In, F>
export function pipe<In, A, B, C, D, E, F, G>(
  a: PTransform<In, A>,
  b: PTransform<NoInfer<A>, B>,
  c: PTransform<NoInfer<B>, C>,
  d: PTransform<NoInfer<C>, D>,
  e: PTransform<NoInfer<D>, E>,
  f: PTransform<NoInfer<E>, F>,
  g: PTransform<NoInfer<F>, G>,
): PTransform<In, G>
export function pipe<In, A, B, C, D, E, F, G, H>(
  a: PTransform<In, A>,
  b: PTransform<NoInfer<A>, B>,
  c: PTransform<NoInfer<B>, C>,
  d: PTransform<NoInfer<C>, D>,
  e: PTransform<NoInfer<D>, E>,
  f: PTransform<NoInfer<E>, F>,
  g: PTransform<NoInfer<F>, G>,
  h: PTransform<NoInfer<G>, H>,
): PTransform<In, H>
export function pipe<In, A, B, C, D, E, F, G, H, I>(
  a: PTransform<In, A>,
  b: PTransform<NoInfer<A>, B>,
  c: PTransform<NoInfer<B>, C>,
  d: PTransform<NoInfer<C>, D>,
  e: PTransform<NoInfer<D>, E>,
  f: PTransform<NoInfer<E>, F>,
  g: PTransform<NoInfer<F>, G>,
  h: PTransform<NoInfer<G>, H>,
  i: PTransform<NoInfer<H>, I>,
): PTransform<In, I>
export function pipe(...transforms: readonly PTransform<unknown, unknown>[]): PTransform<unknown, unknown> {
  const name = transforms.map((transform) => transform.name).join('+')
  return Object.freeze({
    name,
    '~scope': 'none',
    expand: (input: unknown) =>
      transforms.reduce((previous, transform) => (previous as Pipeable<unknown>).pipe(transform), input),
  })
}
