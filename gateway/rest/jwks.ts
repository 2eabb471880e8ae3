import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AccessKeys } from '../accessKeys.ts'
import type { Caller } from '../upstream.ts'

export type JwksOptions = { readonly accessKeys: AccessKeys; readonly callerOf: (request: FastifyRequest, reply: FastifyReply) => Omit<Caller, 'identity'> }

/** Shorter than any overlap of two keys. */
const MAX_AGE_SECONDS = 60

/** GET /.well-known/jwks.json: the public keys of access tokens, for services that verify them too (RFC 7517). */
export function registerJwks(server: FastifyInstance, { accessKeys, callerOf }: JwksOptions): void {
  server.get('/.well-known/jwks.json', async (request, reply) => {
    const keys = (await accessKeys.all(callerOf(request, reply))).map(({ kty, crv, x, kid }) => ({ kty, crv, x, kid, alg: 'EdDSA', use: 'sig' }))
    return reply.header('cache-control', `public, max-age=${MAX_AGE_SECONDS}`).type('application/json').send({ keys })
  })
}
