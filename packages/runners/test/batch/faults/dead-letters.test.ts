/**
 * Dead letters of a batch run that nobody reads. The flood breaker's tests stand in batch-runner.test.ts.
 */
import { create, read } from '@tidemark/core'
import { memorySource, readMemory } from '@tidemark/io/memory'
import { batchRunner, type BatchOptions } from '@tidemark/runners/batch'
import { describe, expect, it } from 'vitest'
import { brokenSource } from '../../driver/broken-source.ts'
import { quickClock } from '../../driver/quick-clock.ts'
import { orders, timestamp, type Order } from '../revenue.ts'

const bad: Order = { at: Number.NaN, region: 'eu', amount: 1 }

function screen(isTTY = true) {
  const written: string[] = []
  return { written, progressTo: { isTTY, write: (text: string) => written.push(text) } }
}

describe('B20: a flood of dead letters in a batch run', () => {
  it('B20: ends it, in whichever source it is', async () => {
    const flood = Array.from({ length: 1000 }, (_, index) => (index < 949 ? orders[0]! : bad))
    const run = batchRunner({ progress: 'never' }).run((root) => ({
      good: root.pipe(
        create(
          'Good',
          Array.from({ length: 50_000 }, (_, index) => index),
        ),
      ),
      flood: root.pipe(readMemory('Flood', flood, { timestamp })),
    }))
    await expect(run).rejects.toMatchObject({ code: 'DLQ_FLOOD', step: 'Flood' })
  })
})

describe('I4: dead letters that nobody reads, in a batch run', () => {
  const run = (elements: readonly Order[], options: BatchOptions) =>
    batchRunner(options).run((root) => ({ all: root.pipe(readMemory('Orders', elements, { timestamp })) }))

  it('I4: are counted, kept, and named below the progress', async () => {
    const { written, progressTo } = screen()
    const { ledger, ledgerCounts } = await run([bad, ...orders, bad], { progressTo })
    expect(ledger).toHaveLength(2)
    expect([...ledgerCounts]).toEqual([['Orders dead-letter', 2]])
    expect(written.at(-1)).toBe('ledger: 2 dead-letter at Orders (such as BAD_TIMESTAMP at element 0 of 0)\n')
  })

  it('I4: are named when the run fails too', async () => {
    const { written, progressTo } = screen()
    const flooded = run([bad, ...orders], { progressTo, deadLetters: { share: 0.1, atLeast: 1 } })
    await expect(flooded).rejects.toMatchObject({ code: 'DLQ_FLOOD' })
    expect(written.join('')).toContain('ledger: 1 dead-letter at Orders')
  })

  it('I4: are named where progress is shown, and nothing is when there are none', async () => {
    const clean = screen()
    await run(orders, { progressTo: clean.progressTo })
    expect(clean.written.join('')).not.toContain('ledger')
    const piped = screen(false)
    await run([bad], { progressTo: piped.progressTo })
    expect(piped.written).toEqual([])
  })

  it('I4: are named by code and place only, and nothing that a terminal would obey', async () => {
    const { written, progressTo } = screen()
    const source = memorySource({ 'a\u001b[2J\n.ndjson': [bad] })
    await batchRunner({ progressTo }).run((root) => ({ all: root.pipe(read('Orders', source, { timestamp })) }))
    expect(written.at(-1)).toBe(
      'ledger: 1 dead-letter at Orders (such as BAD_TIMESTAMP at element 0 of a\\u{1b}[2J\\u{a}.ndjson)\n',
    )
  })

  it('I4: stand beside the sources that had to be read again', async () => {
    const { written, progressTo } = screen()
    const source = brokenSource(orders, [{ at: 1, times: 1, loses: true }])
    await batchRunner({ progressTo, env: { clock: quickClock() } }).run((root) => ({
      all: root.pipe(read('Orders', source, { timestamp })),
    }))
    expect(written.at(-1)).toBe('read again after a failure: Orders 1 time\n')
  })
})

describe('an option of a batch runner that there is not', () => {
  it.each([
    { bundlesize: 3 },
    { progress: 'allways' },
    { deadLetters: { shares: 0.1, atLeast: 3 } },
    { retry: { attempt: 3 } },
  ])('such as in %o is refused, and what was probably meant is named', (options) => {
    expect(() => batchRunner(options as BatchOptions)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining('Did you mean') }),
    )
  })
})
