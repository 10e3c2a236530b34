/**
 * validate: what fits comes out as the schema gives it, what does not is in the ledger in words that can be counted.
 */
import {
  combinePerKey,
  create,
  fixedWindows,
  milliseconds,
  windowInto,
  withKeys,
  type KV,
  type PCollection,
} from '@tidemark/core'
import type { StandardSchema } from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { assertSameAnswer, evaluate } from '@tidemark/runners/testing'
import { count, schemaFaults, validate, type ValidateOptions } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const line = z.object({ sku: z.string(), cents: z.int().nonnegative() })
const order = z.object({ id: z.string().max(5), lines: z.array(line).default([]), at: z.number() })

const good = { id: 'a', lines: [{ sku: 'tea', cents: 250 }], at: 1 }

async function run(elements: readonly unknown[], options?: ValidateOptions, schema: StandardSchema = order) {
  const { outputs, ledger } = await batchRunner({ progress: 'never' }).run((root) => ({
    valid: root.pipe(create('Lines', elements), validate('Orders', schema, options)),
  }))
  return {
    valid: outputs.valid.map(({ value }) => value),
    ledger: ledger.map(({ step, reason, element, detail }) => ({ step, reason, element, detail })),
  }
}

const details = async (elements: readonly unknown[], options?: ValidateOptions, schema?: StandardSchema) =>
  (await run(elements, options, schema)).ledger.map(({ detail }) => detail)

