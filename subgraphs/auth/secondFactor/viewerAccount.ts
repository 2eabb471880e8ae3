import type { Identity } from '#ops/security/identity.ts'
import { failure } from '#ops/service/errors.ts'

/** The account that asks; throws UNAUTHENTICATED when none does. */
export function ownAccountId({ kind, subjectId }: Identity): string {
  if (kind !== 'account' || subjectId === null) throw failure('UNAUTHENTICATED', { message: 'This needs a login.' })
  return subjectId
}
