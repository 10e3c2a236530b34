/**
 * The public functions say what they take and give: no parameter and no result is `any`.
 */
import type * as core from '@tidemark/core'
import type * as graph from '@tidemark/core/graph'
import type * as transforms from '@tidemark/transforms'
import { expectTypeOf, it } from 'vitest'

type IsAny<T> = 0 extends 1 & T ? true : false

/** Whether a type is `any`, or a function or transform with `any` among what it takes or gives. */
type HasAny<T> =
  IsAny<T> extends true
    ? true
    : T extends (...args: infer P) => infer R
      ? AnyAmong<P> extends true
        ? true
        : IsAny<R> extends true
          ? true
          : R extends core.PTransform<infer In, infer Out>
            ? Either<IsAny<In>, IsAny<Out>>
            : false
      : false

type AnyAmong<P extends readonly unknown[]> = true extends { [N in keyof P]: IsAny<P[N]> }[number] ? true : false
type Either<A extends boolean, B extends boolean> = true extends A | B ? true : false
type NamesWithAny<M> = { [N in keyof M]: HasAny<M[N]> extends true ? N : never }[keyof M]

it('is so at every door of core and transforms', () => {
  expectTypeOf<NamesWithAny<typeof core>>().toBeNever()
  expectTypeOf<NamesWithAny<typeof graph>>().toBeNever()
  expectTypeOf<NamesWithAny<typeof transforms>>().toBeNever()
})

it('would be seen', () => {
  type Unchecked = ReturnType<typeof JSON.parse>
  interface Loose {
    parameter: (n: number, x: Unchecked) => void
    result: () => Unchecked
    transform: () => core.PTransform<Unchecked, number>
    fine: (n: number) => string
  }
  expectTypeOf<NamesWithAny<Loose>>().toEqualTypeOf<'parameter' | 'result' | 'transform'>()
})
