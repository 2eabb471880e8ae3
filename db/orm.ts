import { MikroORM, type Options } from '@mikro-orm/postgresql'
import { CatalogEvent } from './entities/analytics/CatalogEvent.ts'
import { Account } from './entities/auth/Account.ts'
import { AccountLogin } from './entities/auth/AccountLogin.ts'
import { AccountToken } from './entities/auth/AccountToken.ts'
import { Domain } from './entities/auth/Domain.ts'
import { OwnMembership } from './entities/auth/OwnMembership.ts'
import { OwnTenant } from './entities/auth/OwnTenant.ts'
import { Passkey } from './entities/auth/Passkey.ts'
import { RecoveryCode } from './entities/auth/RecoveryCode.ts'
import { SecondFactor } from './entities/auth/SecondFactor.ts'
import { Session } from './entities/auth/Session.ts'
import { UsedChallenge } from './entities/auth/UsedChallenge.ts'
import { AdGroup } from './entities/campaign/AdGroup.ts'
import { Campaign } from './entities/campaign/Campaign.ts'
import { Creative } from './entities/campaign/Creative.ts'
import { Partner } from './entities/campaign/Partner.ts'
import { App } from './entities/tenant/App.ts'
import { ExchangeRate } from './entities/tenant/ExchangeRate.ts'
import { Invitation } from './entities/tenant/Invitation.ts'
import { Key } from './entities/tenant/Key.ts'
import { Membership } from './entities/tenant/Membership.ts'
import { Tenant } from './entities/tenant/Tenant.ts'

/** Every entity. The tables of the hot paths (event_ids, ingest_batches, rejected_events, outbox) have none: they are written in plain SQL. */
export const ENTITIES = [
  Account,
  AccountLogin,
  AccountToken,
  AdGroup,
  App,
  Campaign,
  CatalogEvent,
  Creative,
  Domain,
  ExchangeRate,
  Invitation,
  Key,
  Membership,
  OwnMembership,
  OwnTenant,
  Partner,
  Passkey,
  RecoveryCode,
  SecondFactor,
  Session,
  Tenant,
  UsedChallenge,
]

export type OrmOptions = { readonly url: string; readonly poolSize: number }

/** The options that every use of the ORM shares, the migrator's included. */
export function ormOptions({ url, poolSize }: OrmOptions): Options {
  return {
    clientUrl: url,
    entities: ENTITIES,
    pool: { min: 0, max: poolSize },
    // A query outside inTenant and inAccount, on the shared entity manager, is a bug and throws.
    allowGlobalContext: false,
    forceUtcTimezone: true,
    ensureDatabase: false,
    // memberships and tenants have two views: the tenant's, and the account's own at login.
    discovery: { warnWhenNoEntities: false, checkDuplicateTableNames: false },
  }
}

/** Entities over one role's connections; close it with `orm.close()`. Work runs in inTenant or inAccount (db/tenantScope.ts). */
export const createOrm = (options: OrmOptions): Promise<MikroORM> => MikroORM.init(ormOptions(options))
