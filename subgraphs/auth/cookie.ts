/** The refresh cookie. Scripts cannot read it, other sites do not send it, and it goes to /api/auth alone: a GraphQL request is never authenticated by it. */
const REFRESH_COOKIE = 'umg_refresh'
/** Tells the owner's browser from a stranger's when an account is under attack. It opens nothing. */
const DEVICE_COOKIE = 'umg_device'
const DEVICE_SECONDS = 180 * 86_400
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

/** The Set-Cookie header by which this browser is known again for half a year, whoever logs out in between. */
export function printDeviceCookie(text: string, { isProduction }: Pick<CookieOptions, 'isProduction'>): string {
  return `${DEVICE_COOKIE}=${text}; Path=${PATH}; HttpOnly; SameSite=Strict${isProduction ? '; Secure' : ''}; Max-Age=${DEVICE_SECONDS}`
}

/** The device's text in a Cookie header; null when there is none. */
export const readDeviceCookie = (header: string | null): string | null => readCookie(header, DEVICE_COOKIE)

/** The token in a Cookie header; null when there is none. */
export const readRefreshCookie = (header: string | null): string | null => readCookie(header, REFRESH_COOKIE)

function readCookie(header: string | null, name: string): string | null {
  const part = header?.split(/; */).find((each) => each.startsWith(`${name}=`))
  const text = part?.slice(name.length + 1)
  return text === undefined || text === '' ? null : text
}
