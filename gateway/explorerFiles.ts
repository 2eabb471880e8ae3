import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CaptchaPage } from '#ops/config.ts'

type ExplorerFile = {
  readonly content: Buffer
  readonly type: string
  readonly etag: string
  readonly isCompressible: boolean
  /** Made when it was first asked for; null until then. */
  gzipped: Promise<Buffer> | null
}

const compress = promisify(gzip)

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.ico': 'image/x-icon',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}
const COMPRESSED = new Set(['.html', '.js', '.css', '.json', '.map', '.webmanifest', '.svg', '.txt'])
/** First parts of paths that are no page of the explorer, whatever a browser asks for below them. */
const NOT_PAGES = new Set(['graphql', 't', 'api', 'health', 'bi', 'graphiql', 'assets'])
const MAX_FILES = 2_000
const MAX_BYTES = 100_000_000

export type ExplorerOptions = {
  /** The folder of the build. */
  readonly folder: string
  /** Where senders of events reach the collector; told at /explorer-config.json. */
  readonly collectorUrl: string
  /** Whether the mails of development can be read; told there as well, for the link to them. */
  readonly hasOutbox: boolean
  /** Told there too, but for what the policy lets in for it; null: nobody is asked for one. */
  readonly captcha: CaptchaPage | null
}

/**
 * Serves the built explorer: its files as they are, and its page for every other path at which a browser may start. All files are read once, here, so a
 * path from outside is only ever looked up by name. What is below /assets/ has a hash in its name and is kept for ever. Throws without an index.html.
 */
export async function registerExplorer(server: FastifyInstance, { folder, collectorUrl, hasOutbox, captcha }: ExplorerOptions): Promise<void> {
  const files = await readFiles(folder)
  const page = files.get('/index.html')
  if (page === undefined) throw new Error(`There is no built explorer in ${folder}: it has no index.html.`)

  const told = { collectorUrl, hasOutbox, captcha: captcha === null ? null : { siteKey: captcha.siteKey, scriptUrl: captcha.scriptUrl } }
  server.get('/explorer-config.json', (_request, reply) => reply.header('cache-control', 'no-cache').send(told))
  server.get('/*', (request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    const file = path === '/' ? page : files.get(path)
    if (file !== undefined && file !== page) return sendFile({ request, reply }, { file, isForEver: path.startsWith('/assets/') })
    if (file === undefined && !isPage(path, request.headers.accept)) return reply.callNotFound()
    void reply.header('content-security-policy', pagePolicy(request.headers.host, captcha?.sources)).header('referrer-policy', 'same-origin')
    return sendFile({ request, reply }, { file: page, isForEver: false })
  })
}

function isPage(path: string, accept: string | undefined): boolean {
  return (accept ?? '').includes('text/html') && !NOT_PAGES.has(path.split('/')[1] ?? '') && extname(path) === ''
}

/** Nothing from elsewhere is loaded but a captcha, and no script or socket but our own. Charts and popovers write styles of their own. */
function pagePolicy(host: string | undefined, captcha: CaptchaPage['sources'] = { script: [], frame: [], style: [], connect: [] }): string {
  // Older browsers do not count the sockets of the same host to 'self'.
  const sockets = host !== undefined && /^[\w.[\]:-]{1,255}$/.test(host) ? ` ws://${host} wss://${host}` : ''
  return [
    "default-src 'self'",
    ["script-src 'self'", ...captcha.script].join(' '),
    ["style-src 'self' 'unsafe-inline'", ...captcha.style].join(' '),
    [`connect-src 'self'${sockets}`, ...captcha.connect].join(' '),
    ...(captcha.frame.length === 0 ? [] : [['frame-src', ...captcha.frame].join(' ')]),
    "img-src 'self' data:",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply }

async function sendFile(
  { request, reply }: Exchange,
  { file, isForEver }: { readonly file: ExplorerFile; readonly isForEver: boolean },
): Promise<FastifyReply> {
  void reply
    .header('etag', file.etag)
    .header('vary', 'accept-encoding')
    .header('cache-control', isForEver ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
  void reply.type(file.type)
  if (!file.isCompressible || !/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) return reply.send(file.content)
  file.gzipped ??= compress(file.content)
  return reply.header('content-encoding', 'gzip').send(await file.gzipped)
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, ExplorerFile>> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  if (entries.length > MAX_FILES) throw new Error(`${folder} has ${entries.length} files, which is no built explorer.`)
  const files = new Map<string, ExplorerFile>()
  let bytes = 0
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path)
    bytes += content.length
    if (bytes > MAX_BYTES) throw new Error(`${folder} has more than ${MAX_BYTES} bytes, which is no built explorer.`)
    files.set(`/${relative(folder, path).split(sep).join('/')}`, {
      content,
      type: TYPES[extname(path)] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
      isCompressible: COMPRESSED.has(extname(path)),
      gzipped: null,
    })
  }
  return files
}
