/**
 * Whether a Beam pipeline hangs together: what runners check before they run one, as a list of what is broken.
 */
import type { BeamPipeline } from './beam-pipeline.ts'

/** Transforms that the runner itself runs: they may not have an environment. */
const RUNNERS_OWN = ['beam:transform:impulse:v1', 'beam:transform:group_by_key:v1']

/** References to nothing, names that stand twice, and parts that no runner could place. */
export function brokenReferences({ components, rootTransformIds }: BeamPipeline): readonly string[] {
  const { transforms, pcollections, windowingStrategies, coders, environments } = components
  const broken: string[] = []
  const want = (ids: Iterable<string>, there: object, who: string): void => {
    for (const id of ids) if (!Object.hasOwn(there, id)) broken.push(`${who} refers to ${id}, which is not there`)
  }
  const once = (names: readonly string[], what: string): void => {
    for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
      broken.push(`${what} ${name} stands twice`)
    }
  }
  want(rootTransformIds, transforms, 'the root')
  const parents = [...rootTransformIds, ...Object.values(transforms).flatMap(({ subtransforms = [] }) => subtransforms)]
  once(parents, 'as a part')
  for (const id of Object.keys(transforms)) if (!parents.includes(id)) broken.push(`${id} is part of nothing`)
  once(
    Object.values(transforms).map(({ uniqueName }) => uniqueName),
    'the name',
  )
  once(
    Object.values(pcollections).map(({ uniqueName }) => uniqueName),
    'the collection',
  )
  const written: string[] = []
  for (const [id, transform] of Object.entries(transforms)) {
    const { spec, subtransforms = [], inputs, outputs, environmentId } = transform
    want(subtransforms, transforms, id)
    want([...Object.values(inputs), ...Object.values(outputs)], pcollections, id)
    if (environmentId !== undefined) want([environmentId], environments, id)
    if (spec === undefined && subtransforms.length === 0) broken.push(`${id} is neither a function nor made of parts`)
    if (RUNNERS_OWN.includes(spec?.urn ?? '') && environmentId !== undefined) broken.push(`${id} is the runner's own`)
    if (subtransforms.length === 0) written.push(...Object.values(outputs))
  }
  once(written, 'as an output')
  for (const [id, { coderId, windowingStrategyId }] of Object.entries(pcollections)) {
    want([coderId], coders, id)
    want([windowingStrategyId], windowingStrategies, id)
    if (!written.includes(id)) broken.push(`${id} is written by nothing`)
  }
  for (const [id, { componentCoderIds = [] }] of Object.entries(coders)) want(componentCoderIds, coders, id)
  for (const [id, strategy] of Object.entries(windowingStrategies)) {
    want([strategy.windowCoderId], coders, id)
    want([strategy.environmentId], environments, id)
  }
  return [...broken, ...readBeforeWritten({ components, rootTransformIds })]
}

/** Roots and parts must stand in the order in which elements flow. */
function readBeforeWritten({
  components: { transforms },
  rootTransformIds,
}: Pick<BeamPipeline, 'components' | 'rootTransformIds'>): readonly string[] {
  const written = new Set<string>()
  const broken: string[] = []
  const visit = (id: string): void => {
    const transform = transforms[id]
    if (transform === undefined) return
    for (const input of Object.values(transform.inputs)) {
      if (!written.has(input)) broken.push(`${id} reads ${input} before it is written`)
    }
    for (const part of transform.subtransforms ?? []) visit(part)
    for (const output of Object.values(transform.outputs)) written.add(output)
  }
  for (const id of rootTransformIds) visit(id)
  return broken
}
