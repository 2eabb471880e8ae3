/** The refresh cookie. Scripts cannot read it, other sites do not send it, and it goes to /api/auth alone: a GraphQL request is never authenticated by it. */
export const REFRESH_COOKIE = 'umg_refresh'
const PATH = '/api/auth'

export type CookieOptions = {
  readonly isProduction: boolean
  /** Seconds it is kept when the browser closes; null: not at all. */
  readonly maxAgeSeconds: number | null
}

/** The Set-Cookie header that stores the token. */
export function printRefreshCookie(token: string, { isProduction, maxAgeSeconds }: CookieOptions): string {
  const secure = isProduction ? '; Secure' : ''
  const age = maxAgeSeconds === null ? '' : `; Max-Age=${maxAgeSeconds}`
  return `${REFRESH_COOKIE}=${token}; Path=${PATH}; HttpOnly; SameSite=Strict${secure}${age}`
}

/** The Set-Cookie header that removes it. */
export function printNoCookie({ isProduction }: Pick<CookieOptions, 'isProduction'>): string {
  return printRefreshCookie('', { isProduction, maxAgeSeconds: 0 })
}

/** The token in a Cookie header; null when there is none. */
export function readRefreshCookie(header: string | null): string | null {
  const part = header?.split(/; */).find((each) => each.startsWith(`${REFRESH_COOKIE}=`))
  const token = part?.slice(REFRESH_COOKIE.length + 1)
  return token === undefined || token === '' ? null : token
}
