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

const IS_CLOSED = `EXISTS (SELECT FROM tenant_gates g WHERE g.tenant_id = ${CURRENT_TENANT} AND g.state = 'closed')`

/** Who moves a tenant is the owner, of one tenant at a time: it may look, and change what lies behind a closed gate alone. */
export const moverPolicies = (table: string): readonly string[] => [
  `CREATE POLICY mover_reads ON ${table} FOR SELECT TO umg_owner USING (tenant_id = ${CURRENT_TENANT})`,
  `CREATE POLICY mover_adds ON ${table} FOR INSERT TO umg_owner WITH CHECK (tenant_id = ${CURRENT_TENANT} AND ${IS_CLOSED})`,
  `CREATE POLICY mover_removes ON ${table} FOR DELETE TO umg_owner USING (tenant_id = ${CURRENT_TENANT} AND ${IS_CLOSED})`,
]

export type Gate = {
  readonly table: string
  readonly events?: string
  /** `worker`: it may still finish what was taken before, while the gate closes. */
  readonly who?: 'serving' | 'worker'
}

/** Refuses writers of a tenant whose gate is closing or closed; the function is 0012TenantMoves'. */
export const gateTrigger = ({ table, events = 'INSERT OR UPDATE OR DELETE', who = 'serving' }: Gate): string =>
  `CREATE TRIGGER ${who}_gate BEFORE ${events} ON ${table} FOR EACH STATEMENT WHEN (current_user = 'umg_app') EXECUTE FUNCTION refuse_behind_gate('${who}')`

/** For a table whose rows go with a tenant; db/moving/copyRows.ts lists it too. */
export const movedTable = (gate: Gate): readonly string[] => [...moverPolicies(gate.table), gateTrigger(gate)]
