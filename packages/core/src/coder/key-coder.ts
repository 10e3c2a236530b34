/**
 * Key coders: a coder whose bytes are the identity of keys must give equal keys equal bytes.
 *
 * JSON.stringify does not: it writes fields in the order in which they were set, so one key would become several. Such coders are
 * told from sound ones when the pipeline is built, by what they make of a few equal keys. A coder of other types, which refuses
 * those or brings them back as something else, is taken at its word; `checkCoderLaws` of `@tidemark/core/testing` tries it on
 * keys of its own.
 */
import { EncodingError } from '../error/pipeline-error.ts'
import type { Coder } from './coder.ts'
import { compareBytes } from './compare-bytes.ts'

/** Two keys that are the same, made in different ways. */
interface EqualKeys {
  /** How they differ to a coder that goes by how an object was made. */
  readonly how: string
  readonly a: object
  readonly b: object
}

const EQUAL_KEYS: readonly EqualKeys[] = [
  { how: 'are the same twice', a: { day: 1 }, b: { day: 1 } },
  { how: 'have their fields in another order', a: { day: 1, host: 'a' }, b: { host: 'a', day: 1 } },
  { how: 'have fields further in in another order', a: [{ day: 1, host: 'a' }], b: [{ host: 'a', day: 1 }] },
  { how: 'are maps filled in another order', a: filled(['day', 'host']), b: filled(['host', 'day']) },
  { how: 'are sets filled in another order', a: new Set(['day', 'host']), b: new Set(['host', 'day']) },
]

/**
 * Throws an {@link EncodingError} with code `NONDETERMINISTIC_KEY` when the coder gives equal keys different bytes. `step` is the
 * path of the step whose keys it encodes.
 */
export function requireKeyCoder(coder: Coder<unknown> | undefined, step: string): void {
  if (coder === undefined) return
  for (const { how, a, b } of EQUAL_KEYS) {
    if (!tellsApart(coder, a, b)) continue
    throw new EncodingError(
      'NONDETERMINISTIC_KEY',
      `The keyCoder "${coder.id}" of "${step}" gives different bytes to keys that ${how}. Bytes are the identity of keys, so one ` +
        'key would become several groups. Leave it out for canonical bytes, in which field order has no meaning, or use jsonCoder(); ' +
        'turn maps and sets into sorted arrays.',
      { step },
    )
  }
}

// A coder of lists may take a set and bring it back as a list: its order has a meaning then.
function tellsApart(coder: Coder<unknown>, a: object, b: object): boolean {
  try {
    const bytes = coder.encode(a)
    return compareBytes(bytes, coder.encode(b)) !== 0 && kindOf(coder.decode(bytes)) === kindOf(a)
  } catch {
    return false
  }
}

function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value)
}

function filled(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name) => [name, name.length]))
}
