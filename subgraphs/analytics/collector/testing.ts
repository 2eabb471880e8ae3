import type { VerifiedKey } from '#db/access/verifyKey.ts'
import { createKeyScope, type KeyScope } from './scope.ts'

const TENANT = '11111111-1111-4111-8111-111111111111'
export const SHOP = '22222222-2222-4222-8222-222222222222'
export const GAME = '33333333-3333-4333-8333-333333333333'

/** A server key of a tenant with the apps shop and game, reporting in USD, unless told otherwise; for tests that need no engine. */
export function testScope(changes: Partial<VerifiedKey> = {}): KeyScope {
  const key: VerifiedKey = {
    keyId: TENANT,
    tenantId: TENANT,
    tenantSlug: 'test',
    kind: 'ingest',
    ingestKind: 'server',
    scopes: ['events:write'],
    filters: [],
    masks: [],
    hashFamily: null,
    appId: null,
    maxRevenue: null,
    reportingCurrency: 'USD',
    apps: [
      { id: SHOP, name: 'shop', conversionEvents: ['install', 'purchase'] },
      { id: GAME, name: 'game', conversionEvents: ['install'] },
    ],
    allowedNetworks: [],
    plan: 'enterprise',
    ...changes,
  }
  return createKeyScope(key, { eventIdKey: 'a key for event ids', deviceKey: 'a key for devices' })
}
