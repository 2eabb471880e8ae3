import { ask, askingOf, questionOf, type EachWanted } from './asker.ts'
import type { Mix } from './asking.ts'
import type { Coverage } from './coverage.ts'
import type { OperationKind, Question } from './document.ts'
import type { Draw } from './draw.ts'
import type { IsoTenants, IsoWorld } from './isoWorld.ts'
import type { Heard, Oracle } from './oracle.ts'
import type { Wanted } from './selection.ts'
import { bearerOf, type Viewer } from './viewers.ts'

/** What a suite asks with. */
export type Session = {
  readonly world: IsoWorld
  readonly of: IsoTenants
  readonly oracle: Oracle
  readonly coverage: Coverage
  /** Whether an answer may be that we failed: nothing is shown then either. Default: false. */
  readonly mayFail?: boolean
}
export type Turn = {
  readonly draw: Draw
  readonly viewer: Viewer
  readonly kind: OperationKind
  readonly names: readonly string[]
  readonly wanted: Wanted | EachWanted
  readonly mix: Mix
  readonly optional: number
}
export type Asked = { readonly viewer: Viewer; readonly question: Question; readonly sent: ReadonlySet<string>; readonly heard: Heard }

/** Makes a document of the turn, asks it as the viewer and looks through what comes back. Throws a Leak. */
export async function take({ world, of, oracle, coverage, mayFail = false }: Session, turn: Turn): Promise<Asked> {
  const { viewer, kind, names, wanted } = turn
  const asking = askingOf({ ...turn, tenants: of.tenants })
  const question = questionOf(kind, names, asking, wanted)
  const bearer = await bearerOf({ pools: world.pools, now: world.now() }, viewer)
  const heard = await ask(world.platform.gateway.url, question, bearer)
  check({ oracle, mayFail }, { viewer, question, sent: asking.sent, heard })
  // The group of a subscription is made by its first reader, by the name that was sent.
  if (kind !== 'query') oracle.adopt(viewer.tenant, asking.sent)
  coverage.note(question, { data: heard.data, inputs: asking.inputs })
  return { viewer, question, sent: asking.sent, heard }
}

function check({ oracle, mayFail }: Pick<Session, 'oracle' | 'mayFail'>, { viewer, question, sent, heard }: Asked): void {
  try {
    if (mayFail !== true && heard.text.includes('"INTERNAL"')) throw new Error(`An answer was INTERNAL: ${heard.text.slice(0, 500)}`)
    oracle.check(viewer, heard, sent)
    oracle.learn(viewer, question, heard, sent)
  } catch (error) {
    throw new Error(
      `${error instanceof Error ? error.message : String(error)}\nasked by ${viewer.who} of tenant ${viewer.tenant?.index ?? 'nobody'}: ${question.query}\n${JSON.stringify(question.variables)}\nanswer: ${heard.text.slice(0, 1500)}`,
      {
        cause: error,
      },
    )
  }
}
