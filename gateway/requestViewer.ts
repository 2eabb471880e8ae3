import type { FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import type { Identity } from '#ops/security/identity.ts'
import { commonErrors, type ErrorCodes } from '#ops/service/errors.ts'
import type { Caller } from './upstream.ts'
import type { Credentials, ReadViewer } from './viewer.ts'

/** What the header, the path and the Host of a request say of who makes it. */
export function credentialsOf({ headers, params }: Pick<FastifyRequest, 'headers' | 'params'>): Credentials {
  const { slug } = typeof params === 'object' && params !== null && 'slug' in params ? params : { slug: undefined }
  const namedTenants = [headers['umg-tenant'], slug].filter((name) => typeof name === 'string')
  return { authorization: headers.authorization, namedTenants, host: headers.host }
}

type ViewerCheck = {
  readonly credentials: Credentials
  readonly reply: FastifyReply
  readonly readViewer: ReadViewer
  readonly caller: Omit<Caller, 'identity'>
}

/** The viewer, or null after the refusal was sent in GraphQL's form. */
export async function viewerOf({ credentials, reply, readViewer, caller }: ViewerCheck): Promise<Identity | null> {
  try {
    return await readViewer(credentials, caller)
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const code = String(error.extensions['code'])
    const status = (commonErrors as ErrorCodes)[code]?.status ?? 500
    if (status === 401) void reply.header('www-authenticate', 'Bearer')
    await reply.code(status).send({ errors: [{ message: error.message, extensions: { code } }] })
    return null
  }
}
