import { rootFieldsOf } from './asker.ts'
import { MIXED } from './asking.ts'
import type { OperationKind } from './document.ts'
import { chance, pick, type Draw } from './draw.ts'
import { changedTables, fingerprint, readersGone } from './fingerprint.ts'
import { take, type Asked, type Session } from './session.ts'
import { checkStreams, type OpenStream } from './streams.ts'
import { askAgain, comparable, NEVER_THE_SAME } from './twice.ts'
import { ANY_ROLE, changeRole, revive, type Viewer } from './viewers.ts'

const MOST_TURNS = 4
const MOST_FIELDS = 3
/** A signature, a session and a key are believed for less than this. */
const FORGOTTEN_SECONDS = 6

export type RunOf = { readonly draw: Draw; readonly viewers: readonly Viewer[]; readonly streams: readonly OpenStream[] }

/** One random run: operations by random viewers, changes of roles between them, and now and then the data of all others grows. Throws what leaked. */
export async function randomRun(session: Session, { draw, viewers, streams }: RunOf): Promise<void> {
  const turns = 1 + draw(MOST_TURNS)
  for (let turn = 0; turn < turns; turn++) {
    if (chance(draw, 15)) await changeSomeRole(session, draw)
    const kind: OperationKind = chance(draw, 25) ? 'mutation' : chance(draw, 8) ? 'subscription' : 'query'
    await (kind === 'mutation' ? changeSomething(session, { draw, viewers }) : askTogether(session, { draw, viewers, kind }))
  }
  if (chance(draw, 30)) await growOthers(session, { draw, viewers })
  checkStreams(session, streams)
  await revive(session.world.pools, session.of)
  session.world.passSeconds(FORGOTTEN_SECONDS)
}

type Choice = { readonly draw: Draw; readonly viewers: readonly Viewer[] }

const fieldsOf = (draw: Draw, kind: OperationKind, most: number): readonly string[] =>
  Array.from({ length: 1 + draw(most) }, () => pick(draw, rootFieldsOf(kind)))

const randomTurn = (draw: Draw) => ({ draw, wanted: { kind: 'some', percent: 30 + draw(50) } as const, mix: MIXED, optional: 25 })

/** The same document at the same moment by two of different tenants, where what is shared between them would show. */
async function askTogether(session: Session, { draw, viewers, kind }: Choice & { readonly kind: OperationKind }): Promise<void> {
  const names = fieldsOf(draw, kind, kind === 'subscription' ? 1 : MOST_FIELDS)
  const asked = take(session, { ...randomTurn(draw), viewer: pick(draw, viewers), kind, names })
  const other = pick(draw, viewers)
  const first = await asked
  if (other.tenant !== first.viewer.tenant && kind === 'query') await Promise.all([askAgain(session, { ...first, viewer: other }), askAgain(session, first)])
}

/** Nothing that one does changes a row of another tenant. */
async function changeSomething(session: Session, { draw, viewers }: Choice): Promise<void> {
  const { world, of } = session
  const viewer = pick(draw, viewers)
  const names = fieldsOf(draw, 'mutation', 2)
  const others = of.tenants.filter((tenant) => tenant !== viewer.tenant)
  // A session of its own for the asker is made first, and is of its own tenant.
  await Promise.all(others.map((tenant) => readersGone(world.pools, tenant)))
  const before = await Promise.all(others.map((tenant) => fingerprint(world.pools, tenant)))
  const { question } = await take(session, { ...randomTurn(draw), viewer, kind: 'mutation', names })
  for (const [index, tenant] of others.entries()) {
    const changed = changedTables(before[index] ?? new Map(), await fingerprint(world.pools, tenant))
    if (changed.length > 0)
      throw new Error(`${viewer.who} of tenant ${viewer.tenant?.index ?? 'nobody'} changed ${changed.join(', ')} of tenant ${tenant.index}: ${question.query}`)
  }
}

async function changeSomeRole({ world, of }: Session, draw: Draw): Promise<void> {
  const tenant = pick(draw, of.tenants)
  const members = [...tenant.accounts.slice(1).map(({ accountId }) => accountId), ...(of.shared !== null && tenant.index < 2 ? [of.shared.accountId] : [])]
  await changeRole(world.pools, tenant, { accountId: pick(draw, members), role: pick(draw, ANY_ROLE) })
  world.passSeconds(FORGOTTEN_SECONDS)
}

/** As many rows again for all others leave every answer as it was, to the byte. */
async function growOthers(session: Session, { draw, viewers }: Choice): Promise<void> {
  const { world, of } = session
  const asking = viewers.filter(({ tenant }) => tenant !== null)
  const viewer = pick(draw, asking)
  const names = rootFieldsOf('query').filter((name) => !NEVER_THE_SAME.has(name))
  const first: Asked[] = []
  for (let question = 0; question < 2; question++) {
    const asked = await take(session, {
      ...randomTurn(draw),
      viewer,
      kind: 'query',
      names: Array.from({ length: 1 + draw(MOST_FIELDS) }, () => pick(draw, names)),
    })
    // What the first asking brought about, such as the time of a key's use, is there at the second.
    first.push(await askAgain(session, asked))
  }
  const others = of.tenants.filter((tenant) => tenant !== viewer.tenant)
  await Promise.all(others.map(world.grow))
  await world.deliver(others)
  for (const asked of first) {
    const [before, after] = [comparable(asked), comparable(await askAgain(session, asked))]
    if (before !== after)
      throw new Error(
        `More data of others changed what ${viewer.who} was told: ${asked.question.query}\n${JSON.stringify(asked.question.variables)}\nbefore: ${before}\nafter:  ${after}`,
      )
  }
}
