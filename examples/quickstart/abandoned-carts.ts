/**
 * State and timers: who left things in the cart for half an hour?
 *
 * Events of one user are seen in the order of event time, and the timer follows it too: the answer does not depend on how fast
 * the program runs or in which order events come. Run it: `node examples/dist/quickstart/abandoned-carts.js`
 */
import { bagState, eventTimeTimer, minutes, monotonousTimestamps, pipe, statefulParDo, withKeys } from '@tidemark/core'
import { tidemark } from '@tidemark/runners/streaming'
import { from } from 'rxjs'

interface CartEvent {
  readonly user: string
  readonly at: number
  /** What was put into the cart; left out when the user paid. */
  readonly item?: string
}

const abandonedCarts = pipe(
  withKeys((event: CartEvent) => event.user),
  statefulParDo('Idle', {
    state: { items: bagState<string>() },
    timers: { idle: eventTimeTimer() },
    process({ value: { item }, state, timers }) {
      if (item === undefined) {
        state.items.clear()
        timers.idle.clear()
      } else {
        state.items.add(item)
        timers.idle.setAfter(minutes(30))
      }
    },
    onTimer: {
      *idle({ key: user, state }) {
        yield { user, items: state.items.read() }
        state.items.clear()
      },
    },
  }),
)

const at = (clock: string): number => Date.parse(`2026-03-01T${clock}:00Z`)
const events$ = from<readonly CartEvent[]>([
  { user: 'ann', at: at('10:00'), item: 'tea' },
  { user: 'bob', at: at('10:05'), item: 'milk' },
  { user: 'ann', at: at('10:10'), item: 'cake' },
  { user: 'bob', at: at('10:20') },
  { user: 'eve', at: at('11:00'), item: 'salt' },
])

events$
  .pipe(tidemark(abandonedCarts, { timestamp: (event) => event.at, watermark: monotonousTimestamps() }))
  .subscribe(({ value: { user, items }, timestamp }) => {
    console.log(new Date(timestamp).toISOString().slice(11, 16), user, items.join(', '))
  })
