import type { FastifyInstance } from 'fastify'
import type { CaptchaPage } from '#ops/config.ts'
import { registerExplorer } from './explorerFiles.ts'
import { PAGE_POLICY } from './graphiql/assets.ts'
import type { Upstream } from './upstream.ts'

/** Sends HTML that nobody may frame and that loads nothing from elsewhere. */
export const pageHeaders = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY, 'referrer-policy': 'no-referrer' } as const

const HOME = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>UnMoGrowP</title>
    <link rel="icon" href="data:,">
    <style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; } code { background: #f2f2f2; padding: 0 .2em; }</style>
  </head>
  <body>
    <h1>UnMoGrowP</h1>
    <p>Mobile attribution and growth analytics behind one GraphQL API. The gateway is running; the explorer is not built yet.</p>
    <ul>
      <li><a href="/graphql">GraphiQL</a>: write queries here. Log in with a login that <code>npm start</code> printed, or put a key into the headers.</li>
      <li><code>POST /graphql</code>: the API for programs, with <code>Authorization: Bearer</code> and an access token or a key.</li>
      <li><code>POST /api/auth/login</code>, <code>/register</code>, <code>/refresh</code>, <code>/logout</code>: sessions without GraphQL.</li>
      <li><a href="/health/ready">/health/ready</a>: whether every subgraph answers.</li>
      <li>A first query with its answer, sending events and importing files: see <code>README.md</code> in the repository.</li>
    </ul>
  </body>
</html>
`

export type PagesOptions = {
  readonly upstreams: readonly Upstream[]
  /** Null: `/` is a plain page that says where things are. */
  readonly explorerDir: string | null
  readonly publicCollectorUrl: string
  /** Where mails of development are kept; null where they are sent. */
  readonly outboxDir: string | null
  /** Null: no captcha is shown. */
  readonly captcha: CaptchaPage | null
}

/** The explorer or a page in its place, `/health` and `/health/ready`. */
export async function registerPages(server: FastifyInstance, options: PagesOptions): Promise<void> {
  const { upstreams, explorerDir, publicCollectorUrl, outboxDir, captcha } = options
  if (explorerDir === null) server.get('/', (_request, reply) => reply.headers(pageHeaders).send(HOME))
  else await registerExplorer(server, { folder: explorerDir, collectorUrl: publicCollectorUrl, hasOutbox: outboxDir !== null, captcha })
  server.get('/health', () => ({ status: 'ok' }))
  server.get('/health/ready', async (_request, reply) => {
    const states = await Promise.all(upstreams.map(async (upstream) => [upstream.name, (await upstream.isHealthy()) ? 'up' : 'down'] as const))
    const isReady = states.every(([, state]) => state === 'up')
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', subgraphs: Object.fromEntries(states) })
  })
}
