/**
 * Text from outside inside of messages: what cannot be seen, or steers a terminal, is shown as its escape.
 *
 * Data keep every character they have. Messages go to terminals and logs, where a name or a cell could clear the screen,
 * forge a line or turn the reading order round.
 */

/** Control and format characters, line and paragraph separators, halves of surrogate pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu

/** The text with an escape such as `\u001b` for each character that cannot be seen, and `…` for what goes beyond `limit` characters. */
export function visible(text: string, limit: number = Infinity): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text
  return shown.replace(UNSEEN, (character) => {
    const json = JSON.stringify(character).slice(1, -1)
    return json === character ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : json
  })
}

/** Names for a message: the first ones, in quotes. There may be thousands, of any length. */
export function visibleNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `"${visible(name, 60)}"`)
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ')
}
