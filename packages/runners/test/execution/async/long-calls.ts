/**
 * A program of its own: sends many elements through calls, and prints by how much memory grew and how many elements were ahead at most.
 *
 * Arguments: how many elements, the runner (`batch` or `live`), and the order (`input` or `any`).
 */
import { mapAsync, milliseconds, read, write, type PullSource, type Root, type Sink } from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'

const [, runner, order] = process.argv.slice(2)
const total = Number(process.argv[2])
let most = 0
let before = 0
let given = 0
let left = 0
let ahead = 0

const source: PullSource<number> = {
  mode: 'pull',
  description: 'long',
  bounded: true,
  unit: 'element',
  splits: () => Promise.resolve([{ id: '0', restriction: null }]),
  open: () => ({
    read(credits) {
      const first = given
      given = Math.min(total, first + Math.min(credits, 500))
      const { rss } = process.memoryUsage()
      if (before === 0 && first > total / 10) before = rss
      most = Math.max(most, rss)
      ahead = Math.max(ahead, given - left)
      const elements = Array.from({ length: given - first }, (_, index) => first + index)
      return { elements, offsets: elements, rejected: [], position: given, bytes: 0, done: given === total }
    },
    close: () => undefined,
  }),
}

const sink: Sink<number> = {
  description: 'counting',
  open: () => ({
    write(values: readonly unknown[]) {
      left += values.length
    },
    commit: () => undefined,
    abort: () => undefined,
  }),
}

const pipeline = (root: Root): Record<string, never> => {
  root.pipe(
    read('Long', source, { timestamp: (n) => n, eventTimeOrder: { disorder: milliseconds(10) } }),
    mapAsync('Calls', async (n) => (n % 3 === 0 ? await Promise.resolve(n) : n), {
      concurrency: 50,
      order: order === 'any' ? 'any' : 'input',
      // Each key comes twice, soon after itself, and never again.
      cache: { key: (n) => `key ${n >> 1}`, expiresAfter: milliseconds(1000), limit: 5000 },
    }),
    write('Count', sink),
  )
  return {}
}

if (runner === 'live') await streamingRunner({ maxFuture: 'off', report: 'never' }).run(pipeline).done
else await batchRunner({ progress: 'never' }).run(pipeline)
process.stdout.write(JSON.stringify({ grown: most - before, left, ahead }))
