// The SQL that every migration says in the same words.

/** The tenant that the transaction is about; null when none was set, or when a pooled connection's setting was reset to ''. */
export const CURRENT_TENANT = "nullif(current_setting('app.tenant_id', true), '')::uuid"
/** The account that the transaction is about; only the role umg_auth has policies on it. */
export const CURRENT_ACCOUNT = "nullif(current_setting('app.account_id', true), '')::uuid"
export const NIL_UUID = '00000000-0000-0000-0000-000000000000'

export type TenantTable = {
  readonly table: string
  /** What the role umg_app may do. */
  readonly rights: string
  /** The column that holds the tenant; `tenant_id` everywhere but in `tenants`. */
  readonly column: string
}

/** Forced row-level security, the tenant's policy, the check against the nil UUID and the rights, for one tenant table. */
export function tenantTable({ table, rights, column }: TenantTable): readonly string[] {
  return [
    `ALTER TABLE ${table} ADD CONSTRAINT ${table}_tenant_is_known CHECK (${column} <> '${NIL_UUID}')`,
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    // wall: row-level-security
    `CREATE POLICY tenant ON ${table} TO umg_app USING (${column} = ${CURRENT_TENANT}) WITH CHECK (${column} = ${CURRENT_TENANT})`,
    `GRANT ${rights} ON ${table} TO umg_app`,
  ]
}
