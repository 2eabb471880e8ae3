import { rootFieldsOf, rootTypeOf } from './asker.ts'
import { FOREIGN, OWN } from './asking.ts'
import { fieldsBelow } from './coverage.ts'
import type { OperationKind } from './document.ts'
import { pick, seededDraw, type Draw } from './draw.ts'
import { take, type Session, type Turn } from './session.ts'
import { viewersOf, type Viewer } from './viewers.ts'

/** What changes things comes last. */
const KINDS: readonly OperationKind[] = ['query', 'subscription', 'mutation']
/** A question with everything in it may be refused for one part of it; what it left unanswered is asked alone, so often. */
const TRIES = 1
/** Fields that are asked for in one document, each by a root field of its own. */
const AT_ONCE = 6
/** Root fields may have as many inputs as this many documents with all of them hold. */
const INPUT_TRIES = 1

/** Asks for every field of the schema as one who may have them all; what a question with everything in it left unanswered is asked for alone. */
export async function sweepOwn(session: Session, seed: number): Promise<void> {
  const draw = seededDraw(seed)
  const owner = viewersOf(session.of)[0]
  if (owner === undefined) throw new Error('There is no viewer.')
  for (const kind of KINDS) {
    for (const name of rootFieldsOf(kind)) {
      const turn = { draw, viewer: owner, kind, mix: OWN, optional: 10 }
      await take(session, { ...turn, names: [name], wanted: { kind: 'all' } })
      for (let tries = 0; tries < TRIES; tries++) await askAlone(session, turn, name)
    }
  }
}

async function askAlone(session: Session, turn: Omit<Turn, 'names' | 'wanted'>, name: string): Promise<void> {
  const below = fieldsBelow(rootTypeOf(turn.kind).name, name)
  const left = below.filter((coordinate) => !session.coverage.answered.has(coordinate))
  // Mutations are not repeated for every leaf of what they answer.
  if (turn.kind !== 'query') return void (left.length > 0 && (await take(session, { ...turn, names: [name], wanted: { kind: 'some', percent: 90 } })))
  for (let at = 0; at < left.length; at += AT_ONCE)
    await take(session, {
      ...turn,
      names: Array.from({ length: Math.min(AT_ONCE, left.length - at) }, () => name),
      wanted: { kind: 'each', coordinates: left.slice(at, at + AT_ONCE) },
    })
}

/** Sends every argument and input field at least once, with own ids and others' in them. */
export async function sweepInputs(session: Session, seed: number): Promise<void> {
  const draw = seededDraw(seed)
  const [owner] = viewersOf(session.of)
  if (owner === undefined) throw new Error('There is no viewer.')
  for (let tries = 0; tries < INPUT_TRIES; tries++) {
    const missing = session.coverage.missing('sent')
    if (missing.length === 0) return
    for (const kind of KINDS)
      for (const name of rootFieldsOf(kind)) {
        if (!mayHold(kind, name, missing)) continue
        await take(session, {
          draw,
          viewer: owner,
          kind,
          names: [name],
          wanted: { kind: 'some', percent: 60 },
          mix: tries % 2 === 0 ? OWN : FOREIGN,
          optional: 80,
        })
      }
  }
}

const inputsOfRoot = new Map<string, ReadonlySet<string>>()

/** Whether what is missing stands in the arguments of the root field or below, by the types that it names. */
function mayHold(kind: OperationKind, name: string, missing: readonly string[]): boolean {
  const key = `${kind} ${name}`
  const known = inputsOfRoot.get(key) ?? inputTypesBelow(kind, name)
  inputsOfRoot.set(key, known)
  return missing.some((coordinate) => known.has(coordinate.slice(0, coordinate.indexOf('.'))) || coordinate.startsWith(`${rootTypeOf(kind).name}.${name}.`))
}

function inputTypesBelow(kind: OperationKind, name: string): ReadonlySet<string> {
  const type = rootTypeOf(kind)
  const found = new Set(fieldsBelow(type.name, name).map((coordinate) => coordinate.slice(0, coordinate.indexOf('.'))))
  found.delete(type.name)
  const visit = (named: unknown): void => {
    if (typeof named !== 'object' || named === null || !('getFields' in named) || !('name' in named)) return
    if (found.has(String(named.name))) return
    found.add(String(named.name))
    for (const field of Object.values((named as { getFields: () => Record<string, { type: unknown }> }).getFields())) visit(bare(field.type))
  }
  for (const { type: argument } of type.getFields()[name]?.args ?? []) visit(bare(argument))
  return found
}

const bare = (type: unknown): unknown => (typeof type === 'object' && type !== null && 'ofType' in type ? bare(type.ofType) : type)

/** Asks every root field with ids of others alone, as one of each sort of viewer. */
export async function sweepForeign(session: Session, seed: number): Promise<void> {
  const draw = seededDraw(seed)
  const viewers = oneOfEach(draw, viewersOf(session.of))
  for (const kind of KINDS)
    for (const name of rootFieldsOf(kind)) {
      const viewer = pick(draw, viewers)
      await take(session, { draw, viewer, kind, names: kind === 'subscription' ? [name] : [name, name], wanted: { kind: 'all' }, mix: FOREIGN, optional: 40 })
    }
}

function oneOfEach(draw: Draw, viewers: readonly Viewer[]): readonly Viewer[] {
  const sorts = [...new Set(viewers.map(({ who }) => who))]
  return sorts.map((who) =>
    pick(
      draw,
      viewers.filter((viewer) => viewer.who === who),
    ),
  )
}
