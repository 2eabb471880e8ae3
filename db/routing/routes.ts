import type { Tenancy } from '#ops/config.ts'
import { createPool } from '../pool.ts'
import { findRoute, type Route } from './route.ts'

/** Where each tenant's rows are, as one process knows it, and what it opened to reach them. */
export type Routes = {
  /** null: among the others, in the common databases. */
  readonly find: (tenantId: string) => Promise<Route | null>
  /** Looks again the next time: somebody was refused where the tenant was. */
  readonly forget: (tenantId: string) => void
  /** Closes this too when the process stops. */
  readonly onClose: (close: () => Promise<unknown>) => void
  readonly close: () => Promise<void>
}

export type RoutesOptions = { readonly postgres: { readonly url: string }; readonly tenancy: Pick<Tenancy, 'mode'>; readonly now?: () => number }

/** How long a process goes where a tenant was before it looks again. */
export const KNOWN_MS = 5_000
const MAX_KNOWN = 10_000
const POOL_SIZE = 2

/** null where no tenant has databases of its own, so that nothing is looked up there. `postgres` is the common database as umg_app. */
export function openRoutes({ postgres, tenancy, now = Date.now }: RoutesOptions): Routes | null {
  if (tenancy.mode !== 'dedicated') return null
  const pool = createPool({ url: postgres.url, poolSize: POOL_SIZE, name: 'routes' })
  const known = new Map<string, { readonly route: Promise<Route | null>; readonly until: number }>()
  const closers: (() => Promise<unknown>)[] = [() => pool.end()]

  async function ask(tenantId: string): Promise<Route | null> {
    const route = await findRoute(pool, tenantId)
    // Nobody is let into a tenant before its databases are there, so this is somebody who came by another way.
    if (route?.isBypassed === true) return null
    if (route !== null && !route.isReady) throw new Error(`The databases of the tenant ${tenantId} are still being made.`)
    return route
  }

  return {
    find(tenantId) {
      const found = known.get(tenantId)
      if (found !== undefined && found.until > now()) return found.route
      const route = ask(tenantId)
      known.delete(tenantId)
      const [oldest] = known.keys()
      if (known.size >= MAX_KNOWN && oldest !== undefined) known.delete(oldest)
      known.set(tenantId, { route, until: now() + KNOWN_MS })
      route.catch(() => known.get(tenantId)?.route === route && known.delete(tenantId))
      return route
    },
    forget: (tenantId) => void known.delete(tenantId),
    onClose: (close) => void closers.push(close),
    close: async () => void (await Promise.all(closers.map((close) => close()))),
  }
}

/** The same server and role, another database. */
export function urlOfDatabase(url: string, database: string): string {
  const target = new URL(url)
  target.pathname = `/${database}`
  return target.href
}
