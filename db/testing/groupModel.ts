import { randomUUID } from 'node:crypto'
import { vi } from 'vitest'
import { acknowledge } from '../conversions/acknowledge.ts'
import { takeLease } from '../conversions/groupLeases.ts'
import { freeTheDead, joinGroup, leaveGroup } from '../conversions/groupMembers.ts'
import { openPresence, type Presence } from '../conversions/groupPresence.ts'
import { createGroup, lockGroup } from '../conversions/groups.ts'
import { readHead, type LogEntry, type LogPosition } from '../conversions/readLog.ts'
import { commitIngest } from '../ingest/commitIngest.ts'
import { withTenant, type Pool, type PoolClient } from '../pool.ts'
import { readConfig } from '#ops/config.ts'
import { createLogger } from '#ops/logging.ts'
import type { TestTenant } from './createTestTenant.ts'
import { testConversion, testSubmission } from './testConversions.ts'
import { testVault } from './testVault.ts'

const log = createLogger({ name: 'test', level: 'silent' })
const enter = (): Promise<Presence> => openPresence({ url: readConfig.analytics().postgres.url, onNotice: () => {}, onLost: () => {}, log })
const MAX_MEMBERS = 14

/** What may happen to a group. Members are meant by any number, and steps without one do nothing. */
export type Step =
  | { readonly kind: 'join'; readonly server: number; readonly maxInFlight: number }
  | { readonly kind: 'die'; readonly server: number }
  | { readonly kind: 'leave' | 'take'; readonly member: number }
  | { readonly kind: 'insert'; readonly count: number }
  | { readonly kind: 'acknowledge'; readonly member: number; readonly batch: number; readonly part: number }
  | { readonly kind: 'acknowledgeAll'; readonly part: number }

/** A member as the oracle knows it: what it was given, batch by batch. */
export type Member = {
  readonly id: string
  readonly server: Presence
  readonly maxInFlight: number
  isLive: boolean
  readonly batches: (readonly LogEntry[])[]
}

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what)
}

const isAscending = (numbers: readonly bigint[]): boolean => numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? number))

/** What is asked of the database, and beside it what must hold: the oracle knows what was given to whom and what was acknowledged, nothing else. */
export class GroupModel {
  /** Role umg_app. */
  readonly pool: Pool
  readonly tenant: TestTenant
  readonly key: { readonly tenantId: string; readonly groupId: string }
  readonly start: LogPosition
  readonly servers: Presence[]
  readonly members: Member[] = []
  readonly acknowledged = new Set<bigint>()
  /** Entries that were given to anybody. */
  readonly given = new Set<bigint>()
  inserted = 0n

  constructor(parts: Pick<GroupModel, 'pool' | 'tenant' | 'key' | 'start' | 'servers'>) {
    this.pool = parts.pool
    this.tenant = parts.tenant
    this.key = parts.key
    this.start = parts.start
    this.servers = parts.servers
  }

