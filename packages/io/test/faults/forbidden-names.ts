/**
 * A program of its own: takes fields with names such as `__proto__` from files through a spread and a key into files, under whatever
 * flags the process was started with, or with `freeze` with all prototypes of records frozen, and prints what was written and whether any
 * prototype was touched.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { combinePerKey, map, withKeys, type PCollection, type PTransform, type Root } from '@tidemark/core'
import { readCsv, writeCsv } from '@tidemark/io/csv'
import { readNdjson, writeNdjson } from '@tidemark/io/ndjson'
import { readTsv } from '@tidemark/io/tsv'
import { batchRunner } from '@tidemark/runners/batch'
import { count } from '@tidemark/transforms'
import { timestamp } from './run-files.ts'

type Row = Readonly<Record<string, unknown>>

const folder = mkdtempSync(join(tmpdir(), 'tidemark-names-'))
const inFolder = (name: string) => join(folder, name)
// Assigning to a field whose name is inherited fails from here on.
if (process.argv[2] === 'freeze') Object.freeze(Object.prototype)

const names = ['__proto__', 'constructor', 'prototype', 'toString']
const before = Object.getOwnPropertyNames(Object.prototype).join()
let prototypes = 'ordinary'

// A spread copies own fields as they are.
const copied = (rows: PCollection<Row>) =>
  rows.pipe(
    map((row) => {
      if (Object.getPrototypeOf(row) !== Object.prototype) prototypes = 'changed'
      return { ...row }
    }),
  )

/** How often there is each row: a key is the whole record. */
const results = (rows: PCollection<Row>): PCollection<unknown> =>
  copied(rows).pipe(
    withKeys((row) => row),
    combinePerKey('Count', count()),
  )

async function run(name: string, reader: PTransform<Root, PCollection<Row>>): Promise<number> {
  const { ledger } = await batchRunner({ progress: 'never' }).run((root) => {
    results(root.pipe(reader)).pipe(writeNdjson('Out', inFolder(`${name}.out`), { window: false }))
    return {}
  })
  return ledger.length
}

try {
  const cells = ['p', 'c', 'q', 's']
  writeFileSync(inFolder('csv'), `${names.join(',')}\n${cells.join(',')}\n"${cells.join('","')}"\n`)
  writeFileSync(inFolder('tsv'), `${names.join('\t')}\n${`${cells.join('\t')}\n`.repeat(2)}`)
  const json = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"n":1}\n'
  writeFileSync(inFolder('ndjson'), json.repeat(2))
  const deadLetters =
    (await run('csv', readCsv<string, Row>('Rows', inFolder('csv'), { timestamp }))) +
    (await run('ndjson', readNdjson<Row>('Rows', inFolder('ndjson'), { timestamp }))) +
    (await run('tsv', readTsv<Row>('Rows', inFolder('tsv'), { timestamp })))
  await batchRunner({ progress: 'never' }).run((root) => {
    const rows = root.pipe(
      readCsv<string, Row>('Rows', inFolder('csv'), { timestamp, columns: ['constructor', '__proto__'] }),
    )
    rows.pipe(
      map((row) => ({ key: 'k', ...row })),
      withKeys(() => 'k'),
      combinePerKey('Count', count()),
      map(() => JSON.parse('{"key":"k","__proto__":"p","constructor":"c"}') as Row),
      writeCsv('Table', inFolder('table.out'), { window: false }),
    )
    return {}
  })
  const lines = ['csv', 'ndjson', 'tsv', 'table'].flatMap((name) =>
    readFileSync(inFolder(`${name}.out`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => `${name} ${line}`),
  )
  const polluted = ['polluted', ...names.slice(2, 3)].filter((name) => name in {})
  if (Object.getOwnPropertyNames(Object.prototype).join() !== before) polluted.push('Object.prototype')
  process.stdout.write(JSON.stringify({ polluted, prototypes, deadLetters, lines }))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
