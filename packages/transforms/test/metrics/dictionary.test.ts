/**
 * The page, the data and the lineage that are made from metrics.
 */
import { composite, hours, minutes, type PCollection } from '@tidemark/core'
import { calendarDays } from '@tidemark/core/calendar'
import { schema } from '@tidemark/core/fields'
import { count, countIf, over, sum, sumOf, where } from '@tidemark/transforms'
import {
  defineMetric,
  defineStrictMetric,
  derived,
  dictionary,
  lineageOf,
  mermaidLineage,
  metricSource,
  ratioOf,
  strictDictionary,
  type Lineage,
  type Measure,
} from '@tidemark/transforms/metrics'
import { describe, expect, it } from 'vitest'

const event = schema('EppEvent', { at: 'timestamp', type: 'text', tld: 'text', result: 'integer', years: 'integer' })
const { fields } = event
type Event = ReturnType<typeof event.parse>
const eppLog = metricSource('EPP log', { schema: event, types: ['create', 'renew', 'delete', 'poll'] })
const grace = composite('GraceOutcomes', (rows: PCollection<ReturnType<typeof event.parse>>) => rows)
const outcomes = metricSource('Grace outcomes', {
  schema: event,
  types: ['kept'],
  from: eppLog,
  via: grace,
  reads: ['create', 'delete'],
})
const grain = calendarDays({ zone: 'UTC' })
const governed = {
  owner: 'ops-registry',
  audience: ['ops', 'sales'],
  unit: 'share',
  decision: 'open an incident below 0.95',
  runbook: 'runbooks/registrations.md',
  finality: hours(36),
  freshness: minutes(10),
} as const

const successRate = defineStrictMetric({
  ...governed,
  id: 'reg_success_rate',
  description: 'How many create commands come through.',
  source: eppLog,
  types: ['create'],
  where: fields.type.is('create'),
  measure: ratioOf({ numerator: where(fields.result.isIn([1000, 1001]), count()), denominator: count() }),
  grain,
  dimensions: { tld: fields.tld },
})
const renewed = defineMetric({
  id: 'renewed',
  source: eppLog,
  types: ['renew'],
  measure: over(fields.years, sum()),
  grain,
})
const kept = defineMetric({ id: 'kept', source: outcomes, measure: count(), grain })
const keptPerRenewal = defineMetric({
  id: 'kept_per_renewal',
  measure: derived({ from: { kept, renewed }, value: (of) => of.kept / of.renewed }),
})
const all = dictionary([successRate, renewed, kept, keptPerRenewal])

describe('the page of a dictionary', () => {
  it('says of each metric what it is, how it is computed and who answers for it', () => {
    const page = strictDictionary([successRate]).markdown('Registrar metrics')
    expect(page).toBe(
      [
        '# Registrar metrics',
        '',
        '| metric | kind | unit | owner | decision |',
        '| --- | --- | --- | --- | --- |',
        '| [reg_success_rate](#reg_success_rate) | ratio | share | ops-registry | open an incident below 0.95 |',
        '',
        '## reg_success_rate',
        '',
        'How many create commands come through.',
        '',
        '- formula: `(count where result is in (1000, 1001)) / (count)`',
        '- counts rows where: `type is "create"`',
        `- grain: \`${grain.description}\``,
        '- dimensions: tld (slices: recombine)',
        '- sources: EPP log (rows of EppEvent)',
        '- event types: create',
        '- fields: EppEvent.result, EppEvent.tld, EppEvent.type',
        '- unit: share',
        '- owner: ops-registry',
        '- audience: ops, sales',
        '- decision: open an incident below 0.95',
        '- runbook: runbooks/registrations.md',
        '- provisional values: on time and for every late row',
        '- final: P1DT12H after the end of the window',
        '- freshness: PT10M',
        `- definition: ${successRate.entry.definition}`,
        '',
      ].join('\n'),
    )
  })

  it('is data, too, that JSON carries', () => {
    const data = JSON.parse(JSON.stringify(all)) as { metrics: Record<string, unknown>[] }
    expect(data.metrics.map(({ id, kind }) => [id, kind])).toEqual([
      ['reg_success_rate', 'ratio'],
      ['renewed', 'simple'],
      ['kept', 'simple'],
      ['kept_per_renewal', 'derived'],
    ])
    expect(data.metrics[2]).toMatchObject({
      sources: [{ name: 'Grace outcomes', from: ['EPP log'], via: 'GraceOutcomes', types: ['kept'] }],
    })
  })

  it('writes function where nobody said what a function computes', () => {
    const hidden = defineMetric({
      id: 'hidden',
      source: eppLog,
      where: (row) => row.years > 1,
      measure: count(),
      grain,
    })
    expect(hidden.entry).toMatchObject({ where: 'function', isExact: false })
    expect(successRate.entry.isExact).toBe(true)
    const formula = (measure: Measure<Event, number>): unknown => {
      const { entry } = defineMetric({ id: 'x', source: eppLog, measure, grain })
      return [entry.formula, entry.isExact]
    }
    expect(formula(sumOf(fields.years))).toEqual(['sum(years)', true])
    expect(formula(sumOf((row: Event) => row.years))).toEqual(['sum(function)', false])
    expect(formula(countIf((row: Event) => row.years > 1))).toMatchObject({ 1: false })
    expect(formula(where((row: Event) => row.years > 1, sumOf(fields.years)))).toMatchObject({ 1: false })
    // A condition on what is measured is as hidden as one on the row.
    const large = where((years: number) => years > 1, sum())
    expect(formula(over(fields.years, large))).toEqual(['where(sum)(years, function)', false])
  })

  it('writes conditions behind what they are of, the innermost first', () => {
    const { entry } = defineMetric({
      id: 'x',
      source: eppLog,
      measure: where(fields.type.is('create'), where(fields.years.moreThan(1), sumOf(fields.years))),
      slices: 'apart',
      grain,
    })
    expect([entry.formula, entry.isExact]).toEqual(['sum(years) where years > 1 where type is "create"', true])
  })
})

