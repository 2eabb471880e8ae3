import type { AuditFilter } from '../operations/generated/graphql.ts'
import { textOf, type Codec } from './codec.ts'
import { startOfDay } from './zonedDay.ts'

/** Which entries of the audit log are shown; null does not narrow. Both days are included. */
export type AuditQuery = {
  readonly text: string | null
  readonly actor: string | null
  readonly action: string | null
  readonly target: string | null
  readonly from: string | null
  readonly to: string | null
}

export const everyEntry: AuditQuery = { text: null, actor: null, action: null, target: null, from: null, to: null }

const names = ['text', 'actor', 'action', 'target', 'from', 'to'] as const
const maxLength = 200
const day = 86_400_000

export const auditCodec: Codec<AuditQuery> = {
  read(parameters) {
    const shortOf = (name: string) => textOf(parameters, name)?.slice(0, maxLength) ?? null
    const dayAt = (name: string) => {
      const text = textOf(parameters, name)
      return text !== null && isDay(text) ? text : null
    }
    return { text: shortOf('text'), actor: shortOf('actor'), action: shortOf('action'), target: shortOf('target'), from: dayAt('from'), to: dayAt('to') }
  },
  write: (query) => Object.fromEntries(names.flatMap((name) => (query[name] === null ? [] : [[name, query[name]]]))),
}

/** As the API takes it: days are those of the zone. */
export function auditFilter({ from, to, ...words }: AuditQuery, timeZone: string): AuditFilter {
  return {
    ...Object.fromEntries(Object.entries(words).filter(([, value]) => value !== null)),
    ...(from === null ? {} : { from: startOfDay(from, timeZone).toISOString() }),
    ...(to === null ? {} : { to: startOfDay(dayAfter(to), timeZone).toISOString() }),
  }
}

const dayAfter = (text: string): string => new Date(Date.parse(`${text}T00:00:00Z`) + day).toISOString().slice(0, 10)

/** A day of the calendar, written as 2026-01-31. */
function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
