import { defineEntity, p, type InferEntity } from '@mikro-orm/core'
import { tenantFilter } from '../tenantFilter.ts'

/** A mobile app or site whose events are tracked. */
export const App = defineEntity({
  name: 'App',
  tableName: 'apps',
  properties: {
    tenantId: p.uuid().primary(),
    id: p.uuid().primary(),
    /** Unique in the tenant. */
    name: p.text(),
    platform: p.text().nullable(),
    /** IANA name; the default zone of its questions. */
    timeZone: p.text(),
    /** ISO 4217. */
    currency: p.text(),
    /** Names of the events that are conversions. */
    conversionEvents: p.array().columnType('text[]').defaultRaw("'{install,sign_up,purchase,subscribe}'"),
    /** The bundle or package id in the stores; null when it has none, or several. */
    bundleId: p.text().nullable(),
    /** How far back a click, and a view, may lie to be owed a conversion of this app. */
    clickLookbackDays: p.integer().default(7),
    viewLookbackDays: p.integer().default(1),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
  filters: tenantFilter,
})
export type App = InferEntity<typeof App>
