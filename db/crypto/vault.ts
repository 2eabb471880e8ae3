import { createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'
import type { Queryable } from '#db/pool.ts'
import type { MasterKeys } from '#ops/config.ts'
import { addDataKey, destroyDataKeys, lockDataKeys, readDataKeys, readNewestDataKey, replaceWrapping, type DataKeyRow } from './dataKeyRows.ts'
import { createWrapper, openBytes, sealBytes } from './masterKeys.ts'

/** A column whose values are personal data or a secret; a sealed value opens in its own column alone. */
export type SealedColumn =
  | 'audit_log.address'
  | 'audit_log.before'
  | 'audit_log.after'
  | 'rejected_events.raw'
  | 'rejected_events.message'
  | 'invitations.email'
  | 'webhook_endpoints.secret'

/** Seals values of one tenant under its newest data key. */
export type Seal = (column: SealedColumn, value: string | Buffer) => Buffer
/** 'destroyed': the tenant's key was destroyed, so nobody can read it. 'damaged': it was changed, or sealed for another tenant or column. */
export type Opened = Buffer | 'destroyed' | 'damaged'
/** The same for equal addresses of one tenant, and nothing to whoever has not the key. */
export type HashAddress = (address: string) => Buffer
export type Open = (column: SealedColumn, sealed: Buffer) => Opened

/** Seals what is personal in a tenant's rows. Each works in the caller's own transaction of that tenant and keeps no key, so that a destroyed one is gone at once. */
export type Vault = {
  /** Makes the tenant's first key when it has none, and a new version when the newest is too old or destroyed. */
  readonly sealerFor: (client: Queryable, tenantId: string) => Promise<Seal>
  readonly openerFor: (client: Queryable, tenantId: string) => Promise<Open>
  /** Hashes by which an address is found that is sealed; a new version of the key leaves them as they are, and its destruction makes them mean nothing. */
  readonly hasherFor: (client: Queryable, tenantId: string) => Promise<HashAddress>
  /** A secret for device ids that lasts as the hashes do. */
  readonly deviceKeyFor: (client: Queryable, tenantId: string) => Promise<string>
  readonly encryptFor: (client: Queryable, value: PersonalText) => Promise<Buffer>
  readonly decryptFor: (client: Queryable, value: SealedText) => Promise<string | null>
  /** A new version from now on; what was sealed before still opens. Answers the version. */
  readonly rotate: (client: Queryable, tenantId: string) => Promise<number>
  /** Wraps what works anew under the current master key; answers how many versions were under another one. */
  readonly rewrap: (client: Queryable, tenantId: string) => Promise<number>
  /** Makes everything that was sealed for the tenant unreadable for good; answers how many versions there were. */
  readonly destroy: (client: Queryable, tenantId: string) => Promise<number>
}

export type PersonalText = { readonly tenantId: string; readonly column: SealedColumn; readonly text: string }
export type SealedText = { readonly tenantId: string; readonly column: SealedColumn; readonly sealed: Buffer }

/** A data key seals for this long. */
export const DATA_KEY_DAYS = 90
const DAY_MS = 86_400_000
const KEY_BYTES = 32
const VERSION_BYTES = 4

const boundOf = (tenantId: string, column: SealedColumn): Buffer => Buffer.from(JSON.stringify(['umg-data', tenantId, column]))

/** Null for what was destroyed; what was damaged throws. */
function textOf(column: SealedColumn, opened: Opened): string | null {
  if (opened === 'damaged') throw new Error(`A value of ${column} was changed, or sealed for another place.`)
  return opened === 'destroyed' ? null : opened.toString('utf8')
}

function versionBytes(version: number): Buffer {
  const bytes = Buffer.alloc(VERSION_BYTES)
  bytes.writeUInt32BE(version)
  return bytes
}

export function createVault(masterKeys: MasterKeys, now: () => Date = () => new Date()): Vault {
  const wrapper = createWrapper(masterKeys)

  async function add(client: Queryable, tenantId: string, version: number): Promise<DataKeyRow> {
    const fresh = wrapper.wrap(randomBytes(KEY_BYTES), { tenantId, version })
    await addDataKey(client, tenantId, { version, ...fresh, createdAt: now() })
    const row = (await readDataKeys(client, tenantId)).find((each) => each.version === version)
    if (row === undefined) throw new Error('A data key that was just made is not there.')
    return row
  }

  async function keyFor(client: Queryable, tenantId: string): Promise<DataKeyRow> {
    const newest = await readNewestDataKey(client, tenantId)
    if (newest === null) return add(client, tenantId, 1)
    const isGood = newest.wrapped !== null && now().getTime() - newest.createdAt.getTime() < DATA_KEY_DAYS * DAY_MS
    return isGood ? newest : add(client, tenantId, newest.version + 1)
  }

  function keyOf(tenantId: string, { version, wrapped, masterId }: DataKeyRow): KeyObject | null {
    return wrapped === null ? null : createSecretKey(wrapper.unwrap({ wrapped, masterId }, { tenantId, version }))
  }

  async function sealerFor(client: Queryable, tenantId: string): Promise<Seal> {
    const row = await keyFor(client, tenantId)
    const key = keyOf(tenantId, row)
    // Somebody destroys the keys at this very moment: the next attempt makes a new one.
    if (key === null) throw new Error('The data key of the tenant was just destroyed.')
    const version = versionBytes(row.version)
    return (column, value) => Buffer.concat([version, sealBytes({ key, bound: boundOf(tenantId, column), bytes: Buffer.from(value) })])
  }

  // Of the oldest key that works: all are destroyed together, so it stays the same until then.
  async function lastingKey(client: Queryable, tenantId: string, purpose: string): Promise<{ readonly version: number; readonly key: Buffer }> {
    await keyFor(client, tenantId)
    const row = (await readDataKeys(client, tenantId)).find(({ wrapped }) => wrapped !== null)
    const key = row === undefined ? null : keyOf(tenantId, row)
    if (row === undefined || key === null) throw new Error('The data key of the tenant was just destroyed.')
    return { version: row.version, key: Buffer.from(hkdfSync('sha256', key, tenantId, purpose, KEY_BYTES)) }
  }

  async function hasherFor(client: Queryable, tenantId: string): Promise<HashAddress> {
    const { version, key } = await lastingKey(client, tenantId, 'umg-address-hash')
    return (address) => Buffer.concat([versionBytes(version), createHmac('sha256', key).update(address).digest()])
  }

  async function openerFor(client: Queryable, tenantId: string): Promise<Open> {
    const keys = new Map((await readDataKeys(client, tenantId)).map((row) => [row.version, keyOf(tenantId, row)]))
    return (column, sealed) => {
      const key = sealed.length < VERSION_BYTES ? undefined : keys.get(sealed.readUInt32BE())
      if (key === undefined) return 'damaged'
      if (key === null) return 'destroyed'
      return openBytes({ key, bound: boundOf(tenantId, column), bytes: sealed.subarray(VERSION_BYTES) }) ?? 'damaged'
    }
  }

  return {
    sealerFor,
    openerFor,
    hasherFor,
    deviceKeyFor: async (client, tenantId) => (await lastingKey(client, tenantId, 'umg-device-key')).key.toString('hex'),
    encryptFor: async (client, { tenantId, column, text }) => (await sealerFor(client, tenantId))(column, text),
    decryptFor: async (client, { tenantId, column, sealed }) => textOf(column, (await openerFor(client, tenantId))(column, sealed)),
    rotate: async (client, tenantId) => {
      const newest = await readNewestDataKey(client, tenantId)
      return (await add(client, tenantId, (newest?.version ?? 0) + 1)).version
    },
    rewrap: async (client, tenantId) => {
      const old = (await lockDataKeys(client, tenantId)).filter(({ masterId }) => masterId !== wrapper.currentId)
      for (const { version, wrapped, masterId } of old) {
        if (wrapped === null) continue
        const key = wrapper.unwrap({ wrapped, masterId }, { tenantId, version })
        await replaceWrapping(client, tenantId, { version, ...wrapper.wrap(key, { tenantId, version }) })
      }
      return old.length
    },
    destroy: (client, tenantId) => destroyDataKeys(client, tenantId, now()),
  }
}
