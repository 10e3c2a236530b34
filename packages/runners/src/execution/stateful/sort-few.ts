/**
 * sortFew: sorting of what is due at one time, which nearly always is one thing or two.
 */

/** Lists up to this length are sorted in place; the engine's own sort makes a copy first, which for two costs more than all else. */
const FEW = 8

/** Sorts a list in place; equal ones stay in their order. */
export function sortFew<T>(list: T[], compare: (a: T, b: T) => number): void {
  if (list.length > FEW) {
    list.sort(compare)
    return
  }
  for (let index = 1; index < list.length; index++) {
    const moved = list[index]!
    let place = index
    for (; place > 0 && compare(list[place - 1]!, moved) > 0; place--) list[place] = list[place - 1]!
    list[place] = moved
  }
}
