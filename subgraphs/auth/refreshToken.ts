import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * A refresh token is `<sessionId>.<secret>.<mark>`. The mark shows that we made it, so only a token that really was ours, and is used again, ends its
 * session. The next secret follows from this one under a key of ours: two requests that refresh at the same time get the same new token, and an
 * answer lost on the way can be asked for again.
 */
export type RefreshToken = { readonly sessionId: string; readonly secret: string }

export type RefreshTokens = {
  readonly first: (sessionId: string) => RefreshToken
  readonly next: (token: RefreshToken) => RefreshToken
  readonly print: (token: RefreshToken) => string
  /** Null when the text is no token of ours. */
  readonly parse: (text: string) => RefreshToken | null
}

const SECRET_BYTES = 32
const TOKEN = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{43})\.([\w-]{43})$/

/** Marks and successors follow from `config.refreshKey`, which nobody but auth has. */
export function createRefreshTokens({ refreshKey }: { readonly refreshKey: string }): RefreshTokens {
  const mac = (purpose: string, text: string): string => createHmac('sha256', refreshKey).update(`umg-refresh ${purpose} ${text}`).digest('base64url')
  const mark = ({ sessionId, secret }: RefreshToken): string => mac('mark', `${sessionId}.${secret}`)
  return {
    first: (sessionId) => ({ sessionId, secret: randomBytes(SECRET_BYTES).toString('base64url') }),
    next: ({ sessionId, secret }) => ({ sessionId, secret: mac('next', `${sessionId}.${secret}`) }),
    print: (token) => `${token.sessionId}.${token.secret}.${mark(token)}`,
    parse: (text) => {
      const [, sessionId = '', secret = '', given = ''] = TOKEN.exec(text) ?? []
      if (sessionId === '') return null
      const expected = mark({ sessionId, secret })
      return timingSafeEqual(Buffer.from(expected), Buffer.from(given)) ? { sessionId, secret } : null
    },
  }
}

/** What is stored of a token (32 bytes). Its secret is random, so no slow hash is needed. */
export function hashRefreshToken({ sessionId, secret }: RefreshToken): Buffer {
  return createHash('sha256').update(`${sessionId}.${secret}`).digest()
}
