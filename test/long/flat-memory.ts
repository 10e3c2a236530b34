/**
 * A process of its own that runs one join or transform over any number of elements in a thousand hours of event time, and prints every
 * hundred hours what is alive: a line of JSON each, with the heap in MB.
 *
 * flat-memory.test.ts runs it over 200,000. By hand, over ten million:
 *
 *     node --expose-gc --conditions=@tidemark/source --import tsx test/long/flat-memory.ts interval 10000000
 */
import { JOINS, run } from './endless-joins.ts'
import type { Mark } from './endless-run.ts'
import { runTransform } from './endless-transforms.ts'

const [name = 'interval', elements = '200000'] = process.argv.slice(2)

const look = (mark: Mark): void => {
  globalThis.gc?.()
  console.log(JSON.stringify({ ...mark, heap: Math.round(process.memoryUsage().heapUsed / 1e5) / 10 }))
}

if (name in JOINS) run(name, Number(elements), look)
else runTransform(name, Number(elements), look)
