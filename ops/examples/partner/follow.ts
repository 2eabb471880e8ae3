// Follows a tenant's conversions as a member of a group, each at least once and never again after it was acknowledged, however often the connection or
// this program breaks: node follow.ts wss://growth.example/graphql <key> <group>. Start it twice, and the two share the work.
import { createClient } from 'graphql-ws'

const [url = '', key = '', group = ''] = process.argv.slice(2)

// `from` says where the group begins when it is new; from then on its position is stored.
const CONVERSIONS = `subscription ($group: String!) {
  conversions(group: $group, from: { position: BEGINNING }, maxInFlight: 200) {
    cursor
    gap { from to reason }
    entries { id event occurredAt revenue { amount currency } campaign { id name } supersedes isTest }
  }
}`
const ACKNOWLEDGE = `mutation ($group: String!, $cursor: Cursor!) {
  acknowledgeConversions(group: $group, cursor: $cursor) { cursor }
}`

type Conversion = { id: string; event: string }
type Batch = { conversions: { cursor: string; gap: object | null; entries: Conversion[] } | null }

const client = createClient({
  url,
  connectionParams: { authorization: `Bearer ${key}` },
  // A ping that is not answered ends the connection; a lost one is made again, and the subscription with it.
  keepAlive: 10_000,
  shouldRetry: () => true,
  retryAttempts: Number.POSITIVE_INFINITY,
  retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 250 * 2 ** retries))),
})

/** Yours: write it to your database under `id`, which makes a second delivery harmless. */
async function handle(conversion: Conversion): Promise<void> {
  process.stdout.write(`${JSON.stringify(conversion)}\n`)
}

async function acknowledge(cursor: string): Promise<void> {
  for await (const { errors } of client.iterate({ query: ACKNOWLEDGE, variables: { group, cursor } })) if (errors) throw new Error(errors[0]?.message)
  process.stdout.write(`acknowledged ${cursor}\n`)
}

for await (const { data, errors } of client.iterate<Batch>({ query: CONVERSIONS, variables: { group } })) {
  if (!data?.conversions) throw new Error(errors?.[0]?.message ?? 'There is no batch.')
  const { cursor, gap, entries } = data.conversions
  if (gap) process.stderr.write(`Lost to retention: ${JSON.stringify(gap)}\n`)
  for (const conversion of entries) await handle(conversion)
  // Only now: what was not acknowledged when this program dies comes again.
  await acknowledge(cursor)
}
