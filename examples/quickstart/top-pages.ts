/**
 * Top-k: the two pages with the most clicks of each hour, and how many all pages had.
 *
 * Two groupings in series: clicks per page, then the largest of them. Ties go by name, so every run gives the same list.
 * Run it: `node examples/dist/quickstart/top-pages.js`
 */
import { combineGlobally, combinePerKey, fixedWindows, hours, map, windowInto, withKeys } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { combineAll, count, sumOf, top } from '@tidemark/transforms'

interface PageClicks {
  readonly page: string
  readonly total: number
}

const at = (clock: string): number => Date.parse(`2026-03-01T${clock}:00Z`)
const clicks = [
  { page: '/home', at: at('10:05') },
  { page: '/cart', at: at('10:10') },
  { page: '/home', at: at('10:20') },
  { page: '/news', at: at('10:30') },
  { page: '/news', at: at('11:15') },
  { page: '/cart', at: at('11:20') },
  { page: '/cart', at: at('11:40') },
]

const { outputs } = await batchRunner().run((root) => ({
  hourly: root.pipe(
    readMemory('Clicks', clicks, { timestamp: (click) => click.at }),
    windowInto(fixedWindows(hours(1))),
    withKeys((click) => click.page),
    combinePerKey('PerPage', count()),
    map(([page, total]): PageClicks => ({ page, total })),
    combineGlobally(
      'Top',
      combineAll({
        pages: top<PageClicks>(2, { by: ({ total }) => total }),
        all: sumOf(({ total }: PageClicks) => total),
      }),
    ),
  ),
}))

for (const { value, window } of outputs.hourly) {
  const list = value.pages.map(({ page, total }) => `${page} ${total}`).join(', ')
  console.log(`${new Date(window.start).toISOString().slice(11, 16)} ${list}, of ${value.all}`)
}
