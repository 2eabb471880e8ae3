import { randomUUID } from 'node:crypto'
import { LockMode } from '@mikro-orm/core'
import { Account } from '#db/entities/auth/Account.ts'
import { AccountLogin } from '#db/entities/auth/AccountLogin.ts'
import { inGlobal, type EntityManager, type MikroORM } from '#db/tenantScope.ts'
import { isAbsent } from '#ops/service/presence.ts'
import type { RecordDeed } from '../accountRecorder.ts'
import { deviceOf } from '../device.ts'
import { foldEmail } from '../email.ts'
import type { Client } from '../issuer.ts'
import { networkOf } from '../network.ts'
import { signalsOf, VELOCITY_MS, type Attempt, type Signal } from './signals.ts'

const KEPT_MS = 90 * 86_400_000
/** What failed at no account is compared with nothing. */
const NOBODYS_KEPT_MS = 7 * 86_400_000
/** Of one account, the newest. */
const MAX_SUCCEEDED = 200
const MAX_FAILED = 200
/** Of one attempt; what is left is the next one's. */
const MAX_REMOVED = 100

export type LoginHistoryOptions = { readonly orm: MikroORM; readonly recordDeed: RecordDeed; readonly now: () => Date }
export type LoginHistory = ReturnType<typeof createLoginHistory>

export type NoticedLogin = {
  readonly account: Account
  readonly client: Client
  readonly signals: readonly Signal[]
  /** Whether the owner is told by mail of what is unusual. */
  readonly isTold: boolean
}

/** Where each account's logins came from, and what is unusual about the next. */
export function createLoginHistory({ orm, recordDeed, now }: LoginHistoryOptions) {
  async function add(
    em: EntityManager,
    row: { readonly accountId: string | null; readonly client: Client; readonly signals: readonly string[] } & Pick<AccountLogin, 'outcome'>,
  ) {
    const { accountId, client, outcome, signals } = row
    const { at, network, country, coordinates, device } = attemptOf(client, now())
    const place = { country, latitude: coordinates?.latitude ?? null, longitude: coordinates?.longitude ?? null }
    await em.insert(AccountLogin, { id: randomUUID(), accountId, at, outcome, network, device, signals: [...signals], ...place })
  }

  return {
    /** A wrong password for this e-mail address. One without an account is written as nobody's, so that it takes as long. */
    failedAt: (email: string, client: Client): Promise<void> =>
      inGlobal(orm, async (em) => {
        const folded = foldEmail(email)?.replaceAll('\0', '') ?? ''
        const account = await em.findOne(Account, { email: folded }, { fields: ['id'] })
        await add(em, { accountId: account?.id ?? null, client, outcome: 'failed', signals: [] })
      }),

    /** A wrong second factor. */
    failed: (em: EntityManager, accountId: string, client: Client): Promise<void> => add(em, { accountId, client, outcome: 'failed', signals: [] }),

    /** What would be unusual about a login now. Writes nothing. */
    signals: async (em: EntityManager, accountId: string, client: Client): Promise<readonly Signal[]> => {
      const at = now()
      const since = (ms: number) => ({ $gt: new Date(at.getTime() - ms) })
      const newestFirst = { orderBy: { at: 'desc', id: 'asc' } } as const
      const succeeded = await em.find(AccountLogin, { accountId, outcome: 'succeeded', at: since(KEPT_MS) }, { ...newestFirst, limit: MAX_SUCCEEDED })
      const failed = await em.find(AccountLogin, { accountId, outcome: 'failed', at: since(VELOCITY_MS) }, { ...newestFirst, limit: MAX_FAILED })
      return signalsOf(attemptOf(client, at), {
        succeeded: succeeded.map((row) => ({ ...storedAttempt(row), signals: row.signals })),
        failed: failed.map(storedAttempt),
      })
    },

    /** A login, with what was unusual about it: a record for each in the audit log, and one mail. What is kept long enough is removed. */
    async succeeded(em: EntityManager, { account, client, signals, isTold }: NoticedLogin): Promise<void> {
      await removeOld(em, now())
      await add(em, { accountId: account.id, client, outcome: 'succeeded', signals: signals.map(({ kind }) => kind) })
      const told = `Somebody logged in to this account. ${signals.map((signal) => signal.told).join(' ')}`
      for (const [index, { kind, details }] of signals.entries()) {
        const after = { kind, ...details }
        await recordDeed(em, { account, client, action: 'account.anomaly_noticed', after, told: isTold && index === 0 ? told : null })
      }
    },
  }
}

function attemptOf({ clientAddress, userAgent, place }: Client, at: Date): Attempt {
  return { at, network: networkOf(clientAddress), country: place?.country ?? null, coordinates: place?.coordinates ?? null, device: deviceOf(userAgent) }
}

function storedAttempt({ at, network, country, latitude, longitude, device }: AccountLogin): Attempt {
  const coordinates = isAbsent(latitude) || isAbsent(longitude) ? null : { latitude, longitude }
  return { at, network: network ?? null, country: country ?? null, coordinates, device }
}

/** Of every account: one that nobody logs in to any more is cleaned by the others' logins. */
async function removeOld(em: EntityManager, at: Date): Promise<void> {
  const before = (ms: number) => ({ $lte: new Date(at.getTime() - ms) })
  const isOld = { $or: [{ at: before(KEPT_MS) }, { accountId: null, at: before(NOBODYS_KEPT_MS) }] }
  // Those that another login is removing are passed over, so that neither waits for the other.
  const old = await em.find(AccountLogin, isOld, { fields: ['id'], limit: MAX_REMOVED, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE })
  if (old.length > 0) await em.nativeDelete(AccountLogin, { id: { $in: old.map(({ id }) => id) } })
}