describe('validate', () => {
  it('gives what the schema gives, with its defaults and conversions', async () => {
    expect(await run([good, { id: 'b', at: 2 }])).toEqual({ valid: [good, { id: 'b', at: 2, lines: [] }], ledger: [] })
    const text = z.string().transform((cell) => cell.length)
    expect((await run(['abc'], {}, text)).valid).toEqual([3])
  })

  // Mutation: packages/transforms/src/contract/validate.ts: `if (faults.length > 0) throw` → `if (faults.length > 99) throw`
  it('makes a dead letter of what does not fit, with paths and messages and the element', async () => {
    const bad = { id: 7, lines: [good.lines[0], { sku: 'jam', cents: -1 }], at: '1' }
    expect(await run([good, bad])).toEqual({
      valid: [good],
      ledger: [
        {
          step: 'Orders/Map',
          reason: 'dead-letter',
          element: bad,
          detail:
            'map threw: SCHEMA: id: Invalid input: expected string, received number; lines[].cents: Too small: expected number to be >=0; ' +
            'at: Invalid input: expected number, received string',
        },
      ],
    })
    expect(await details([3])).toEqual(['map threw: SCHEMA: Invalid input: expected object, received number'])
  })

  // Mutation: packages/transforms/src/contract/schema-fault.ts: `typeof key === 'number' ? '[]'` → `typeof key === 'number' ? String(key)`
  it('says the same of the same fault, wherever in a list it stands, so that details can be counted', async () => {
    const at = (place: number) => ({
      ...good,
      lines: good.lines.concat(
        Array.from({ length: place }, () => good.lines[0]!),
        { sku: 'x', cents: 0.5 },
      ),
    })
    expect(new Set(await details([at(1), at(2), at(7)])).size).toBe(1)
  })

  it('shows neither whole values nor what steers a terminal', async () => {
    const schema: StandardSchema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => ({
          issues: [{ message: `bad: ${String(value)}`, path: ['a\u001b[2J', { key: 0 }, 'b'.repeat(200)] }],
        }),
      },
    }
    const [detail = ''] = await details(['x'.repeat(5000)], {}, schema)
    expect(detail).toMatch(/^map threw: SCHEMA: a\\u\{1b\}\[2J\[\]\.b{80,100}…: bad: x{195}…$/)
    const many = z.object(Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`f${index}`, z.string()])))
    expect((await details([{}], {}, many))[0]).toMatch(/f4: [^;]*; and 4 more$/)
  })

  // Mutation: packages/transforms/src/contract/validate.ts: `element, extraFields === 'refuse')` → `element, false)`
  it('B17: leaves out fields that the schema has not, or refuses them where asked, by their path', async () => {
    const extra = { ...good, lines: [{ ...good.lines[0], colour: 'green' }], vat: 'very secret', 'a\nb': 1 }
    expect((await run([extra])).valid).toEqual([good])
    expect(await details([extra, good], { extraFields: 'refuse' })).toEqual([
      'map threw: SCHEMA: lines[].colour: the schema has no such field; vat: the schema has no such field; ' +
        'a\\u{a}b: the schema has no such field',
    ])
    expect((await run([extra], {}, z.looseObject({ id: z.string() }))).valid).toEqual([extra])
    expect(await details([{ id: 'a', vat: 1 }], {}, z.strictObject({ id: z.string() }))).toEqual([
      'map threw: SCHEMA: Unrecognized key: "vat"',
    ])
  })

  it('ends the run at the first that does not fit, where asked', async () => {
    await expect(run([{ ...good, id: 'too long' }], { onError: 'fail' })).rejects.toThrow(
      expect.objectContaining({
        code: 'SCHEMA',
        message: expect.stringMatching(
          /does not fit the schema of validate\("Orders"\): id: Too big.*Mend the source or the schema/,
        ),
      }),
    )
  })

  it('refuses a schema that answers with a promise, and says where asynchronous checks belong', async () => {
    const asked = order.refine(() => Promise.resolve(true))
    for (const onError of ['dead-letter', 'fail'] as const) {
      await expect(run([good], { onError }, asked)).rejects.toThrow(
        expect.objectContaining({
          code: 'ASYNC_SCHEMA',
          message: expect.stringMatching(/answers with a promise.*mapAsync/),
        }),
      )
    }
  })

  it('refuses what is no schema, and options that say nothing to it', () => {
    expect(() => validate('Orders', { parse: () => 1 } as never)).toThrow(
      expect.objectContaining({ code: 'BAD_SCHEMA' }),
    )
    expect(() => schemaFaults('Faults', undefined as never)).toThrow(/schemaFaults\("Faults"\)/)
    expect(() => validate('Orders', order, { extraFields: 'refused' } as never)).toThrow(/Did you mean "refuse"\?/)
    expect(() => validate('Orders', order, { onErrors: 'fail' } as never)).toThrow(/Did you mean "onError"\?/)
  })

  const counted = {
    name: 'Contract',
    expand: (lines: PCollection<unknown>) => {
      const windowed = lines.pipe(windowInto(fixedWindows(milliseconds(10))))
      return {
        valid: windowed.pipe(
          validate('Orders', order),
          withKeys(({ id }) => id),
          combinePerKey('PerId', count()),
        ),
        faults: windowed.pipe(
          schemaFaults('Faults', order),
          withKeys(({ kind, path }) => `${kind} ${path}`),
          combinePerKey('PerPath', count()),
        ),
      }
    },
  }
  const elements = [
    ...Array.from({ length: 20 }, (_, at) => ({ id: at % 3 === 0 ? 'a' : 'b', at })),
    { id: 'c', lines: [{ sku: 'x' }, { sku: 1, cents: 1 }, { sku: 'x' }], at: 3 },
    { id: 'toolong', vat: 1, at: 4 },
    { id: 'd', vat: 1, at: 5 },
    {
      id: 'd',
      lines: [
        { sku: 'x', cents: 1, vat: 1 },
        { sku: 'y', cents: 1, vat: 1 },
      ],
      at: 15,
    },
  ]

  it('counts faults and extra fields by path and window', () => {
    const { rows } = evaluate((root) => root.pipe(create('Lines', elements, { timestamp: ({ at }) => at }), counted), {
      Lines: elements,
    })
    expect(
      rows.faults.map(({ value, window }) => `${window.start} ${(value as KV<string, number>).join(': ')}`).toSorted(),
    ).toEqual([
      '0 extra-field vat: 1',
      '0 issue id: 1',
      '0 issue lines[].cents: 2',
      '0 issue lines[].sku: 1',
      '10 extra-field lines[].vat: 1',
    ])
  })

  it('gives the same in every run', () => {
    assertSameAnswer(counted, elements, { timestamp: (each) => (each as { readonly at: number }).at, runs: 60 })
  })
})
