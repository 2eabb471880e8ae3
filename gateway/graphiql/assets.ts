import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'

const require = createRequire(import.meta.url)

/** A file of an installed package, past the paths that it exports to modules. */
function inPackage(name: string, file: string): string {
  return join(dirname(require.resolve(`${name}/package.json`)), file)
}

/** Everything that GraphiQL needs, from our own node_modules: the page works without the internet. */
const FILES = [
  { name: 'react.js', path: inPackage('react', 'umd/react.production.min.js'), type: 'text/javascript; charset=utf-8' },
  { name: 'react-dom.js', path: inPackage('react-dom', 'umd/react-dom.production.min.js'), type: 'text/javascript; charset=utf-8' },
  { name: 'graphiql.js', path: inPackage('graphiql', 'graphiql.min.js'), type: 'text/javascript; charset=utf-8' },
  { name: 'graphiql.css', path: inPackage('graphiql', 'graphiql.min.css'), type: 'text/css; charset=utf-8' },
  { name: 'page.js', path: new URL('./page.js', import.meta.url), type: 'text/javascript; charset=utf-8' },
  { name: 'page.css', path: new URL('./page.css', import.meta.url), type: 'text/css; charset=utf-8' },
] as const

/** Serves the files below `/graphiql/`, with an ETag each. */
export async function registerGraphiqlAssets(server: FastifyInstance): Promise<void> {
  for (const { name, path, type } of FILES) {
    const content = await readFile(path)
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
    server.get(`/graphiql/${name}`, (request, reply) => {
      void reply.header('etag', etag).header('cache-control', 'public, max-age=300')
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      return reply.type(type).send(content)
    })
  }
}

/** Nothing from elsewhere is loaded, and nobody may frame the page. GraphiQL's editor writes style elements of its own. */
export const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

export const GRAPHIQL_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>UnMoGrowP – GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/graphiql/graphiql.css">
    <link rel="stylesheet" href="/graphiql/page.css">
  </head>
  <body>
    <form id="login" aria-label="Log in">
      <span id="who" role="status">Not logged in: introspection and data need a login or a key (Headers: {"Authorization": "Bearer umg_…"}).</span>
      <input name="email" type="email" placeholder="E-mail" aria-label="E-mail" autocomplete="username" required>
      <input name="password" type="password" placeholder="Password" aria-label="Password" autocomplete="current-password" required>
      <button>Log in</button>
    </form>
    <div id="graphiql">Loading…</div>
    <script src="/graphiql/react.js"></script>
    <script src="/graphiql/react-dom.js"></script>
    <script src="/graphiql/graphiql.js"></script>
    <script type="module" src="/graphiql/page.js"></script>
  </body>
</html>
`
