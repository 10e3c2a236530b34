/**
 * Dead letters in a live job: too many of them, and those that nobody reads.
 */
import { parDo, read, type LedgerEntry, type PullSource, type RejectedRecord } from '@tidemark/core'
import { memorySource } from '@tidemark/io/memory'
import {
  fromObservable,
  replayLog,
  streamingRunner,
  tidemark,
  type StreamingOptions,
} from '@tidemark/runners/streaming'
import { concat, from, lastValueFrom, of, Subject, throwError, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { click, clickTime, perMinute, type Click } from '../clicks.ts'
import { quickClock } from '../../driver/quick-clock.ts'
import { brokenSource } from '../../driver/broken-source.ts'
import { settle } from '../slow-sink.ts'

const bad: Click = { page: 'home', at: Number.NaN }

/** Clicks of which the last are bad. */
function clicks(total: number, badOnes: number): readonly Click[] {
  return Array.from({ length: total }, (_, index) => (index < total - badOnes ? click('10:00:00') : bad))
}

function jobOver(elements: readonly Click[], options: StreamingOptions = {}) {
  return streamingRunner({ report: 'never', ...options }).run((root) => ({
    clicks: root.pipe(fromObservable('Clicks', from(elements), clickTime)),
  }))
}

/** A source of one split, whose records are malformed from the given one on. */
function malformedFrom(first: number, total: number): PullSource<Click> {
  const source = memorySource([click('10:00:00')])
  return {
    ...source,
    unit: 'line',
    open() {
      let next = 0
      return {
        read(credits) {
          const elements: Click[] = []
          const offsets: number[] = []
          const rejected: RejectedRecord[] = []
          for (const end = Math.min(total, next + credits); next < end; next++) {
            if (next < first) offsets.push(next)
            if (next < first) elements.push(click('10:00:00'))
            else rejected.push({ offset: next, raw: '{', code: 'BAD_JSON', detail: 'it ends too early' })
          }
          return { elements, offsets, rejected, position: next, bytes: 0, done: next === total }
        },
        close: () => undefined,
      }
    },
  }
}

describe('B20: a flood of dead letters in a live job', () => {
  // Mutation: packages/runners/src/streaming/job.ts: `this.#memory.afterBatch(input.step.path, batch)` → `;`
  it('B20: ends it once more than one record in twenty of a thousand is bad, and says where it began', async () => {
    const job = jobOver(clicks(1000, 51))
    await expect(job.done).rejects.toMatchObject({
      code: 'DLQ_FLOOD',
      step: 'Clicks',
      message: expect.stringMatching(/51 dead letters among 1000 records.*element 949.*BAD_TIMESTAMP/s),
    })
    const malformed = streamingRunner({ report: 'never' }).run((root) => ({
      clicks: root.pipe(read('Clicks', malformedFrom(900, 2000), clickTime)),
    }))
    await expect(malformed.done).rejects.toMatchObject({ code: 'DLQ_FLOOD', step: 'Clicks' })
  })

  it('B20: lets one in twenty pass, and any share of a few', async () => {
    for (const elements of [clicks(1000, 50), clicks(999, 999)]) {
      const job = jobOver(elements)
      await job.done
      expect(job.state).toBe('done')
    }
  })

  it('B20: is seen over all that has come so far, and in each source apart', async () => {
    const late$ = new Subject<Click>()
    const job = streamingRunner({ report: 'never' }).run((root) => ({
      late: root.pipe(fromObservable('Late', concat(from(clicks(2000, 0)), late$), clickTime)),
      other: root.pipe(fromObservable('Other', from(clicks(100_000, 0)), clickTime)),
    }))
    job.start()
    await settle()
    for (const element of clicks(105, 105)) late$.next(element)
    await settle()
    expect(job.state).toBe('running')
    late$.next(bad)
    await expect(job.done).rejects.toMatchObject({ code: 'DLQ_FLOOD', step: 'Late' })
  })

  it('B20: can be set, and switched off', async () => {
    const off = jobOver(clicks(1000, 900), { deadLetters: 'off' })
    await off.done
    expect(off.ledgerCounts.get('Clicks dead-letter')).toBe(900)
    await expect(jobOver(clicks(10, 2), { deadLetters: { share: 0.1, atLeast: 10 } }).done).rejects.toMatchObject({
      code: 'DLQ_FLOOD',
    })
    const operator = tidemark(perMinute, { ...clickTime, report: 'never' })
    await expect(lastValueFrom(from(clicks(1000, 900)).pipe(operator))).rejects.toMatchObject({ code: 'DLQ_FLOOD' })
  })

  it.each([
    { share: Number.NaN, atLeast: 1 },
    { share: 5, atLeast: 1 },
    { share: 0.1, atLeast: -1 },
  ])('B20: is not looked for by a rule that cannot be: %o', (deadLetters) => {
    expect(() => streamingRunner({ deadLetters })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
  })
})

describe('I4: dead letters that nobody reads, in a live job', () => {
  const screen = () => {
    const written: string[] = []
    return { written, reportTo: { isTTY: true, write: (text: string) => written.push(text) } }
  }

  it('I4: are counted and kept', async () => {
    const job = jobOver([click('10:00:00'), bad])
    await job.done
    expect([...job.ledgerCounts]).toEqual([['Clicks dead-letter', 1]])
    expect(job.ledgerEntries).toMatchObject([{ reason: 'dead-letter', step: 'Clicks', element: bad }])
  })

  // Mutation: packages/runners/src/execution/ledger/ledger-memory.ts: `(this.#oldest + 1) % this.#limit` → `this.#oldest`
  it('I4: are kept in bounds, the latest of them, and all are counted', async () => {
    const elements = Array.from({ length: 7 }, (_, index) => ({ ...bad, index }))
    for (const ledgerLimit of [0, 1, 3, 7, 100]) {
      const job = jobOver(elements, { ledgerLimit })
      await job.done
      expect(job.ledgerEntries.map(({ element }) => element)).toEqual(elements.slice(Math.max(0, 7 - ledgerLimit)))
      expect(job.ledgerCounts.get('Clicks dead-letter')).toBe(7)
    }
    expect(() => streamingRunner({ ledgerLimit: -1 })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
  })

  it('I4: are named in the closing report, with every other kind of entry and with retries', async () => {
    const { written, reportTo } = screen()
    const throwing = parDo({
      onError: 'dead-letter',
      process(element: Click) {
        if (element.page === 'help') throw new Error('no help')
        return [element]
      },
    })
    const job = streamingRunner({ report: 'auto', reportTo, env: { clock: quickClock() } }).run((root) => ({
      clicks: root
        .pipe(
          read(
            'Clicks',
            brokenSource([click('10:00:00'), bad, click('10:00:01', 'help')], [{ at: 2, times: 2, loses: false }]),
            clickTime,
          ),
        )
        .apply('Helpless', throwing),
    }))
    await job.done
    const report =
      'ledger: 1 dead-letter at Clicks (such as BAD_TIMESTAMP at element 1 of 0), 1 dead-letter at Helpless (such as at element 2 of 0); ' +
      'read again after a failure: Clicks 2 times'
    expect(job.report()).toBe(report)
    expect(written).toEqual([`${report}\n`])
  })

  // Mutation: packages/runners/src/streaming/job-ledger.ts: `this.#unheard ||= !isHeard` → `this.#unheard = true`
  it('I4: are named there however the job ends, but not when somebody has listened or nobody looks', async () => {
    const write = async (options: StreamingOptions, end: 'done' | 'stop' | 'fail', listen = false) => {
      const { written, reportTo } = screen()
      const source$ =
        end === 'fail' ? throwError(() => new Error('gone')) : end === 'stop' ? new Subject<Click>() : of<Click>()
      const job = streamingRunner({ reportTo, ...options }).run((root) => ({
        clicks: root.pipe(fromObservable('Clicks', concat(of(bad), source$), clickTime)),
      }))
      if (listen) job.ledger.subscribe()
      job.outputs.clicks.subscribe({ error: () => undefined })
      job.start()
      await settle()
      await (end === 'stop' ? job.stop() : job.done.catch(() => undefined))
      return written
    }
    for (const end of ['done', 'stop', 'fail'] as const) expect(await write({}, end)).toHaveLength(1)
    expect(await write({}, 'done', true)).toEqual([])
    expect(await write({ report: 'never' }, 'done')).toEqual([])
    expect(await write({ reportTo: { write: () => expect.unreachable() } }, 'done')).toEqual([])
  })

  it('I4: say nothing when there are none', async () => {
    const { written, reportTo } = screen()
    const job = jobOver([click('10:00:00')], { report: 'always', reportTo })
    await job.done
    expect([job.report(), written]).toEqual(['', []])
  })
})

describe('records that a replayed log rejects', () => {
  it('go to onReject with their split, and the replay goes on', async () => {
    const rejected: [RejectedRecord, string][] = []
    const replayed$ = replayLog(malformedFrom(2, 3), {
      arrival: (element) => element.at,
      speed: 'max',
      onReject: (record, split) => rejected.push([record, split]),
    })
    expect(await lastValueFrom(replayed$.pipe(toArray()))).toHaveLength(2)
    expect(rejected).toEqual([[{ offset: 2, raw: '{', code: 'BAD_JSON', detail: 'it ends too early' }, '0']])
  })
})

describe('the ledger of a job', () => {
  it('is kept for whoever comes when the job is over', async () => {
    const entries: LedgerEntry[] = []
    const job = jobOver([bad])
    job.ledger.subscribe((entry) => entries.push(entry))
    await job.done
    expect(job.ledgerEntries).toEqual(entries)
  })
})
