import { z } from 'zod'
import type { Queryable } from './pool.ts'

const LIST = 'SELECT id, slug FROM tenants WHERE id > $1::uuid ORDER BY id LIMIT $2::int'
const PAGE = 1_000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'
const rows = z.array(z.object({ id: z.string(), slug: z.string() }))

export type ListedTenant = z.infer<typeof rows>[number]

/** Every tenant, for what has to be done in each of them in turn. Role umg_worker, which is shown nothing else of them. */
export async function listTenants(worker: Queryable): Promise<readonly ListedTenant[]> {
  const all: ListedTenant[] = []
  for (let after = BEFORE_ALL; ;) {
    const page = rows.parse((await worker.query(LIST, [after, PAGE])).rows)
    all.push(...page)
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return all
    after = last.id
  }
}
