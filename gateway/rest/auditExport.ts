import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import { z } from 'zod'
import type { Identity } from '#ops/security/identity.ts'
import { CSV_HEADER, EXPORT_FORMATS, exportLine, type ExportFormat } from '#ops/service/auditExport.ts'
import { commonErrors } from '#ops/service/errors.ts'
import { inRequest } from '#ops/service/requestScope.ts'
import type { Caller, Upstream } from '../upstream.ts'
import type { ReadViewer } from '../viewer.ts'
import { answerError } from './answer.ts'

const PAGE = 200
const QUERY = `query AuditExport($first: Int!, $after: Cursor) { auditLog(first: $first, after: $after) {
  nodes { sequence at actor { kind id } action target before after address note requestId proof { recordId before after address previousHash hash headSeal } }
  pageInfo { hasNextPage endCursor } } }`

const RECORD = 'mutation RecordAuditExport($format: String!, $rows: Int!) { recordAuditExport(format: $format, rows: $rows) }'

const text = z.string().nullable()
const Page = z.object({
  auditLog: z.object({
    nodes: z.array(
      z.object({
        sequence: z.number(),
        at: z.string(),
        actor: z.object({ kind: z.string(), id: text }),
        action: z.string(),
        target: z.string(),
        before: z.unknown(),
        after: z.unknown(),
        address: text,
        note: text,
        requestId: text,
        proof: z.object({
          recordId: z.string(),
          before: text,
          after: text,
          address: text,
          previousHash: z.string(),
          hash: z.string(),
          headSeal: text,
        }),
      }),
    ),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: text }),
  }),
})
type PageValue = z.infer<typeof Page>['auditLog']

const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8' }
const Question = z.object({ format: z.enum(EXPORT_FORMATS).default('csv') })

export type AuditExportOptions = {
  readonly tenant: Upstream
  readonly readViewer: ReadViewer
  readonly callerOf: (request: FastifyRequest, reply: FastifyReply) => Omit<Caller, 'identity'>
}

/** GET /api/audit/export: the tenant's whole audit log, newest first, with all that npm run audit:verify needs to check the file. */
export function registerAuditExport(server: FastifyInstance, { tenant, readViewer, callerOf }: AuditExportOptions): void {
  server.get('/export', (request, reply) => {
    const caller = callerOf(request, reply)
    const question = Question.safeParse(request.query)
    if (!question.success) return answerError(reply, { code: 'BAD_USER_INPUT', message: `format must be ${EXPORT_FORMATS.join(' or ')}.` })
    const { format } = question.data

    // Who asks is looked at anew for each page: an export ends when the session or the role does.
    const viewerNow = (): Promise<Identity> => {
      const named = request.headers['umg-tenant']
      const { authorization, host } = request.headers
      return readViewer({ authorization, host, namedTenants: typeof named === 'string' ? [named] : [] }, caller)
    }
    async function askTenant(identity: Identity, asked: Parameters<Upstream['send']>[0]): Promise<unknown> {
      const { data, errors } = await tenant.send(asked, { ...caller, identity })
      const [error] = errors ?? []
      if (error !== undefined) throw new GraphQLError(error.message, { extensions: error.extensions })
      return data
    }
    async function read(after: string | null): Promise<Read> {
      const identity = await viewerNow()
      const data = await askTenant(identity, { query: QUERY, operationName: 'AuditExport', variables: { first: PAGE, after }, isRepeatable: true })
      return { page: Page.parse(data).auditLog, tenantId: identity.tenantId, slug: identity.tenantSlug }
    }
    async function* lines(first: Read): AsyncGenerator<string> {
      if (format === 'csv') yield CSV_HEADER
      for (let { page, tenantId } = first; ; { page, tenantId } = await read(page.pageInfo.endCursor)) {
        yield page.nodes.map((node) => exportLine(exportedOf(node, tenantId), format)).join('')
        if (!page.pageInfo.hasNextPage) return
      }
    }

    return inRequest(caller, async () => {
      try {
        // The first page comes before the first byte: what is refused has a status of its own.
        const first = await read(null)
        // The newest entry's number says how many there are. An export that cannot be recorded does not begin.
        const variables = { format, rows: first.page.nodes[0]?.sequence ?? 0 }
        await askTenant(await viewerNow(), { query: RECORD, operationName: 'RecordAuditExport', variables, isRepeatable: false })
        const name = `audit-${first.slug ?? 'log'}.${format}`
        void reply.headers({ 'content-type': CONTENT_TYPES[format], 'content-disposition': `attachment; filename="${name}"`, 'cache-control': 'no-store' })
        return await reply.send(Readable.from(lines(first)))
      } catch (error) {
        return answerRefusal(reply, error, caller)
      }
    })
  })
}

type Read = { readonly page: PageValue; readonly tenantId: string | null; readonly slug: string | null }

function answerRefusal(reply: FastifyReply, error: unknown, { requestId, log }: Pick<Caller, 'requestId' | 'log'>): FastifyReply {
  const code = error instanceof GraphQLError ? error.extensions['code'] : null
  if (error instanceof GraphQLError && typeof code === 'string' && code in commonErrors && code !== 'INTERNAL') {
    if (code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer')
    return answerError(reply, { code, message: error.message })
  }
  log.error({ err: error, requestId }, 'the audit log could not be exported')
  return answerError(reply, { code: 'INTERNAL', message: commonErrors.INTERNAL.message({ requestId }), requestId })
}

function exportedOf({ actor, proof, ...node }: PageValue['nodes'][number], tenantId: string | null) {
  return {
    ...node,
    tenantId,
    actorKind: actor.kind.toLowerCase(),
    actorId: actor.id,
    recordId: proof.recordId,
    beforeSealed: proof.before,
    afterSealed: proof.after,
    addressSealed: proof.address,
    previousHash: proof.previousHash,
    hash: proof.hash,
    headSeal: proof.headSeal,
  }
}
