import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto'

/** Kinds of device ids, most specific first: the first that is not limited stands in for a missing userId. */
export const DEVICE_KINDS = ['gaid', 'idfa', 'idfv', 'androidId'] as const
export type DeviceKind = (typeof DEVICE_KINDS)[number]

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const ANDROID_ID = /^[0-9a-f]{16}$/i
const LIMITED = /^[0-]+$/

/** What a device id of this kind looks like, for messages. */
export const deviceIdForm = (kind: DeviceKind): string => (kind === 'androidId' ? '16 hexadecimal digits or a UUID' : 'a UUID')

/** The id in the form it is compared in; 'limited' for the all-zero id, which never matches; null when it has another form. */
export function parseDeviceId(kind: DeviceKind, text: string): string | 'limited' | null {
  if (!UUID.test(text) && !(kind === 'androidId' && ANDROID_ID.test(text))) return null
  return LIMITED.test(text) ? 'limited' : text.toLowerCase()
}

export const EVENT_ID_LENGTH = 16
const USER_KEY_LENGTH = 16
const DEVICE_HASH_CHARACTERS = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** Keyed hashes and seals of one tenant. */
export type TenantHasher = {
  /** The 16 bytes, as Latin-1 characters, under which an event id is known for ever. */
  readonly eventId: (eventId: string) => string
  /** Hex; the same device has another one in every tenant. */
  readonly deviceId: (id: string) => string
  /** The 16 bytes, as Latin-1 characters, under which the touches of a user (their `user_id`) are kept. */
  readonly userKey: (userId: string) => string
  /** AES-GCM of the raw device ids, base64. */
  readonly seal: (ids: Readonly<Record<string, string>>) => string
}

export function createHasher({
  eventIdKey,
  deviceKey,
  tenantId,
}: {
  readonly eventIdKey: string
  readonly deviceKey: string
  readonly tenantId: string
}): TenantHasher {
  // Key and tenant have fixed lengths, so no two tenants' texts can be the same; the hash is cut to less than half, so it cannot be extended.
  const eventPrefix = `${hash('sha256', eventIdKey)}${tenantId}`
  const devicePrefix = `${hash('sha256', deviceKey)}${tenantId}`
  const userPrefix = `${hash('sha256', `users ${deviceKey}`)}${tenantId}`
  const sealKey = deriveSealKey(deviceKey, tenantId)
  return {
    eventId: (eventId) => hash('sha256', eventPrefix + eventId, 'binary').slice(0, EVENT_ID_LENGTH),
    deviceId: (id) => hash('sha256', devicePrefix + id).slice(0, DEVICE_HASH_CHARACTERS),
    userKey: (userId) => hash('sha256', userPrefix + userId, 'binary').slice(0, USER_KEY_LENGTH),
    seal: (ids) => {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealKey, iv).setAAD(Buffer.from(tenantId))
      const sealed = Buffer.concat([cipher.update(JSON.stringify(ids)), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
    },
  }
}

/** The raw ids of a seal, as JSON text; throws when it was made with another key or for another tenant. */
export function openSeal(sealed: string, { deviceKey, tenantId }: { readonly deviceKey: string; readonly tenantId: string }): string {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', deriveSealKey(deviceKey, tenantId), bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(tenantId))
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString()
}

const deriveSealKey = (deviceKey: string, tenantId: string): Buffer => Buffer.from(hkdfSync('sha256', deviceKey, tenantId, 'umg-device-seal', KEY_BYTES))
