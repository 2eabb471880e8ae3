import { ask } from './asker.ts'
import type { Asked, Session } from './session.ts'
import { bearerOf } from './viewers.ts'

/** What may differ between two answers to one question: what it cost, which is counted as the tenant's usage too. Only the scope explain sees what is read. */
const MEASURED: ReadonlySet<string> = new Set(['usage', 'rowsRead', 'bytesRead', 'elapsedMs', 'estimatedRows', 'estimatedBytes', 'cache', 'asOf', 'requestId'])
// Each login has a session of its own, so the list of them grows by the asking itself; a generated password is another each time.
export const NEVER_THE_SAME: ReadonlySet<string> = new Set(['sessions', 'generatePassword', 'checkEmail', 'startPasskeyLogin'])

/** The answer without what was measured, under whatever alias it was asked for; written as it came otherwise. */
export function comparable({ question, heard }: Pick<Asked, 'question' | 'heard'>): string {
  const hidden = new Set(MEASURED)
  for (const [, alias, name] of question.query.matchAll(/\b(\w+): (\w+)/g))
    if (alias !== undefined && name !== undefined && MEASURED.has(name)) hidden.add(alias)
  const hide = (key: string, value: unknown): unknown => (hidden.has(key) ? undefined : value)
  const { errors = [], ...answer } = JSON.parse(heard.text) as { readonly errors?: readonly unknown[] }
  // Subgraphs are asked side by side: whose errors come first is chance.
  return (
    JSON.stringify(answer, hide) +
    errors
      .map((error) => JSON.stringify(error, hide))
      .toSorted()
      .join('')
  )
}

/** Asks the same again by the same viewer, looked through as the first time. */
export async function askAgain({ world, oracle }: Session, { viewer, question, sent }: Asked): Promise<Asked> {
  const bearer = await bearerOf({ pools: world.pools, now: world.now() }, viewer)
  const heard = await ask(world.platform.gateway.url, question, bearer)
  oracle.check(viewer, heard, sent)
  return { viewer, question, sent, heard }
}
