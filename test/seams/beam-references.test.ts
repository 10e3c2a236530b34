/**
 * Beam pipelines hang together: random ones do, and each thing that could be broken in one is seen.
 */
import { buildGraph } from '@tidemark/core/graph'
import { describe, expect, it } from 'vitest'
import { pipelineOf } from '../drift/pipeline-of.ts'
import { randomPipeline } from '../drift/random-graph.ts'
import { Random } from '../drift/random.ts'
import { beamPipeline, type BeamPipeline } from './beam-pipeline.ts'
import { brokenReferences } from './beam-references.ts'
import { print, revenue } from './printed-pipelines.ts'

describe('references', () => {
  it('are whole in random pipelines, but for those that Beam cannot run', () => {
    let whole = 0
    for (let seed = 1; seed <= 300; seed += 1) {
      const graph = buildGraph(pipelineOf(randomPipeline(new Random(seed)), 'live'))
      try {
        expect(brokenReferences(beamPipeline(graph, 'localhost:50000'))).toEqual([])
        whole += 1
      } catch (error) {
        if ((error as { readonly code?: string }).code !== 'BEAM_UNSUPPORTED') throw error
      }
    }
    expect(whole).toBeGreaterThan(50)
  })

  const broken = (change: (pipeline: BeamPipeline) => void): readonly string[] => {
    const pipeline = structuredClone(print(revenue))
    change(pipeline)
    return brokenReferences(pipeline)
  }

  it.each<readonly [string, (pipeline: BeamPipeline) => void, string]>([
    [
      'a part that is gone',
      ({ components }) => Reflect.deleteProperty(components.transforms, 'Revenue/Combine'),
      'Revenue refers to Revenue/Combine, which is not there',
    ],
    [
      'a collection that is gone',
      ({ components }) => Reflect.deleteProperty(components.pcollections, 'Map.0'),
      'Map refers to Map.0, which is not there',
    ],
    [
      'a coder that is gone',
      ({ components }) => Reflect.deleteProperty(components.coders, 'iterable<canonical:1>'),
      'kv<canonical:1,iterable<canonical:1>> refers to iterable<canonical:1>, which is not there',
    ],
    [
      'windowing that is gone',
      ({ components }) => Reflect.deleteProperty(components.windowingStrategies, 'windowing-2'),
      'WindowInto.0 refers to windowing-2, which is not there',
    ],
    [
      'an environment that is gone',
      ({ components }) => Reflect.deleteProperty(components.environments, 'node'),
      'Map refers to node, which is not there',
    ],
    [
      'a root in the wrong place',
      ({ rootTransformIds }) => (rootTransformIds as string[]).reverse(),
      'Map reads Orders.0 before it is written',
    ],
    [
      'a transform that is no part',
      ({ rootTransformIds }) => (rootTransformIds as string[]).splice(1, 1),
      'Map is part of nothing',
    ],
    [
      "an environment for the runner's own",
      ({ components }) => Object.assign(components.transforms['Orders/Impulse']!, { environmentId: 'node' }),
      "Orders/Impulse is the runner's own",
    ],
    [
      'a name that stands twice',
      ({ components }) => Object.assign(components.transforms['Map']!, { uniqueName: 'Orders' }),
      'the name Orders stands twice',
    ],
    [
      'two writers of one collection',
      ({ components }) => Object.assign(components.transforms['Map']!.outputs, { out: 'Orders.0' }),
      'as an output Orders.0 stands twice',
    ],
  ])('are seen to be broken: %s', (_what, change, said) => {
    expect(broken(change)).toContain(said)
  })
})