describe('the version of a definition', () => {
  // Mutation: packages/transforms/src/metrics/define-metric.ts: `hashBytes(encodeValue(hashedPart(unhashed)))` → `hashBytes(encodeValue(1))`
  it('changes with what is computed, and with nothing else', () => {
    const of = (more: object): string =>
      defineMetric({ id: 'x', source: eppLog, where: fields.type.is('create'), measure: count(), grain, ...more }).entry
        .definition
    expect(of({})).toBe(of({ owner: 'sales', description: 'Creates.' }))
    const others = [
      { where: fields.type.is('renew') },
      { measure: over(fields.years, sum()) },
      { grain: calendarDays({ zone: 'Europe/Berlin' }) },
      { dimensions: { tld: fields.tld } },
      { finality: hours(1) },
      { version: 2 },
    ].map(of)
    expect(new Set([of({}), ...others]).size).toBe(others.length + 1)
    expect(of({ version: 2 })).toMatch(/^2\./)
  })
})

describe('lineage', () => {
  /** All that a node is made of. */
  function origins({ nodes, edges }: Lineage, of: string): readonly string[] {
    const found = new Set<string>()
    const waiting = [of]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const { from, to } of edges) {
        if (to !== next || found.has(from)) continue
        found.add(from)
        waiting.push(from)
      }
    }
    return nodes
      .filter(({ id }) => found.has(id))
      .map(({ id }) => id)
      .toSorted()
  }

  it('goes from a metric to filters, fields, event types and sources', () => {
    expect(origins(lineageOf(successRate), 'metric:reg_success_rate')).toEqual([
      'dimension:reg_success_rate/tld',
      'field:EppEvent.result',
      'field:EppEvent.tld',
      'field:EppEvent.type',
      'filter:reg_success_rate',
      'measure:reg_success_rate',
      'source:EPP log',
      'type:EPP log/create',
    ])
  })

  it('goes through the composites that make sources of sources, and through metrics', () => {
    expect(origins(lineageOf(keptPerRenewal), 'metric:kept_per_renewal')).toEqual([
      'composite:Grace outcomes/GraceOutcomes',
      'field:EppEvent.years',
      'measure:kept',
      'measure:kept_per_renewal',
      'measure:renewed',
      'metric:kept',
      'metric:renewed',
      'source:EPP log',
      'source:Grace outcomes',
      'type:EPP log/create',
      'type:EPP log/delete',
      'type:EPP log/renew',
      'type:Grace outcomes/kept',
    ])
  })

  // Mutation: packages/transforms/src/metrics/lineage.ts: `source.reads ?? origin.types` → `origin.types`
  it('marks what rests on an event type, and nothing else', () => {
    expect(all.dependents({ type: 'create' })).toEqual(['kept', 'kept_per_renewal', 'reg_success_rate'])
    expect(all.dependents({ type: 'renew' })).toEqual(['kept_per_renewal', 'renewed'])
    expect(all.dependents({ type: 'delete' })).toEqual(['kept', 'kept_per_renewal'])
    expect(all.dependents({ field: 'EppEvent.result' })).toEqual(['reg_success_rate'])
    expect(all.dependents({ source: 'Grace outcomes' })).toEqual(['kept', 'kept_per_renewal'])
    expect(all.dependents({ source: 'EPP log' })).toHaveLength(4)
    expect(all.dependents({ source: 'EPP log', type: 'renew' })).toEqual(['kept_per_renewal', 'renewed'])
    const marked = all.lineage('kept', { type: 'delete' }).nodes.filter(({ isAffected }) => isAffected)
    expect(marked.map(({ id }) => id).toSorted()).toEqual([
      'composite:Grace outcomes/GraceOutcomes',
      'measure:kept',
      'metric:kept',
      'source:Grace outcomes',
      'type:EPP log/delete',
      'type:Grace outcomes/kept',
    ])
  })

  it('is written for Mermaid, with text that cannot break out of its node', () => {
    const drawn = mermaidLineage(all.lineage('reg_success_rate', { type: 'create' }))
    expect(drawn.split('\n')[0]).toBe('flowchart LR')
    expect(drawn).toContain('{{"type is #quot;create#quot;"}}:::affected')
    expect(drawn).toContain('classDef affected')
    expect(mermaidLineage(all.lineage())).not.toContain('affected')
  })
})
