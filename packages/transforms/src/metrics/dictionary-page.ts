/**
 * The page of a dictionary, in Markdown: a table to find a number in, and a section for each.
 */
import type { DictionaryEntry, SourceEntry } from './dictionary-entry.ts'

/** Writes the page. */
export function dictionaryPage(title: string, entries: readonly DictionaryEntry[]): string {
  const rows = entries.map(({ id, kind, owner, unit, decision }) =>
    row([`[${id}](#${id})`, kind, unit ?? '', owner ?? '', decision ?? '']),
  )
  return [
    `# ${title}`,
    '',
    row(['metric', 'kind', 'unit', 'owner', 'decision']),
    row(['---', '---', '---', '---', '---']),
    ...rows,
    ...entries.flatMap(section),
    '',
  ].join('\n')
}

function section(entry: DictionaryEntry): readonly string[] {
  const { id, description, dimensions, sources, metrics, types, fields, audience, slices } = entry
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['formula', `\`${entry.formula}\``],
    ['counts rows where', entry.where === undefined ? undefined : `\`${entry.where}\``],
    ['grain', `\`${entry.grain}\``],
    [
      'dimensions',
      dimensions.length === 0 ? undefined : `${dimensions.map(({ name }) => name).join(', ')} (slices: ${slices})`,
    ],
    ['made of metrics', metrics.length === 0 ? undefined : metrics.map((name) => `[${name}](#${name})`).join(', ')],
    ['sources', sources.map(sourceText).join('; ')],
    ['event types', types.length === 0 ? undefined : types.join(', ')],
    ['fields', fields.length === 0 ? undefined : fields.join(', ')],
    ['unit', entry.unit],
    ['owner', entry.owner],
    ['audience', audience.length === 0 ? undefined : audience.join(', ')],
    ['decision', entry.decision],
    ['runbook', entry.runbook],
    ['provisional values', entry.trigger],
    ['final', entry.finality === 'PT0S' ? 'at the end of the window' : `${entry.finality} after the end of the window`],
    ['refresh', entry.refresh],
    ['freshness', entry.freshness],
    ['definition', entry.definition],
  ]
  return [
    '',
    `## ${id}`,
    '',
    ...(description === undefined ? [] : [description, '']),
    ...facts.flatMap(([name, text]) => (text === undefined ? [] : [`- ${name}: ${text}`])),
  ]
}

function sourceText({ name, schema, from, via }: SourceEntry): string {
  const rows = schema === undefined ? name : `${name} (rows of ${schema})`
  return from.length === 0 ? rows : `${rows}, made from ${from.join(', ')}${via === undefined ? '' : ` by ${via}`}`
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
