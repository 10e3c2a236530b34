/**
 * fingerprintDifferences: what has changed between two graphs, in words.
 *
 * Whoever finds another fingerprint beside stored state says why with it. Steps with a name and outputs are compared by
 * name; what stands between them is told as the way from one to the other.
 */
import { digest } from './digest.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { GraphDescription, StepDescription } from './graph-description.ts'
import { Ways } from './ways.ts'

type Steps = ReadonlyMap<string, StepDescription>

/**
 * The differences between two graphs, one line each: steps renamed, removed and added, then what has changed in those that
 * stayed, then the outputs.
 *
 * **Contract** — Empty if and only if the fingerprints are equal. A step counts as renamed where exactly one new step has its
 * kind and facts and is fed as it was.
 */
export function fingerprintDifferences(before: GraphDescription, now: GraphDescription): readonly string[] {
  if (fingerprintOf(before) === fingerprintOf(now)) return []
  const [stepsBefore, stepsNow] = [named(before), named(now)]
  const renamed = renames(before, now)
  const ways = { before: new Ways(before, renamed), now: new Ways(now) }
  const toldOfSteps = [
    ...[...renamed].map(([old, name]) => `The step "${old}" is named "${name}" now.`),
    ...absent(stepsBefore, stepsNow, renamed).map(({ step, kind }) => `The step "${step}" (${kind}) is gone.`),
    ...absent(stepsNow, stepsBefore, new Set(renamed.values())).map(
      ({ step, kind }) => `The step "${step}" (${kind}) is new.`,
    ),
    ...pairs(stepsBefore, stepsNow, renamed).flatMap(([a, b]) => changes(`"${b.step}"`, a, b, ways)),
  ]
  const [outputsBefore, outputsNow] = [byName(before.outputs), byName(now.outputs)]
  const toldOfOutputs = [
    ...absent(outputsBefore, outputsNow).map(({ step }) => `The output "${step}" is gone.`),
    ...absent(outputsNow, outputsBefore).map(({ step }) => `The output "${step}" is new.`),
    ...pairs(outputsBefore, outputsNow).flatMap(([a, b]) => {
      // Windows and triggers come down from the step above: where that one has changed, all is said.
      const said = ways.now.stepsAbove(b).some((name) => toldOfSteps.some((told) => told.startsWith(`"${name}" `)))
      return changes(`The output "${b.step}"`, a, said ? { ...b, facts: a.facts } : b, ways)
    }),
  ]
  const told = [...toldOfSteps, ...toldOfOutputs]
  return told.length > 0 ? told : [unnamedDifference(before, now)]
}

/** Old names and new ones. What feeds a renamed step may be renamed too, so it is sought until no more is found. */
function renames(before: GraphDescription, now: GraphDescription): ReadonlyMap<string, string> {
  const [stepsBefore, stepsNow] = [named(before), named(now)]
  const renamed = new Map<string, string>()
  const nowWays = new Ways(now)
  for (let found = true; found;) {
    found = false
    const ways = new Ways(before, renamed)
    const signature = (step: StepDescription, of: Ways): string => digest([step.kind, of.to(step), step.facts])
    const gone = absent(stepsBefore, stepsNow, renamed)
    const fresh = absent(stepsNow, stepsBefore, new Set(renamed.values()))
    for (const step of gone) {
      const like = (other: StepDescription, of: Ways): boolean => signature(other, of) === signature(step, ways)
      const candidates = fresh.filter((other) => like(other, nowWays))
      if (candidates.length !== 1 || gone.filter((other) => like(other, ways)).length !== 1) continue
      renamed.set(step.step, candidates[0]!.step)
      found = true
    }
  }
  return renamed
}

/** How a step that stayed has changed: each line begins with `who`. */
function changes(
  who: string,
  before: StepDescription,
  now: StepDescription,
  ways: { readonly before: Ways; readonly now: Ways },
): readonly string[] {
  if (before.kind !== now.kind) return [`${who} was a ${before.kind} and is a ${now.kind}.`]
  const [from, to] = [ways.before.to(before), ways.now.to(now)]
  const facts = [...new Set([...Object.keys(before.facts), ...Object.keys(now.facts)])].sort()
  return [
    ...(from === to ? [] : [`${who} was fed by ${from || 'nothing'} and is fed by ${to || 'nothing'}.`]),
    ...facts
      .filter((fact) => before.facts[fact] !== now.facts[fact])
      .map((fact) => `${who} had ${fact} ${before.facts[fact] ?? 'none'} and has ${now.facts[fact] ?? 'none'}.`),
  ]
}

function unnamedDifference(before: GraphDescription, now: GraphDescription): string {
  const only = (a: GraphDescription, b: GraphDescription): string =>
    a.steps
      .filter(({ step }) => step.startsWith('#') && !b.steps.some((other) => other.step === step))
      .map(({ kind, facts }) => [kind, ...Object.values(facts)].join(' '))
      .join('; ') || 'fewer of the same'
  return `Steps without a name differ: before ${only(before, now)}; now ${only(now, before)}.`
}

function named({ steps }: GraphDescription): Steps {
  return byName(steps.filter(({ step }) => !step.startsWith('#')))
}

function byName(steps: readonly StepDescription[]): Steps {
  return new Map(steps.map((step) => [step.step, step]))
}

/** Steps of one side that the other has not, but for those accounted for. */
function absent(
  here: Steps,
  there: Steps,
  except: { has(name: string): boolean } = new Set(),
): readonly StepDescription[] {
  return [...here.values()].filter(({ step }) => !there.has(step) && !except.has(step))
}

/** Steps that both sides have, by name or by the new one. */
function pairs(
  before: Steps,
  now: Steps,
  renamed: ReadonlyMap<string, string> = new Map(),
): readonly (readonly [StepDescription, StepDescription])[] {
  return [...before.values()].flatMap((step) => {
    const other = now.get(renamed.get(step.step) ?? step.step)
    return other === undefined ? [] : [[step, other] as const]
  })
}
