import type { WebhooksQuery } from '../operations/generated/graphql.ts'

type Webhook = NonNullable<WebhooksQuery['webhooks']>[number]

/** What a webhook does at the moment, in a word or two. */
export function webhookState({ state, problem }: Pick<Webhook, 'state' | 'problem'>): {
  readonly text: string
  readonly tone: 'good' | 'warn' | 'bad' | 'plain'
} {
  if (problem === 'GONE') return { text: 'off: it answered 410', tone: 'bad' }
  if (problem === 'SECRET_LOST') return { text: 'off: the secret is lost', tone: 'bad' }
  if (state === 'PAUSED_BY_FAILURES') return { text: 'paused by failures', tone: 'warn' }
  return state === 'ACTIVE' ? { text: 'on', tone: 'good' } : { text: 'off', tone: 'plain' }
}

/** A filter of conversions in words, field by field. */
export function filterWords(where: unknown): string {
  if (typeof where !== 'object' || where === null) return 'all conversions'
  const parts = Object.entries(where).flatMap(([field, tests]) => (tests === null ? [] : [`${field} ${testWords(tests)}`]))
  return parts.length === 0 ? 'all conversions' : parts.join(', ')
}

function testWords(tests: unknown): string {
  if (typeof tests !== 'object' || tests === null) return String(tests)
  const words: Readonly<Record<string, string>> = { eq: 'is', in: 'is', notIn: 'is not', gt: '>', gte: '≥', lt: '<', lte: '≤' }
  return Object.entries(tests)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${words[name] ?? name} ${Array.isArray(value) ? value.join(' or ') : String(value)}`)
    .join(' and ')
}
