/**
 * The quickstarts print what they say, and are as short as they look.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runProgram } from './run-program.ts'

const printed = async (program: string): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await runProgram(`quickstart/${program}.ts`)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout.trimEnd().split('\n')
}

const CLICKS = ['10:00 /home 2', '10:00 /cart 1', '10:01 /home 1', '10:02 /cart 1']

describe('the quickstart', () => {
  it('clicks-live counts by event time in an RxJS pipe', async () => {
    expect(await printed('clicks-live')).toEqual(CLICKS)
  })

  it('clicks-history gives the same figures from a file, and names the line that is none', async () => {
    expect(await printed('clicks-history')).toEqual([...CLICKS, 'line 5: dead-letter'])
  })

  it('clicks-by-name gives them for a pipeline that is named', async () => {
    expect(await printed('clicks-by-name')).toEqual(CLICKS)
  })

  it('abandoned-carts finds who left without paying', async () => {
    expect(await printed('abandoned-carts')).toEqual(['10:40 ann cake, tea', '11:30 eve salt'])
  })

  it('late-sessions takes back two visits and gives one', async () => {
    expect(await printed('late-sessions')).toEqual([
      '+ ann 10:00 to 10:10: 1',
      '+ ann 10:15 to 10:25: 1',
      '- ann 10:00 to 10:10: 1',
      '- ann 10:15 to 10:25: 1',
      '+ ann 10:00 to 10:25: 3',
      '+ bob 11:00 to 11:10: 1',
    ])
  })

  it('reading-the-ledger accounts for every element', async () => {
    const lines = await printed('reading-the-ledger')
    expect(lines.filter((line) => /^\d\d:\d\d \d+$/.test(line))).toEqual(['10:00 1', '10:01 2'])
    expect(lines).toContainEqual(
      expect.stringMatching(/^expired at Count: \{"sensor":"a","at":"2026-03-01T10:00:50Z"\}, because window/),
    )
    expect(lines).toContainEqual(
      expect.stringMatching(/^dead-letter at Readings: \{"sensor":"b","at":"yesterday"\}, because BAD_TIMESTAMP/),
    )
    expect(lines.slice(-2)).toEqual(['Readings dead-letter: 1', 'Count expired: 1'])
  })

  it('calendar-days counts by local day, be it of 23 hours', async () => {
    expect(await printed('calendar-days')).toEqual([
      '2026-03-28, a day of 24 hours: 1',
      '2026-03-29, a day of 23 hours: 4',
      '2026-03-30, a day of 24 hours: 1',
    ])
  })

  it('top-pages ranks what was counted, ties by name', async () => {
    expect(await printed('top-pages')).toEqual(['10:00 /home 2, /cart 1, of 4', '11:00 /cart 2, /news 1, of 3'])
  })

  it('late-data says which figures are early, on time and late, and what came too late', async () => {
    const tooLate = JSON.stringify({ amount: 1, at: Date.parse('2026-03-01T10:30:00Z') })
    expect(await printed('late-data')).toEqual([
      '10:00 early 30',
      '10:00 on-time 30',
      '10:00 late 33',
      '11:00 early 12',
      `expired: ${tooLate}`,
      '11:00 on-time 12',
    ])
  })

  it('history-and-live settles on the same figures in both', async () => {
    expect(await printed('history-and-live')).toEqual([
      '10:00 ["/cart",1]',
      '10:00 ["/home",2]',
      '10:01 ["/home",1]',
      '10:02 ["/cart",1]',
      'live and history agree',
    ])
  })

  it('as-of-enrichment prices orders by the rate of their time, and anew when a rate comes late', async () => {
    expect(await printed('as-of-enrichment')).toEqual([
      '+ 09:30 a1 90.00',
      '+ 09:40 a2 no rate',
      '- 09:30 a1 90.00',
      '+ 09:30 a1 95.00',
      '+ 10:00 a4 240.00',
      '+ 10:10 a3 160.00',
    ])
  })

  it('fits on a screen, each program', () => {
    const folder = new URL('../../examples/quickstart/', import.meta.url)
    const long = readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n').length > 60)
    expect(long).toEqual([])
  })
})
