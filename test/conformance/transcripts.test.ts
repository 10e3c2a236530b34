/**
 * Beam's trigger transcripts, which every SDK and runner of Beam plays.
 */
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { PIPELINES_UNDER_TEST } from './pipeline-under-test.ts'
import { playTranscript } from './play-transcript.ts'
import type { Transcript } from './transcript.ts'
import { hasVectors, readText, skipNote } from './vectors.ts'

const documents = parseAllDocuments(readText('trigger_transcripts.yaml'))
const transcripts = documents.flatMap((document) => {
  const transcript = document.toJS() as Transcript | null
  return transcript === null ? [] : [transcript]
})
const right = transcripts.filter(({ error }) => error === undefined)
const wrong = transcripts.filter(({ error }) => error !== undefined)

describe.skipIf(!hasVectors)(`trigger transcripts of Beam${skipNote}`, () => {
  it('are thirteen that pass and five that fail', () => {
    expect([right.length, wrong.length]).toEqual([13, 5])
  })

  describe.each(Object.entries(PIPELINES_UNDER_TEST))('%s', (_subject, run) => {
    it.each(right)('emits what $name says', (transcript) => {
      const { states } = playTranscript(run, transcript)
      for (const state of states) console.log(`${transcript.name}: state ${JSON.stringify(state)} is not asserted`)
      expect(states.length).toBeLessThanOrEqual(1)
    })

    it.each(right)('emits what $name says whatever the order within a bundle', (transcript) => {
      const reversed = (timestamps: readonly number[]): readonly number[] => timestamps.toReversed()
      const rotated = (timestamps: readonly number[]): readonly number[] => [
        ...timestamps.slice(1),
        ...timestamps.slice(0, 1),
      ]
      const interleaved = (timestamps: readonly number[]): readonly number[] =>
        timestamps.toSorted((a, b) => (a % 3) - (b % 3) || b - a)
      for (const arrange of [reversed, rotated, interleaved])
        expect(() => playTranscript(run, transcript, arrange)).not.toThrow()
    })

    it.each(wrong)('does not emit what $name says', (transcript) => {
      expect(() => playTranscript(run, transcript)).toThrow(transcript.error)
    })
  })
})
