import { changedFields } from '#db/audit/auditor.ts'
import { randomUUID } from 'node:crypto'
import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core'
import { App } from '#db/entities/tenant/App.ts'
import { isUuid } from '#db/uuid.ts'
import { failure } from '#ops/service/errors.ts'
import type { Acting } from './acting.ts'
import { requireRoom } from './quotas.ts'
import type { AppRow, NewAppRow } from './rows.ts'

export type AppStore = ReturnType<typeof createAppStore>

/** The apps of the viewer's tenant; a key with a filter on apps knows no others. */
export function createAppStore(acting: Acting) {
  const { identity, now } = acting
  // wall: app-filters
  const appFilters = identity.filters.filter(({ dimension }) => dimension === 'app')
  const maySeeApp = (id: string): boolean => appFilters.every((filter) => filter.in.includes(id))

  return {
    async find(ids: readonly string[]): Promise<readonly AppRow[]> {
      const wanted = ids.filter((id) => isUuid(id) && maySeeApp(id))
      if (identity.tenantId === null || wanted.length === 0) return []
      return (await acting.inOwn((em) => em.find(App, { id: { $in: wanted } }))).map(appRow)
    },

    async list(first: number): Promise<readonly AppRow[]> {
      const visible = { $and: appFilters.map((filter) => ({ id: { $in: filter.in.filter(isUuid) } })) }
      return (await acting.inOwn((em) => em.find(App, appFilters.length === 0 ? {} : visible, { orderBy: { name: 'asc' }, limit: first }))).map(appRow)
    },

    /** Throws CONFLICT for a name that is taken, and QUOTA_EXCEEDED. */
    create: (row: NewAppRow): Promise<AppRow> => {
      const tenant = acting.tenantId()
      const id = randomUUID()
      return nameOnce(row.name, () =>
        acting.inOwn(async (em) => {
          await requireRoom(em, tenant, 'apps', now())
          const app = em.create(App, { ...row, conversionEvents: [...row.conversionEvents], tenantId: tenant, id, createdAt: now() })
          em.persist(app)
          await acting.record(em, tenant, { action: 'app.created', target: `app:${id}`, before: null, after: { ...row } })
          return appRow(app)
        }),
      )
    },

    /** Changes what is given. Null when the tenant has no such app; throws CONFLICT for a name that is taken. */
    update: (id: string, changes: Partial<NewAppRow>): Promise<AppRow | null> =>
      nameOnce(changes.name ?? '', () =>
        acting.inOwn(async (em) => {
          const app = isUuid(id) ? await em.findOne(App, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE }) : null
          if (app === null) return null
          const change = changedFields({ ...appRow(app) }, changes)
          if (change === null) return appRow(app)
          const { conversionEvents, ...rest } = changes
          em.assign(app, conversionEvents === undefined ? rest : { ...rest, conversionEvents: [...conversionEvents] })
          await acting.record(em, acting.tenantId(), { action: 'app.updated', target: `app:${id}`, ...change })
          return appRow(app)
        }),
      ),
  }
}

async function nameOnce<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw failure('CONFLICT', { message: `There is an app "${name}" already.` })
    throw error
  }
}

function appRow({ id, name, platform, bundleId, timeZone, currency, clickLookbackDays, viewLookbackDays, conversionEvents }: App): AppRow {
  const windows = { clickLookbackDays, viewLookbackDays }
  return { id, name, platform: platform ?? null, bundleId: bundleId ?? null, timeZone, currency, ...windows, conversionEvents }
}
