/**
 * The dictionary of the main job: what its figures mean, made from the metrics that compute them.
 */
import { mermaidLineage, strictDictionary } from '@tidemark/transforms/metrics'
import { perFiveMinutesMetrics, perMinuteMetrics } from './dns/dns-kpis.ts'
import { perDayMetrics, perMonthMetrics } from './dotgov/registry-metrics.ts'

/** Every metric of the main job. */
export const jobMetrics = strictDictionary(
  [perMinuteMetrics, perFiveMinutesMetrics, perDayMetrics, perMonthMetrics].flatMap((metrics) =>
    Object.values<Parameters<typeof strictDictionary>[0][number]>(metrics),
  ),
)

/** The page, in Markdown, with the lineage of all metrics as a Mermaid graph at its end. */
export function metricPage(): string {
  const lineage = mermaidLineage(jobMetrics.lineage())
  return [jobMetrics.markdown('What the figures mean'), '## Lineage', '', '```mermaid', lineage, '```', ''].join('\n')
}