  inGroup<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    return withTenant(this.pool, this.key.tenantId, async (client) => {
      await lockGroup(client, this.key)
      return work(client)
    })
  }

  /** What a member has and did not acknowledge. */
  inFlight({ batches, isLive }: Member): readonly bigint[] {
    return isLive ? batches.flat().flatMap(({ sequence }) => (this.acknowledged.has(sequence) ? [] : [sequence])) : []
  }

  async run(each: Step): Promise<void> {
    if (each.kind === 'insert') return this.insert(each.count)
    if (each.kind === 'join') return this.join(each)
    if (each.kind === 'die') return this.die(each.server)
    if (each.kind === 'acknowledgeAll') return this.acknowledgeAll(each.part)
    const member = this.members[each.member % Math.max(1, this.members.length)]
    if (member === undefined) return undefined
    if (each.kind !== 'acknowledge') return each.kind === 'leave' ? this.leave(member) : void (await this.take(member))
    const batch = each.batch % Math.max(1, member.batches.length)
    const entry = member.batches[batch]?.at(Math.floor(each.part * ((member.batches[batch]?.length ?? 1) - 1)))
    return entry && this.acknowledgeOf(member, { batch, entry })
  }

  async insert(count: number): Promise<void> {
    const conversions = Array.from({ length: count }, () => testConversion({ appId: this.tenant.appId }))
    await commitIngest(this.pool, { vault: testVault(), tenantId: this.key.tenantId, submissions: [testSubmission(conversions)] })
    this.inserted += BigInt(count)
  }

  async join({ server: at, maxInFlight }: { readonly server: number; readonly maxInFlight: number }): Promise<void> {
    const server = this.servers[at]!
    if (this.members.length >= MAX_MEMBERS) return
    const id = randomUUID()
    await this.inGroup((client) => joinGroup(client, { ...this.key, memberId: id, server: server.server }))
    this.members.push({ id, server, maxInFlight, isLive: true, batches: [] })
  }

  async leave(member: Member): Promise<void> {
    await this.inGroup((client) => leaveGroup(client, { ...this.key, memberId: member.id }))
    member.isLive = false
  }

  async die(at: number): Promise<void> {
    const server = this.servers[at]!
    await server.close()
    for (const member of this.members) if (member.server === server) member.isLive = false
    const next = await enter()
    this.servers[at] = next
    // Its lock is free when its connection's end has come through.
    await vi.waitFor(
      async () => {
        await this.inGroup((client) => freeTheDead(client, { ...this.key, server: next.server }))
        const dead = 'SELECT FROM stream_members WHERE group_id = $1 AND server = $2'
        const { rows } = await this.inGroup((client) => client.query(dead, [this.key.groupId, server.server]))
        must(rows.length === 0, 'the dead are still members')
      },
      { timeout: 30_000, interval: 20 },
    )
  }

  async take(member: Member): Promise<boolean> {
    const head = await readHead(this.pool, this.key.tenantId)
    const { id, maxInFlight, batches } = member
    const taking = { ...this.key, memberId: id, conditions: [], head, delivery: batches.length + 1, maxInFlight, maxEntries: 5, nowMs: Date.now() }
    const before = this.inFlight(member).length
    const taken = await withTenant(this.pool, this.key.tenantId, (client) => takeLease(client, taking))
    if (!member.isLive) must(taken.kind === 'gone', `who is no member got ${taken.kind}`)
    else if (before >= maxInFlight) must(taken.kind === 'full', `who is full got ${taken.kind}`)
    if (taken.kind !== 'batch') return false
    const numbers = taken.entries.map(({ sequence }) => sequence)
    must(isAscending(numbers), `a batch is not in order: ${numbers.join()}`)
    const others = new Set(this.members.filter((each) => each !== member).flatMap((each) => this.inFlight(each)))
    for (const number of numbers) {
      must(!this.acknowledged.has(number), `${number} came after its acknowledgement`)
      must(!others.has(number), `${number} is in flight twice`)
    }
    // What is new comes in order; what another left comes when it is free.
    const latest = [...this.given].reduce((most, number) => (number > most ? number : most), this.start.sequence)
    const fresh = numbers.filter((number) => !this.given.has(number))
    must(
      fresh.every((number, at) => number === latest + BigInt(at) + 1n),
      `${fresh.join()} came after ${latest}`,
    )
    for (const number of numbers) this.given.add(number)
    batches.push(taken.entries)
    must(this.inFlight(member).length <= maxInFlight, `${this.inFlight(member).length} of ${maxInFlight} are in flight`)
    return true
  }

  async acknowledgeOf(member: Member, { batch, entry }: { readonly batch: number; readonly entry: LogEntry }): Promise<void> {
    for (const { sequence } of member.batches.slice(0, batch).flat()) this.acknowledged.add(sequence)
    for (const { sequence } of member.batches[batch] ?? []) if (sequence <= entry.sequence) this.acknowledged.add(sequence)
    const position = { sequence: entry.sequence, recordedAtMs: entry.recordedAt.getTime() }
    await this.#acknowledge(position, { memberId: member.id, delivery: batch + 1 })
  }

  async acknowledgeAll(upTo: number): Promise<void> {
    const head = await readHead(this.pool, this.key.tenantId)
    const sequence = this.start.sequence + BigInt(Math.floor(upTo * Number(this.inserted)))
    for (let number = this.start.sequence + 1n; number <= sequence; number += 1n) {
      this.acknowledged.add(number)
      this.given.add(number)
    }
    await this.#acknowledge({ ...head, sequence }, null)
  }

  async #acknowledge(position: LogPosition, of: { readonly memberId: string; readonly delivery: number } | null): Promise<void> {
    const answered = await withTenant(this.pool, this.key.tenantId, async (client) => {
      const group = await lockGroup(client, this.key)
      return acknowledge(client, { ...this.key, group: group!, position, of })
    })
    let first = this.start.sequence + 1n
    while (this.acknowledged.has(first)) first += 1n
    must(answered.position.sequence === first - 1n, `the group says ${answered.position.sequence}, and ${first} is not acknowledged`)
  }

  /** One member that takes and acknowledges all there is. */
  async drain(): Promise<void> {
    for (const at of this.servers.keys()) await this.die(at)
    const member: Member = { id: randomUUID(), server: this.servers[0]!, maxInFlight: 1_000, isLive: true, batches: [] }
    await this.inGroup((client) => joinGroup(client, { ...this.key, memberId: member.id, server: member.server.server }))
    this.members.push(member)
    while (await this.take(member));
    const last = member.batches.at(-1)?.at(-1)
    if (last !== undefined) await this.acknowledgeOf(member, { batch: member.batches.length - 1, entry: last })
    const counts = [this.given.size, this.acknowledged.size, Number(this.inserted)]
    must(new Set(counts).size === 1, `given, acknowledged and there: ${counts.join()}`)
  }
}

/** A new group at the end of the tenant's log, and three servers to read it from. */
export async function openGroupModel(pool: Pool, tenant: TestTenant): Promise<GroupModel> {
  const { tenantId } = tenant
  const start = await readHead(pool, tenantId)
  const group = { tenantId, scope: '', name: randomUUID(), question: '', conditions: [], begun: '', createdBy: null, start }
  const { id } = await withTenant(pool, tenantId, (client) => createGroup(client, group))
  return new GroupModel({ pool, tenant, key: { tenantId, groupId: id }, start, servers: await Promise.all([enter(), enter(), enter()]) })
}
