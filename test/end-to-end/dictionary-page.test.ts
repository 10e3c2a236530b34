/**
 * The page of the main job's metrics, as `npm start -- --dictionary` prints it.
 */
import { expect, it } from 'vitest'
import { jobMetrics } from '../../examples/side-by-side/metric-page.ts'
import { runProgram } from './run-program.ts'

it('npm start -- --dictionary prints what every figure means, and ends', async () => {
  const { code, stdout, stderr } = await runProgram('side-by-side/main.ts', ['--dictionary'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const { id, formula } of jobMetrics.entries) {
    expect(stdout).toContain(`\n## ${id}\n`)
    expect(stdout).toContain(`- formula: \`${formula}\``)
  }
  expect(stdout).toContain('- sources: DNS queries (rows of DnsRow), made from Zeek DNS log by WithoutCopies')
  expect(stdout).toContain('```mermaid\nflowchart LR\n')
})

it('the lineage of the main job leads from each figure to the rows of its file', () => {
  expect(jobMetrics.dependents({ type: 'deleted' })).toEqual([
    'names_changed_per_day',
    'names_changed_per_month',
    'names_deleted_per_day',
    'names_deleted_per_month',
  ])
  expect(jobMetrics.dependents({ source: 'Zeek DNS log' })).toHaveLength(14)
  expect(jobMetrics.dependents({ field: 'DnsRow.name' })).toEqual([
    'dns_names_per_five_minutes',
    'dns_names_per_minute',
    'dns_totals_by_type_per_five_minutes',
    'dns_totals_by_type_per_minute',
    'dns_totals_per_five_minutes',
    'dns_totals_per_minute',
  ])
})
