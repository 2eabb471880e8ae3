import type DataLoader from 'dataloader'
import type { VerifiedKey } from '#db/access/verifyKey.ts'
import { addMembership, addPageInfo, createBuilder } from '#ops/service/builder.ts'
import type { ServiceContext } from '#ops/service/context.ts'
import type { RecordExport } from './auditExport.ts'
import type { AuditReader } from './auditReader.ts'
import type { PersonalDataStore } from './personalDataStore.ts'
import type { AppStore } from './appStore.ts'
import type { InvitationDoor } from './invitationDoor.ts'
import type { InvitationStore } from './invitationStore.ts'
import type { KeyStore } from './keyStore.ts'
import type { MemberStore } from './memberStore.ts'
import type { ProvisioningStore } from './provisioningStore.ts'
import type { AppRow, TenantRow } from './rows.ts'
import type { TenantStore } from './store.ts'
import type { UsageStore } from './usageStore.ts'

export type TenantContext = ServiceContext & {
  readonly store: TenantStore
  readonly audit: AuditReader
  readonly recordExport: RecordExport
  readonly personalData: PersonalDataStore
  readonly apps: AppStore
  readonly keys: KeyStore
  readonly members: MemberStore
  readonly invitations: InvitationStore
  readonly door: InvitationDoor
  readonly usage: UsageStore
  readonly provisionings: ProvisioningStore
  readonly loaders: { readonly app: DataLoader<string, AppRow>; readonly tenant: DataLoader<string, TenantRow> }
  readonly now: () => Date
  /** For the gateway's identity alone: finds the tenant from the key's own text. */
  readonly verifyKey: (text: string) => Promise<VerifiedKey | null>
}

export const builder = createBuilder<TenantContext>({ hasMutations: true })

export const PageInfoRef = addPageInfo(builder)
export const MembershipRef = addMembership(builder)
