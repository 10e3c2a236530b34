/**
 * Three stateless steps on RxJS.
 */
import { filter, from, map } from 'rxjs'
import { isEven, price, withFee } from '../chain-steps.ts'
import { ChainDigest } from '../digest.ts'
import { EVENTS, registrarEvents } from '../events.ts'

const events = registrarEvents(EVENTS)

/** Runs the chain once. */
export function run(): string {
  const digest = new ChainDigest()
  from(events)
    .pipe(map(price), filter(isEven), map(withFee))
    .subscribe((value) => digest.add(value))
  return digest.toString()
}
