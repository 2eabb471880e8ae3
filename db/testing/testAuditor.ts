import type { Identity } from '#ops/security/identity.ts'
import { createAuditor, type Auditor } from '../audit/auditor.ts'

/** Records as a request of this viewer does. */
export const testAuditor = (identity: Identity): Auditor => createAuditor({ identity, requestId: 'test', address: '127.0.0.1', now: () => new Date() })
