// The analyses over the demo world: our statements beside hand-written ones, both straight to ClickHouse; questions through the gateway beside
// their own SQL; and how long the compiler takes. In turn: A B A B ….
import { z } from 'zod'
import { createClickHouse, tenantStatement, type ClickHouseClient } from '#db/clickhouse/client.ts'
import type { Demo } from '#db/seed/demo.ts'
import { readConfig } from '#ops/config.ts'
import { ask, type RunningSystem } from '#ops/e2e/system.ts'
import { median, quantile, type Figures } from '../figure.ts'
import { benchCompiler } from './compiler.ts'
import { benchGateway } from './gateway.ts'
import { pairs, SEGMENT, type Pair } from './handWritten.ts'

const runs = 11
const warmUps = 2
const GOAL = 1.05

/** A statement as it is sent. */
export type Sent = { readonly sql: string; readonly parameters: Readonly<Record<string, unknown>> }
/** A statement's time in milliseconds, and what it read. */
export type Took = { readonly ms: number; readonly rows: number; readonly bytes: number }
export type Bench = {
  readonly figures: Figures
  /** Through the gateway, with the biggest tenant's key; the answer of the one field. */
  readonly asked: (question: string) => Promise<Answer>
  /** Straight to ClickHouse, as the reader that the analytics subgraph is. */
  readonly direct: (sent: Sent) => Promise<Took>
}

const answerSchema = z.object({ info: z.object({ sql: z.string(), parameters: z.record(z.string(), z.unknown()) }), rows: z.array(z.unknown()).default([]) })
export type Answer = z.infer<typeof answerSchema>

export async function benchAnalytics({
  system,
  figures,
}: {
  readonly system: Pick<RunningSystem, 'demo' | 'dataDir' | 'port'>
  readonly figures: Figures
}): Promise<void> {
  const [tenant] = system.demo.tenants
  if (tenant === undefined) throw new Error('the demo has no tenant')
  const config = readConfig.owner({ DATA_DIR: system.dataDir, PORT: String(system.port) })
  const reader = createClickHouse({ ...config.clickhouse, user: 'analytics', password: config.clickhousePasswords.analytics })
  const statement = tenantStatement(config.tenantSecret, tenant.id)
  const bench: Bench = {
    figures,
    asked: async (question) => {
      const answer = await ask(system, { query: `{ answer: ${question} }`, authorization: tenant.apiKey })
      if (!answer.data?.answer) throw new Error(`${question} was not answered: ${JSON.stringify(answer.errors).slice(0, 500)}`)
      return answerSchema.parse(answer.data.answer)
    },
    direct: (sent) => send(reader, sent, statement),
  }
  try {
    const segment = await saveSegment(system, tenant)
    for (const pair of pairs({ nowMs: Date.now(), segment })) await compare(pair, { bench, tenantId: tenant.id })
    await benchGateway(bench)
    await benchCompiler(figures)
  } finally {
    await reader.close()
  }
}

/** Saves the segment that a pair is of, as the tenant's first user; answers its id. */
async function saveSegment({ port }: { readonly port: number }, { users }: Demo['tenants'][number]): Promise<string> {
  const [user] = users
  const login = `mutation ($email: String!, $password: String!) { login(email: $email, password: $password) { accessToken } }`
  const session = await ask({ port }, { query: login, variables: { email: user?.email, password: user?.password } })
  const create = `mutation ($definition: SegmentRuleInput!) { createSegment(input: { name: "Benchmark", definition: $definition }) { id } }`
  const { data, errors } = await ask({ port }, { query: create, variables: { definition: SEGMENT }, authorization: session.data?.login?.accessToken })
  if (typeof data?.createSegment?.id !== 'string') throw new Error(`the segment was not saved: ${JSON.stringify(errors)}`)
  return data.createSegment.id
}

async function send(client: ClickHouseClient, { sql, parameters }: Sent, statement: string): Promise<Took> {
  const began = performance.now()
  const answer = await client.query({ query: sql, query_params: parameters, format: 'JSONCompact', clickhouse_settings: { log_comment: statement } })
  const { statistics } = await answer.json<unknown>()
  return { ms: performance.now() - began, rows: Number(statistics?.rows_read ?? 0), bytes: Number(statistics?.bytes_read ?? 0) }
}

async function compare({ name, question, handWritten }: Pair, { bench, tenantId }: { readonly bench: Bench; readonly tenantId: string }): Promise<void> {
  const { info } = await bench.asked(question)
  const ours: Took[] = []
  const theirs: Took[] = []
  for (let run = 0; run < runs + warmUps; run += 1) {
    const a = await both(bench, info)
    const b = await bench.direct({ sql: handWritten, parameters: { tenant: tenantId } })
    // The first pairs warm caches.
    if (run < warmUps) continue
    ours.push(a)
    theirs.push(b)
  }
  const [read] = ours
  const [handRead] = theirs
  if (read === undefined || handRead === undefined) throw new Error('nothing was measured')
  const times = ours.map(({ ms }) => ms)
  bench.figures.add({
    name: `${name}, p50`,
    value: median(times),
    unit: `ms, ${amount(read)}, ${((median(times) / read.rows) * 1e6).toFixed(1)} ms per million rows`,
    ratio: median(ours.map(({ ms }, index) => ms / (theirs[index]?.ms ?? Number.NaN))),
    against: `hand-written SQL (${median(theirs.map(({ ms }) => ms)).toFixed(1)} ms, ${amount(handRead)}); goal ${GOAL}`,
  })
  bench.figures.add({ name: `${name}, p95`, value: quantile(times, 0.95), unit: 'ms' })
}

/** A question of MARKOV or SHAPLEY has two statements, the second begins with what it counts; they run one after the other. */
async function both({ direct }: Bench, { sql, parameters }: Sent): Promise<Took> {
  let sum: Took = { ms: 0, rows: 0, bytes: 0 }
  for (const each of sql.split(/;?\n+(?=-- CountJourneys)/)) {
    const { ms, rows, bytes } = await direct({ sql: each, parameters })
    sum = { ms: sum.ms + ms, rows: sum.rows + rows, bytes: sum.bytes + bytes }
  }
  return sum
}

const amount = ({ rows, bytes }: Took) => `${rows.toLocaleString('en-US')} rows and ${(bytes / 1e6).toFixed(0)} MB read`
