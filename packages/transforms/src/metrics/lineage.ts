/**
 * Lineage: the graph from a metric back to the event types and fields that it rests on.
 *
 * It is read off the definitions, so it holds what is computed and nothing else: event types, sources and the composites between them, fields,
 * filters, measures, metrics.
 */
import { PipelineError } from '@tidemark/core'
import type { AnyMetric } from './metric.ts'
import type { MetricSource } from './metric-source.ts'

/** A node of a lineage graph. */
export interface LineageNode {
  /** Unique in the graph: `metric:transfers_completed`, `type:EPP log/transfer`. */
  readonly id: string
  readonly kind: 'event-type' | 'field' | 'source' | 'composite' | 'filter' | 'dimension' | 'measure' | 'metric'
  readonly label: string
  /** Whether it rests on something that is said to be removed. */
  readonly isAffected: boolean
}

/** What rests on what: `to` is made from `from`. */
export interface LineageEdge {
  readonly from: string
  readonly to: string
}

/** A lineage graph, as plain data. */
export interface Lineage {
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly LineageEdge[]
}

/** Something that is, or will be, gone: an event type, a source, or a field as `schema.field`. */
export interface Removal {
  readonly type?: string
  readonly source?: string
  readonly field?: string
}

/**
 * The lineage of metrics, with all that they rest on.
 *
 * **Contract** — Every edge goes from what is read to what is made of it. With `removed` the nodes that rest on it are marked: a metric that
 * reads only other types of the same source is not. Something that none of them rests on is an error (code `UNKNOWN_ORIGIN`).
 */
export function lineageOf(metrics: AnyMetric | readonly AnyMetric[], removed?: Removal): Lineage {
  const graph = new GraphOfOrigins()
  for (const metric of Array.isArray(metrics) ? (metrics as readonly AnyMetric[]) : [metrics as AnyMetric])
    graph.addMetric(metric)
  return graph.finish(removed)
}

/** The ids of the metrics that rest on something. */
export function dependentsOf(metrics: readonly AnyMetric[], removed: Removal): readonly string[] {
  return lineageOf(metrics, removed)
    .nodes.filter(({ kind, isAffected }) => kind === 'metric' && isAffected)
    .map(({ label }) => label)
    .toSorted()
}

/** Writes a lineage graph for Mermaid; what is affected by a removal is drawn in red, and said so. */
export function mermaidLineage({ nodes, edges }: Lineage): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `n${index}`]))
  const lines = nodes.map(({ id, kind, label, isAffected }) => {
    const [open, close] = SHAPES[kind]
    return `  ${names.get(id)!}${open}"${escaped(label)}"${close}${isAffected ? ':::affected' : ''}`
  })
  const arrows = edges.map(({ from, to }) => `  ${names.get(from)!} --> ${names.get(to)!}`)
  const style = nodes.some(({ isAffected }) => isAffected) ? ['  classDef affected stroke:#c00,stroke-width:2px'] : []
  return ['flowchart LR', ...lines, ...arrows, ...style].join('\n')
}

const SHAPES: Readonly<Record<LineageNode['kind'], readonly [string, string]>> = {
  'event-type': ['([', '])'],
  field: ['[/', '/]'],
  source: ['[(', ')]'],
  composite: ['[[', ']]'],
  filter: ['{{', '}}'],
  dimension: ['[', ']'],
  measure: ['[', ']'],
  metric: ['((', '))'],
}

function escaped(label: string): string {
  return label.replaceAll('&', '#amp;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;')
}

class GraphOfOrigins {
  readonly #nodes = new Map<string, Omit<LineageNode, 'isAffected'>>()
  readonly #edges = new Map<string, LineageEdge>()

  addMetric(metric: AnyMetric): string {
    const { id, entry } = metric
    const node = `metric:${id}`
    if (this.#nodes.has(node)) return node
    this.#node(node, 'metric', id)
    const measure = this.#node(`measure:${id}`, 'measure', entry.formula)
    this.#edge(measure, node)
    const { inputs, sources } = metric['~metric']
    for (const input of Object.values(inputs)) this.#edge(this.addMetric(input), measure)
    if (Object.keys(inputs).length > 0) return node
    const entrance = entry.where === undefined ? measure : this.#node(`filter:${id}`, 'filter', entry.where)
    if (entrance !== measure) this.#edge(entrance, measure)
    for (const source of sources) this.#source(source, entry.types, entrance)
    for (const field of entry.fields) this.#edge(this.#node(`field:${field}`, 'field', field), entrance)
    for (const { name, formula } of entry.dimensions) {
      const label = formula === 'function' || formula === name ? name : `${name}: ${formula}`
      this.#edge(this.#node(`dimension:${id}/${name}`, 'dimension', label), node)
    }
    return node
  }

  /** Whoever reads a source reads its event types, so what reads one type does not rest on the others. */
  #source(source: MetricSource<unknown>, types: readonly string[], to: string): void {
    const node = this.#node(`source:${source.name}`, 'source', source.name)
    const read = types.filter((type) => source.types.includes(type))
    if (read.length === 0) this.#edge(node, to)
    for (const type of read) {
      const own = this.#node(`type:${source.name}/${type}`, 'event-type', type)
      this.#edge(node, own)
      this.#edge(own, to)
    }
    if (source.from.length === 0) return
    const composite = source.via ?? `makes ${source.name}`
    const via = this.#node(`composite:${source.name}/${composite}`, 'composite', composite)
    this.#edge(via, node)
    for (const origin of source.from) this.#source(origin, source.reads ?? origin.types, via)
  }

  #node(id: string, kind: LineageNode['kind'], label: string): string {
    if (!this.#nodes.has(id)) this.#nodes.set(id, { id, kind, label })
    return id
  }

  #edge(from: string, to: string): void {
    this.#edges.set(`${from} > ${to}`, { from, to })
  }

  finish(removed: Removal | undefined): Lineage {
    const edges = [...this.#edges.values()]
    const affected = new Set<string>()
    const waiting = removed === undefined ? [] : this.#removedNodes(removed)
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (affected.has(next)) continue
      affected.add(next)
      for (const { from, to } of edges) if (from === next) waiting.push(to)
    }
    return { nodes: [...this.#nodes.values()].map((node) => ({ ...node, isAffected: affected.has(node.id) })), edges }
  }

  #removedNodes({ type, source, field }: Removal): string[] {
    const found = [...this.#nodes.values()].filter(
      ({ id, kind, label }) =>
        (kind === 'event-type' && label === type && (source === undefined || id === `type:${source}/${type}`)) ||
        (kind === 'source' && type === undefined && label === source) ||
        (kind === 'field' && label === field),
    )
    if (found.length > 0) return found.map(({ id }) => id)
    throw new PipelineError(
      'UNKNOWN_ORIGIN',
      `No metric rests on ${JSON.stringify({ type, source, field })}, so nothing would be marked, as if it could go without harm. Check the name; ` +
        `known event types are ${
          [...this.#nodes.values()]
            .filter(({ kind }) => kind === 'event-type')
            .map(({ label }) => label)
            .join(', ') || 'none'
        }.`,
    )
  }
}
