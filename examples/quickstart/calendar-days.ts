/**
 * Calendar days: registrations per local day in Berlin, over the day on which the clocks go forward.
 *
 * 29 March 2026 has 23 hours there. A day is a day all the same: it begins and ends at midnight, and takes what happened in between.
 * Run it: `node examples/dist/quickstart/calendar-days.js`
 */
import { combineGlobally, parseTimestamp, windowInto } from '@tidemark/core'
import { calendarDays } from '@tidemark/core/calendar'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { count } from '@tidemark/transforms'

const registrations = [
  { name: 'one.example', at: '2026-03-28T23:59:59+01:00' },
  { name: 'two.example', at: '2026-03-29T00:00:00+01:00' },
  { name: 'three.example', at: '2026-03-29T01:59:59+01:00' }, // the second after, it is three o'clock
  { name: 'four.example', at: '2026-03-29T03:00:00+02:00' },
  { name: 'five.example', at: '2026-03-29T23:59:59+02:00' },
  { name: 'six.example', at: '2026-03-30T00:00:00+02:00' },
]

const { outputs } = await batchRunner().run((root) => ({
  perDay: root.pipe(
    readMemory('Registrations', registrations, { timestamp: ({ at }) => parseTimestamp(at) }),
    windowInto(calendarDays({ zone: 'Europe/Berlin' })),
    combineGlobally('PerDay', count()),
  ),
}))

const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' })
for (const { value, window } of outputs.perDay) {
  const hours = (window.end - window.start) / 3_600_000
  console.log(`${day.format(window.start)}, a day of ${hours} hours: ${value}`)
}
