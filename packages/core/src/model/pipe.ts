/**
 * pipe: transforms one after the other.
 *
 * Nine steps at most, without a fallback: the tenth does not compile, and its cure, naming a composite, is an improvement.
 * `NoInfer` puts the error of a mismatch on the step that does not fit.
 */
import type { PTransform } from './ptransform.ts'

/** What transforms can be applied to: the root of a pipeline, or a PCollection. */
export interface Pipeable<out Self> {
  /** Applies one transform under a name given here, which replaces its own in the path of steps. */
  apply<Out>(name: string, transform: PTransform<Self, Out>): Out
  /** Applies transforms one after the other. */
  pipe<A>(a: PTransform<Self, A>): A
  pipe<A, B>(a: PTransform<Self, A>, b: PTransform<NoInfer<A>, B>): B
  pipe<A, B, C>(a: PTransform<Self, A>, b: PTransform<NoInfer<A>, B>, c: PTransform<NoInfer<B>, C>): C
  pipe<A, B, C, D>(
    a: PTransform<Self, A>,
    b: PTransform<NoInfer<A>, B>,
    c: PTransform<NoInfer<B>, C>,
    d: PTransform<NoInfer<C>, D>,
  ): D
  pipe<A, B, C, D, E>(
    a: PTransform<Self, A>,
    b: PTransform<NoInfer<A>, B>,
    c: PTransform<NoInfer<B>, C>,
    d: PTransform<NoInfer<C>, D>,
    e: PTransform<NoInfer<D>, E>,
  ): E
  pipe<A, B, C, D, E, F>(
    a: PTransform<Self, A>,
    b: PTransform<NoInfer<A>, B>,
    c: PTransform<NoInfer<B>, C>,
    d: PTransform<NoInfer<C>, D>,
    e: PTransform<NoInfer<D>, E>,
    f: PTransform<NoInfer<E>, F>,
  ): F
  pipe<A, B, C, D, E, F, G>(
    a: PTransform<Self, A>,
    b: PTransform<NoInfer<A>, B>,
    c: PTransform<NoInfer<B>, C>,
    d: PTransform<NoInfer<C>, D>,
    e: PTransform<NoInfer<D>, E>,
    f: PTransform<NoInfer<E>, F>,
    g: PTransform<NoInfer<F>, G>,
  ): G
  pipe<A, B, C, D, E, F, G, H>(
    a: PTransform<Self, A>,
    b: PTransform<NoInfer<A>, B>,
    c: PTransform<NoInfer<B>, C>,
    d: PTransform<NoInfer<C>, D>,
    e: PTransform<NoInfer<D>, E>,
    f: PTransform<NoInfer<E>, F>,
    g: PTransform<NoInfer<F>, G>,
    h: PTransform<NoInfer<G>, H>,
  ): H
  pipe<A, B, C, D, E, F, G, H, I>(
    a: PTransform<Self, A>,
    b: PTransform<NoInfer<A>, B>,
    c: PTransform<NoInfer<B>, C>,
    d: PTransform<NoInfer<C>, D>,
    e: PTransform<NoInfer<D>, E>,
    f: PTransform<NoInfer<E>, F>,
    g: PTransform<NoInfer<F>, G>,
    h: PTransform<NoInfer<G>, H>,
    i: PTransform<NoInfer<H>, I>,
  ): I
}
