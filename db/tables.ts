/**
 * Whose rows a table holds. `tenant`: forced row-level security by tenant, role umg_app. `global`: role umg_auth alone. `relay`: read by umg_worker
 * alone, and written by it or by whoever acts. `bookkeeping`: the owner's own, granted to nobody.
 */
export type TableClass = 'tenant' | 'global' | 'relay' | 'bookkeeping'

/** Every table of the schema `public` but the partitions, which are their parent's. A test fails on a table that is not listed. */
export const TABLES: Readonly<Record<string, TableClass>> = {
  account_logins: 'global',
  account_tokens: 'global',
  accounts: 'global',
  ad_groups: 'tenant',
  apps: 'tenant',
  audit_heads: 'tenant',
  audit_log: 'tenant',
  campaigns: 'tenant',
  catalog_events: 'tenant',
  conversion_log: 'tenant',
  creatives: 'tenant',
  domains: 'global',
  event_ids: 'tenant',
  exchange_rates: 'tenant',
  ingest_batches: 'tenant',
  invitations: 'tenant',
  keys: 'tenant',
  mail_suppressions: 'relay',
  memberships: 'tenant',
  migrations: 'bookkeeping',
  outbox: 'relay',
  partners: 'tenant',
  passkeys: 'global',
  provisionings: 'tenant',
  recent_touches: 'tenant',
  recovery_codes: 'global',
  rejected_events: 'tenant',
  second_factors: 'global',
  segments: 'tenant',
  sessions: 'global',
  stream_heads: 'tenant',
  tenant_data_keys: 'tenant',
  tenant_routes: 'tenant',
  tenant_usage: 'tenant',
  tenants: 'tenant',
  used_challenges: 'global',
  webhook_deliveries: 'tenant',
  webhook_endpoints: 'tenant',
}
