import { GraphQLError } from 'graphql'
import { failure } from '#ops/service/errors.ts'

/** As migration 0012 raises it: a writer of a tenant came to a gate that is not open. */
const BEHIND_GATE = 'UM001'
const RETRY_AFTER_SECONDS = 1

/** What the driver said, which the ORM has inside of its own error. */
function isRefusedByGate(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === BEHIND_GATE) || isRefusedByGate(error.cause)
}

/** Tells a writer whom the gate refused what that means, and this process to look anew where the tenant is; throws every other error as it is. */
export function toldOfMove(error: unknown, forget: () => void): never {
  if (!isRefusedByGate(error)) throw error
  forget()
  throw failure('TENANT_MOVING', {}, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}

/** Whether the same can be tried again in a moment. */
export const isTenantMoving = (error: unknown): boolean => error instanceof GraphQLError && error.extensions['code'] === 'TENANT_MOVING'
