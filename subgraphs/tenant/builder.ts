import type DataLoader from 'dataloader'
import type { VerifiedKey } from '#db/access/verifyKey.ts'
import { addPageInfo, createBuilder } from '#ops/service/builder.ts'
import type { ServiceContext } from '#ops/service/context.ts'
import type { AuditReader } from './auditReader.ts'
import type { PersonalDataStore } from './personalDataStore.ts'
import type { AppRow, TenantRow } from './rows.ts'
import type { TenantStore } from './store.ts'

export type TenantContext = ServiceContext & {
  readonly store: TenantStore
  readonly audit: AuditReader
  readonly personalData: PersonalDataStore
  readonly loaders: { readonly app: DataLoader<string, AppRow>; readonly tenant: DataLoader<string, TenantRow> }
  readonly now: () => Date
  /** For the gateway's identity alone: finds the tenant from the key's own text. */
  readonly verifyKey: (text: string) => Promise<VerifiedKey | null>
}

export const builder = createBuilder<TenantContext>({ hasMutations: true })

export const PageInfoRef = addPageInfo(builder)
