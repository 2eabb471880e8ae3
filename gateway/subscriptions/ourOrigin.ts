import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a request that a browser sends without asking first comes from a page of ours, or from a program: a page of somebody else's may open nothing
 * here, though nothing it has would be believed.
 */
export function isOurOrigin({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders, publicUrl: string): boolean {
  if (origin === undefined) return site !== 'cross-site'
  return origin === new URL(publicUrl).origin || (URL.canParse(origin) && host !== undefined && new URL(origin).host === host)
}
