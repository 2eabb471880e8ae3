import { ANONYMOUS, type Identity } from '#ops/security/identity.ts'
import type { Scope } from '#ops/security/permissions.ts'

/** The gateway itself, allowed one thing: what it asks of a subgraph before it knows who asks. */
export const gatewayMay = (scope: Scope): Identity => ({ ...ANONYMOUS, kind: 'gateway', scopes: [scope] })
