import { apiKeyPlace, quoteWord } from './commandLines.ts'

/** What the first reader of a group asks. */
export const groupSubscription = `subscription {
  conversions(group: "warehouse", from: { position: BEGINNING }) {
    cursor
    entries { id event revenue { amount currency } }
  }
}`

/** Runs the example of a reader, which acknowledges and resumes. `origin` is that of the page. */
export function groupLine(origin: string): string {
  const socket = `${origin.replace(/^http/, 'ws')}/graphql`
  return ['node ops/examples/partner/follow.ts', `  ${quoteWord(socket)}`, `  ${apiKeyPlace} warehouse`].join(' \\\n')
}
