import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** One attempt to log in, with what is known of where it came from. Global, kept for 90 days. */
export const AccountLogin = defineEntity({
  name: 'AccountLogin',
  tableName: 'account_logins',
  properties: {
    id: p.uuid().primary(),
    /** Null for an e-mail address without an account. */
    accountId: p.uuid().nullable(),
    at: p.datetime(),
    outcome: p.text().$type<'failed' | 'succeeded'>(),
    /** The /24 of an IPv4 address, the /48 of an IPv6 one; null when the address is unknown. */
    network: p.text().nullable(),
    /** ISO 3166 alpha-2; null: unknown. */
    country: p.text().nullable(),
    latitude: p.double().$type<number>().nullable(),
    longitude: p.double().$type<number>().nullable(),
    /** Browser and system in words, such as `Firefox on Linux`. */
    device: p.text(),
    /** What was unusual about it. */
    signals: p.array().columnType('text[]'),
  },
})
export type AccountLogin = InferEntity<typeof AccountLogin>
