/**
 * A strict reader of the part of Mermaid's flowcharts that pictures are written in, for tests.
 *
 * Stricter than Mermaid: a label holds letters, digits, the signs that mean nothing to it, and entities, so that whatever is read here is
 * read alike there. That Mermaid reads the same was tried with version 11.
 */

/** A flowchart as read. Labels are lists of lines, decoded. */
export interface Flowchart {
  readonly nodes: ReadonlyMap<string, { readonly label: readonly string[]; readonly round: boolean }>
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: readonly string[] }[]
  /** Nodes by class. */
  readonly classes: ReadonlyMap<string, readonly string[]>
}

const LABEL = String.raw`"((?:[\p{L}\p{N} ,.=/()-]|#\d+;|<br/>)+)"`
const NODE = new RegExp(String.raw`^  ([a-z]\d+)(?:\[${LABEL}\]|\(\[${LABEL}\]\))$`, 'u')
const EDGE = new RegExp(String.raw`^  ([a-z]\d+) -->(?:\|${LABEL}\|)? ([a-z]\d+)$`, 'u')
const CLASS_DEF = /^ {2}classDef ([a-z]+) [a-z-]+:[#\w]+(?:,[a-z-]+:[#\w]+)*$/
const CLASS = /^ {2}class ([a-z]\d+(?:,[a-z]\d+)*) ([a-z]+)$/

/** Reads a flowchart; throws at the first line that is none of it. */
export function parseFlowchart(text: string): Flowchart {
  const [head, ...lines] = text.split('\n')
  if (head !== 'flowchart TD') throw new Error(`no flowchart: ${head}`)
  const nodes = new Map<string, { label: readonly string[]; round: boolean }>()
  const edges: { from: string; to: string; label: readonly string[] }[] = []
  const classes = new Map<string, readonly string[]>()
  const defined = new Set<string>()
  for (const line of lines) {
    const node = NODE.exec(line)
    const edge = EDGE.exec(line)
    const classDef = CLASS_DEF.exec(line)
    const members = CLASS.exec(line)
    if (node !== null) {
      if (nodes.has(node[1]!)) throw new Error(`a node twice: ${line}`)
      nodes.set(node[1]!, { label: linesOf(node[2] ?? node[3]!), round: node[3] !== undefined })
    } else if (edge !== null) {
      for (const end of [edge[1]!, edge[3]!]) if (!nodes.has(end)) throw new Error(`no such node: ${line}`)
      edges.push({ from: edge[1]!, to: edge[3]!, label: edge[2] === undefined ? [] : linesOf(edge[2]) })
    } else if (classDef !== null) {
      defined.add(classDef[1]!)
    } else if (members !== null) {
      const list = members[1]!.split(',')
      if (!defined.has(members[2]!) || list.some((id) => !nodes.has(id))) throw new Error(`no such class: ${line}`)
      classes.set(members[2]!, list)
    } else throw new Error(`not of the grammar: ${line}`)
  }
  return { nodes, edges, classes }
}

function linesOf(label: string): readonly string[] {
  return label.split('<br/>').map((line) => {
    if (/^([-*+]|\d+[.)]| |=)/.test(line))
      throw new Error(`Markdown would make a list, a heading or code of it: ${line}`)
    return line.replace(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
  })
}
