import type { LocationQuery } from 'vue-router'

const home = '/metrics'

/** The page that was asked for before the login; only ever one of ours. */
export function pageAfterLogin(to: unknown, otherwise = home): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) && !/^\/(login|register)\b/.test(to) ? to : otherwise
}

/** What goes along between the pages of those who are not logged in: the page that was asked for, and the address that an invitation names. */
export const keptQuery = ({ to, next, email }: LocationQuery): LocationQuery =>
  Object.fromEntries(Object.entries({ to: to ?? next, email }).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''))
