/**
 * What the types of refs promise: outputs are those of the pipeline that is named, and arguments are those that it takes.
 */
import type { PCollection } from '@tidemark/core'
import { pipelineRef, resolvePipeline, type Pipeline, type PipelineRef } from '@tidemark/core/graph'
import { expectTypeOf } from 'vitest'
import type { Order } from '../described-source.ts'
import type { largestOrder, ordersOf, someNumber } from './named-pipelines.ts'

const plain = pipelineRef<typeof largestOrder>(import.meta.url, 'largestOrder')
expectTypeOf(plain).toEqualTypeOf<PipelineRef<{ readonly largest: PCollection<number> }>>()
expectTypeOf(resolvePipeline(plain)).toEqualTypeOf<Promise<Pipeline<{ readonly largest: PCollection<number> }>>>()

const made = pipelineRef<typeof ordersOf>(import.meta.url, 'ordersOf', { name: 'Sales' })
expectTypeOf(made).toEqualTypeOf<PipelineRef<{ readonly orders: PCollection<Order> }>>()

// Without a type parameter, nothing is known of the outputs, and arguments are any JSON.
expectTypeOf(pipelineRef(import.meta.url, 'largestOrder')).toEqualTypeOf<PipelineRef>()
expectTypeOf(pipelineRef(import.meta.url, 'ordersOf', { name: ['Sales'] })).toEqualTypeOf<PipelineRef>()

// @ts-expect-error -- the arguments are not those of the export
pipelineRef<typeof ordersOf>(import.meta.url, 'ordersOf', { name: 1 })
// @ts-expect-error -- a date is no JSON
pipelineRef(import.meta.url, 'ordersOf', { from: new Date(0) })
// @ts-expect-error -- a number is no pipeline
pipelineRef<typeof someNumber>(import.meta.url, 'someNumber')
