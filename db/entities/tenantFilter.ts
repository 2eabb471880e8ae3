/**
 * The first wall in PostgreSQL: every read, update and delete of a tenant entity carries the tenant of the scope it runs in (db/tenantScope.ts).
 * Outside a scope the parameter is missing and MikroORM throws, so a query without a tenant cannot be made by leaving something out.
 */
export const tenantFilter = {
  // wall: tenant-filter
  tenant: { name: 'tenant', cond: ({ tenantId }: Readonly<Record<string, unknown>>) => ({ tenantId }), default: true },
}
