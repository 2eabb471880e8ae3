import { LockMode } from '@mikro-orm/core'
import { Key } from '#db/entities/tenant/Key.ts'
import { prepareKey, type NewKey, type NewKeyRow } from '#db/provision/createKey.ts'
import type { EntityManager } from '#db/tenantScope.ts'
import { isUuid } from '#db/uuid.ts'
import { trimDecimal } from '#ops/service/decimal.ts'
import { failure } from '#ops/service/errors.ts'
import { isAbsent } from '#ops/service/presence.ts'
import type { Acting } from './acting.ts'
import { requireRoom } from './quotas.ts'
import type { KeyRow } from './rows.ts'

export type KeyStoreOptions = { readonly acting: Acting; readonly keyPepper: string }
export type KeyStore = ReturnType<typeof createKeyStore>
/** A key with its text, which cannot be had again. */
export type MadeKey = { readonly text: string; readonly row: KeyRow }

const MINUTE_MS = 60_000

/** The keys of the viewer's tenant. */
export function createKeyStore({ acting, keyPepper }: KeyStoreOptions) {
  const { now } = acting
  return {
    async list(first: number): Promise<readonly KeyRow[]> {
      return (await acting.inOwn((em) => em.find(Key, {}, { orderBy: { createdAt: 'desc', id: 'asc' }, limit: first }))).map(keyRow)
    },

    /** Makes a key and answers its text. Throws QUOTA_EXCEEDED. */
    create: (key: Omit<NewKey, 'tenantId'>): Promise<MadeKey> => {
      const tenantId = acting.tenantId()
      const { key: text, row } = prepareKey({ ...key, tenantId, pepper: keyPepper })
      return acting.inOwn(async (em) => {
        await requireRoom(em, tenantId, 'keys', now())
        const created = em.create(Key, entityOf(row, now()))
        em.persist(created)
        await acting.record(em, tenantId, { action: 'key.created', target: `key:${row.id}`, before: null, after: grantsOf(created) })
        return { text, row: keyRow(created) }
      })
    },

    /**
     * Makes a key with the same grants, and lets the old one end after the overlap, or when it would have ended. A key that was made to last some time
     * lasts that long again. It takes the place of another, so it needs no room, unless that one is itself still overlapping. Throws NOT_FOUND,
     * CONFLICT for a key that has ended or was rotated already, and QUOTA_EXCEEDED.
     */
    rotate: (id: string, { overlapMinutes }: { readonly overlapMinutes: number }): Promise<MadeKey> => {
      const tenantId = acting.tenantId()
      return acting.inOwn(async (em) => {
        const old = isUuid(id) ? await em.findOne(Key, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE }) : null
        if (old === null) throw failure('NOT_FOUND', { what: 'key' })
        const at = now()
        if (await needsRoom(em, old, at)) await requireRoom(em, tenantId, 'keys', at)
        const lifetimeMs = isAbsent(old.expiresAt) ? null : old.expiresAt.getTime() - old.createdAt.getTime()
        const { kind, name, scopes, filters, masks, allowedNetworks } = old
        const { key: text, row } = prepareKey({
          tenantId,
          pepper: keyPepper,
          kind,
          name,
          scopes,
          filters,
          masks,
          allowedNetworks,
          replaces: old.id,
          ingestKind: old.ingestKind ?? undefined,
          appId: old.appId ?? undefined,
          maxRevenue: old.maxRevenue ?? undefined,
          expiresAt: lifetimeMs === null ? undefined : new Date(at.getTime() + lifetimeMs),
        })
        const created = em.create(Key, entityOf(row, at))
        em.persist(created)
        const before = old.expiresAt ?? null
        const end = new Date(at.getTime() + overlapMinutes * MINUTE_MS)
        old.expiresAt = before !== null && before < end ? before : end
        const change = { before: { expiresAt: before }, after: { expiresAt: old.expiresAt, replacedBy: row.id } }
        await acting.record(em, tenantId, { action: 'key.rotated', target: `key:${old.id}`, ...change })
        return { text, row: keyRow(created) }
      })
    },

    /** Null when the tenant has no such key. A key that was revoked before keeps its time. */
    async revoke(id: string): Promise<KeyRow | null> {
      if (!isUuid(id)) return null
      return acting.inOwn(async (em) => {
        const key = await em.findOne(Key, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE })
        if (key === null) return null
        if (isAbsent(key.revokedAt)) {
          key.revokedAt = now()
          const change = { before: { revokedAt: null }, after: { revokedAt: key.revokedAt } }
          await acting.record(em, acting.tenantId(), { action: 'key.revoked', target: `key:${id}`, ...change })
        }
        return keyRow(key)
      })
    },
  }
}

/**
 * Whether a key that is rotated still shares its place with the one before it. Throws CONFLICT for one that has ended, and for one whose place was taken:
 * else one key would become as many as anybody likes.
 */
async function needsRoom(em: EntityManager, { id, revokedAt, expiresAt, replaces }: Key, at: Date): Promise<boolean> {
  const hasEnded = !isAbsent(revokedAt) || (!isAbsent(expiresAt) && expiresAt <= at)
  if (hasEnded) throw failure('CONFLICT', { message: 'This key has been revoked or has expired. Make a new one.' })
  if ((await em.count(Key, { replaces: id, revokedAt: null })) > 0)
    throw failure('CONFLICT', { message: 'This key has been rotated already. Rotate the one that took its place.' })
  return !isAbsent(replaces) && (await em.count(Key, { id: replaces, ...inForceAt(at) })) > 0
}

const inForceAt = (at: Date) => ({ revokedAt: null, $or: [{ expiresAt: null }, { expiresAt: { $gt: at } }] })

function entityOf({ scopes, filters, masks, allowedNetworks, ...row }: NewKeyRow, createdAt: Date) {
  const grants = { scopes: [...scopes], filters: [...filters], masks: [...masks], allowedNetworks: [...allowedNetworks] }
  return { ...row, ...grants, createdAt, revokedAt: null, lastUsedAt: null }
}

/** What the audit log says of a key: all that it may do, and nothing of its secret. */
function grantsOf(key: Key): Readonly<Record<string, unknown>> {
  const { name, kind, ingestKind, scopes, filters, masks, appId, maxRevenue, allowedNetworks, expiresAt } = keyRow(key)
  return { name, kind, ingestKind, scopes, filters, masks, appId, maxRevenue, allowedNetworks, expiresAt }
}

function keyRow(key: Key): KeyRow {
  return {
    id: key.id,
    kind: key.kind,
    ingestKind: key.ingestKind ?? null,
    name: key.name,
    scopes: key.scopes,
    filters: key.filters,
    masks: key.masks,
    appId: key.appId ?? null,
    maxRevenue: isAbsent(key.maxRevenue) ? null : trimDecimal(key.maxRevenue),
    allowedNetworks: key.allowedNetworks,
    replaces: key.replaces ?? null,
    createdAt: key.createdAt,
    expiresAt: key.expiresAt ?? null,
    revokedAt: key.revokedAt ?? null,
    lastUsedAt: key.lastUsedAt ?? null,
  }
}
