import { client, forgetAnswers } from '../session/client.ts'
import { takeToken } from '../session/session.ts'
import { SwitchTenantDocument } from './generated/graphql.ts'

/** Goes on in another tenant of the same account: what the last one answered is forgotten, and the page begins anew. */
export async function switchTenant(tenantId: string): Promise<void> {
  const { data } = await client.mutate({ mutation: SwitchTenantDocument, variables: { tenantId } })
  if (data === null || data === undefined) return
  takeToken(data.switchTenant)
  await forgetAnswers()
  globalThis.location.assign('/')
}
