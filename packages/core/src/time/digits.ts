/**
 * Digits of a text at fixed places: what times as text are made of.
 */

/** The whole number between two places; NaN unless there is nothing but ASCII digits, so that every comparison with it fails. */
export function digits(text: string, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return NaN
    value = value * 10 + digit
  }
  return value
}

/** Minutes that an offset stands ahead of UTC, written from a place to the end as `Z`, `+05:45` or `-03:30`; NaN when it is none. */
export function offsetMinutes(text: string, at: number): number {
  if (at === text.length - 1) return text[at] === 'Z' || text[at] === 'z' ? 0 : NaN
  const sign = text[at] === '+' ? 1 : text[at] === '-' ? -1 : NaN
  const hours = digits(text, at + 1, at + 3)
  const minutes = digits(text, at + 4, at + 6)
  if (text.length !== at + 6 || text[at + 3] !== ':' || !(hours < 24 && minutes < 60)) return NaN
  return sign * (hours * 60 + minutes)
}
