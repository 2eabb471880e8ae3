import { notifyConversions } from '#db/conversions/notifyConversions.ts'
import { commitIngest } from '#db/ingest/commitIngest.ts'
import { createPool, type Pool } from '#db/pool.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { testConversion, testCredit, testSubmission } from '#db/testing/testConversions.ts'
import { testVault } from '#db/testing/testVault.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import { ANONYMOUS, type Identity } from '#ops/security/identity.ts'
import type { BatchValue } from '../conversionValue.ts'
import { createStreams, type StreamArguments, type Streams } from '../streams.ts'

const log = createLogger({ name: 'test', level: 'silent' })
const { postgres, cursorKey, userHashKey } = readConfig.analytics()

/** An analytics process as far as streams go: with connections of its own. */
export type StreamsProcess = { readonly pool: Pool; readonly streams: Streams; readonly close: () => Promise<void> }

export function openProcess({ pollMs = 300, name = 'group-test' }: { readonly pollMs?: number; readonly name?: string } = {}): StreamsProcess {
  // The name by which all its connections are found but the listener's.
  const pool = createPool({ url: `${postgres.url}?application_name=${name}`, poolSize: 4, name })
  const streams = createStreams({ pool, listenUrl: postgres.url, cursorKey, userHashKey, log, now: Date.now, pollMs })
  return {
    pool,
    streams,
    close: async () => {
      await streams.stop()
      await pool.end()
    },
  }
}

/** Reads a group without end, keeping all that comes. */
export class TestMember {
  readonly #stream: AsyncIterableIterator<BatchValue, void>
  readonly batches: BatchValue[] = []
  error: unknown = null
  readonly #reading: Promise<void>

  private constructor(stream: AsyncIterableIterator<BatchValue, void>) {
    this.#stream = stream
    this.#reading = this.#read().catch((error: unknown) => {
      this.error = error
    })
  }

  static async join(streams: Streams, { args, identity }: { readonly args: StreamArguments; readonly identity: Identity }): Promise<TestMember> {
    return new TestMember(await streams.subscribe(args, identity))
  }

  async #read(): Promise<void> {
    for await (const batch of this.#stream) this.batches.push(batch)
  }

  get numbers(): readonly number[] {
    return this.batches.flatMap(({ entries }) => entries.map(({ entry }) => Number(entry.sequence)))
  }

  /** The cursor of the last batch, or of the entry of this number as it came last. */
  cursor(number?: number): string {
    if (number === undefined) {
      const batch = this.batches.at(-1)!
      return batch.sight.cursors.seal(batch.position)
    }
    const found = this.batches.flatMap(({ entries }) => entries).findLast(({ entry }) => Number(entry.sequence) === number)!
    return found.sight.cursors.seal({ sequence: found.entry.sequence, recordedAtMs: found.entry.recordedAt.getTime() })
  }

  async end(): Promise<void> {
    await this.#stream.return?.()
    await this.#reading
  }
}

export const newTenant = (): Promise<TestTenant> => createTestTenant({ withAccounts: false })

export const readerOf = ({ tenantId }: Pick<TestTenant, 'tenantId'>, given: Partial<Identity> = {}): Identity => ({
  ...ANONYMOUS,
  kind: 'key',
  subjectId: '00000000-0000-4000-8000-000000000099',
  tenantId,
  tenantSlug: 'test',
  scopes: ['conversions:read', 'analytics:read'],
  ...given,
})

/** Adds so many conversions to the tenant's log. */
export async function addEntries(
  pool: Pool,
  { tenant, count, partnerId = '' }: { readonly tenant: TestTenant; readonly count: number; readonly partnerId?: string },
) {
  const conversions = Array.from({ length: count }, () => testConversion({ appId: tenant.appId, credit: testCredit({ partnerId }) }))
  await commitIngest(pool, { vault: testVault(), tenantId: tenant.tenantId, submissions: [testSubmission(conversions)] })
  await notifyConversions(pool, [tenant.tenantId])
}

export const upTo = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index)
