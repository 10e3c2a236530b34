/**
 * Windows that merge, when elements of them are taken back: which hold together, and what becomes of the others.
 *
 * What one bundle gives and takes is netted first. Then the windows of a key are those that its elements would have had if what was
 * taken back had never come; a window that is still among them, or has only grown, goes on, and any other is no more.
 */
import type { Window, WindowMerge } from '@tidemark/core'
import { textOfWindow } from '../evaluator/rows.ts'
import { isEqual } from './grouped-value.ts'
import type { HeldValue, WindowCell } from './window-cell.ts'

/** What is left when changes that cancel each other are left out, in order. */
export function netOf<C extends { readonly held: HeldValue }>(changes: readonly C[]): readonly C[] {
  const net: C[] = []
  for (const change of changes) {
    const index = net.findIndex(({ held }) => held.sign !== change.held.sign && isEqual(held, change.held))
    if (index < 0) net.push(change)
    else net.splice(index, 1)
  }
  return net
}

/** Whether a cell has lost one of these windows: no element of it has that any more, and none that comes. */
export function isLoose({ values }: WindowCell, lost: readonly Window[], coming: readonly Window[]): boolean {
  const kept = new Set([...values.map(({ window }) => window), ...coming].map(textOfWindow))
  return lost.some((window) => !kept.has(textOfWindow(window)))
}

/** What windows become: those that are in no merge stay as they are. */
export function becoming(merges: readonly WindowMerge[]): (window: Window) => Window {
  const into = new Map(merges.flatMap((merge) => merge.from.map((window) => [textOfWindow(window), merge.into])))
  return (window) => into.get(textOfWindow(window)) ?? window
}

/** The window in which a loose cell goes on: the only one that what is left of it is in, if that covers the cell's own. */
export function successorOf(
  { window: own, values }: WindowCell,
  become: (window: Window) => Window,
): Window | undefined {
  const windows = values.map(({ window }) => become(window))
  const [only] = windows
  if (only === undefined || windows.some((window) => textOfWindow(window) !== textOfWindow(only))) return undefined
  return only.start <= own.start && own.end <= only.end ? only : undefined
}
