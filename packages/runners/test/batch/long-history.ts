/**
 * A program of its own: runs a long history through windows of a minute, and prints by how much memory grew.
 *
 * Arguments: how many orders, whether order is promised, the file to write, and at which order to wait to be killed.
 */
import { read, seconds, type PullSource } from '@tidemark/core'
import { writeNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import { revenuePerRegion, timestamp, type Order } from './revenue.ts'

const [total = 0, , , waitAt = Infinity] = process.argv.slice(2).map(Number)
const [, promised, file = ''] = process.argv.slice(2)
let most = 0
let before = 0

const history: PullSource<Order> = {
  mode: 'pull',
  description: 'history',
  bounded: true,
  unit: 'element',
  splits: () => Promise.resolve([{ id: '0', restriction: null }]),
  open() {
    let next = 0
    return {
      read(credits) {
        const first = next
        const size = Math.min(credits, total - first)
        next = first + size
        if (next >= waitAt) {
          process.stdout.write('waiting')
          return new Promise(() => setInterval(() => undefined, 1000))
        }
        // A thousand keys, and a minute for every sixty thousand orders.
        const elements = Array.from({ length: size }, (_, i) => ({
          at: first + i,
          region: `r${(first + i) % 1000}`,
          amount: 1,
        }))
        const { rss } = process.memoryUsage()
        if (before === 0 && first > total / 10) before = rss
        most = Math.max(most, rss)
        return {
          elements,
          offsets: elements.map((_, i) => first + i),
          rejected: [],
          position: next,
          bytes: 0,
          done: next === total,
        }
      },
      close: () => undefined,
    }
  },
}

await batchRunner({ progress: 'never' }).run((root) => {
  const eventTimeOrder = { disorder: seconds(10) }
  root
    .pipe(
      read('Orders', history, { timestamp, ...(promised === 'promised' ? { eventTimeOrder } : {}) }),
      revenuePerRegion,
    )
    .pipe(writeNdjson('Out', file))
  return {}
})
process.stdout.write(JSON.stringify({ grown: most - before }))
