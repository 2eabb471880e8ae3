/** The page that was asked for before the login; only ever one of ours. */
export function pageAfterLogin(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) && !to.startsWith('/login') ? to : '/metrics'
}
