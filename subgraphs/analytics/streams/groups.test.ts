import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { emptyOldSlots } from '#db/conversions/retention.ts'
import type { TestTenant } from '#db/testing/createTestTenant.ts'
import { storeOldLog } from '#db/testing/testConversions.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { testAuditor } from '#db/testing/testAuditor.ts'
import type { Identity } from '#ops/security/identity.ts'
import type { StreamArguments } from './streams.ts'
import { addEntries, newTenant, openProcess, readerOf, TestMember, upTo, type StreamsProcess } from './testing/groupWorld.ts'

const name = `group-${randomUUID()}`
// A busy machine takes long to start a process.
const WAIT = { timeout: 60_000, interval: 20 }
const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)

describe('groups of the log', { timeout: 120_000 }, () => {
  let pools: TestPools
  let processes: readonly StreamsProcess[]
  const members: TestMember[] = []
  beforeAll(() => {
    pools = openTestPools()
    processes = [openProcess({ name }), openProcess(), openProcess()]
  })
  afterEach(async () => {
    await Promise.all(members.splice(0).map((member) => member.end()))
  })
  afterAll(async () => {
    await Promise.all((processes ?? []).map(({ close }) => close()))
    await pools?.close()
  })

  const begin = { from: { position: 'BEGINNING' } } as const
  async function join(tenant: TestTenant, at: number, args: StreamArguments = {}, identity: Identity = readerOf(tenant)): Promise<TestMember> {
    const member = await TestMember.join(processes[at]!.streams, { args: { group: 'g', ...args }, identity })
    members.push(member)
    return member
  }
  const acknowledge = (tenant: TestTenant, cursor: string, { at = 0, group = 'g', identity = readerOf(tenant) } = {}) =>
    processes[at]!.streams.groups.acknowledge({ group, cursor }, identity)
  const has = (member: TestMember, count: number) => vi.waitFor(() => expect(member.numbers.length).toBeGreaterThanOrEqual(count), WAIT)
  const listed = async (tenant: TestTenant, identity = readerOf(tenant)) => (await processes[0]!.streams.groups.list(identity))[0]
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (error: { extensions?: { code?: string; issues?: readonly { code: string; path: readonly string[] }[] } }) =>
        error.extensions?.issues?.map(({ code, path }) => `${code} ${path.join('.')}`).join() ?? error.extensions?.code ?? 'another error',
    )

  it.each([2, 3])('%i members in processes of their own share all entries without overlap', async (count) => {
    const tenant = await newTenant()
    await addEntries(pools.app, { tenant, count: 700 })
    const readers: TestMember[] = []
    for (const at of upTo(0, count - 1)) readers.push(await join(tenant, at, { ...(at === 0 ? begin : {}), maxInFlight: 40 }))
    const all = () => sorted(readers.flatMap(({ numbers }) => numbers))
    for (let round = 0; all().length < 1000; round += 1) {
      if (round < 10) await addEntries(pools.app, { tenant, count: 30 })
      for (const [index, reader] of readers.entries()) if (reader.batches.length > 0) await acknowledge(tenant, reader.cursor(), { at: (index + 1) % count })
    }
    expect(all()).toEqual(upTo(1, 1000))
    for (const { numbers } of readers) expect(numbers).toEqual(sorted(numbers))
    expect(readers.every(({ numbers }) => numbers.length > 0)).toBe(true)
  })

  it('a member that ends leaves what it had not acknowledged to another; what was acknowledged never comes again', async () => {
    const tenant = await newTenant()
    await addEntries(pools.app, { tenant, count: 100 })
    const first = await join(tenant, 0, begin)
    await has(first, 100)
    await acknowledge(tenant, first.cursor(30))
    const second = await join(tenant, 1)
    await addEntries(pools.app, { tenant, count: 5 })
    await vi.waitFor(() => expect(first.numbers.length + second.numbers.length).toBe(105), WAIT)
    const had = second.numbers
    await first.end()
    await vi.waitFor(() => expect(sorted(second.numbers)).toEqual(upTo(31, 105)), WAIT)
    expect(second.numbers.slice(0, had.length)).toEqual(had)
    // What the first one says now still counts, though the second one has it.
    await acknowledge(tenant, first.cursor(90))
    await second.end()
    const third = await join(tenant, 2)
    await vi.waitFor(() => expect(sorted(third.numbers)).toEqual(upTo(91, 105)), WAIT)
  })

  it('a process killed with SIGKILL holds nothing any more', async () => {
    const tenant = await newTenant()
    await addEntries(pools.app, { tenant, count: 60 })
    const child = spawn(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(new URL('testing/killedReader.ts', import.meta.url)),
      tenant.tenantId,
      'g',
    ])
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    try {
      await vi.waitFor(() => expect(output.split('\n').length).toBe(51), WAIT)
      const member = await join(tenant, 0)
      await has(member, 10)
      expect(member.numbers).toEqual(upTo(51, 60))
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      await vi.waitFor(() => expect(sorted(member.numbers)).toEqual(upTo(1, 60)), WAIT)
      expect(await listed(tenant)).toMatchObject({ members: 1, inFlight: 60, lag: 60 })
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('a process that lost its connection goes on as a new member', async () => {
    const tenant = await newTenant()
    await addEntries(pools.app, { tenant, count: 20 })
    const member = await join(tenant, 0, begin)
    await has(member, 20)
    await acknowledge(tenant, member.cursor(15))
    await pools.app.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name])
    await vi.waitFor(() => expect(member.numbers).toEqual([...upTo(1, 20), ...upTo(16, 20)]), WAIT)
    await addEntries(pools.app, { tenant, count: 1 })
    await has(member, 26)
    expect(member.error).toBe(null)
  })

  it('an acknowledgement twice, out of order, or of an entry in the middle of a batch says what it says', async () => {
    const tenant = await newTenant()
    await addEntries(pools.app, { tenant, count: 10 })
    const member = await join(tenant, 0, { ...begin, maxInFlight: 4 })
    await has(member, 4)
    const first = await acknowledge(tenant, member.cursor(2))
    expect(await acknowledge(tenant, member.cursor(2), { at: 1 })).toBe(first)
    await has(member, 6)
    const later = await acknowledge(tenant, member.cursor(6), { at: 2 })
    // Said late, when more was acknowledged already.
    expect(await acknowledge(tenant, member.cursor(3))).toBe(later)
    await has(member, 10)
    expect(member.numbers).toEqual(upTo(1, 10))
    await acknowledge(tenant, member.cursor())
    expect(await listed(tenant)).toMatchObject({ lag: 0, inFlight: 0, members: 1, question: 'every entry', isOwn: true })
    // The group's own cursor is one of the log.
    const { entries } = await processes[0]!.streams.page({ first: 10, after: later }, readerOf(tenant))
    expect(entries.map(({ entry }) => Number(entry.sequence))).toEqual(upTo(7, 10))
  })

  it('a cursor of the query stands for the whole group', async () => {
    const tenant = await newTenant()
    await addEntries(pools.app, { tenant, count: 10 })
    const [one, two] = [await join(tenant, 0, { ...begin, maxInFlight: 2 }), await join(tenant, 1, { maxInFlight: 2 })]
    await Promise.all([has(one, 2), has(two, 2)])
    const page = await processes[0]!.streams.page({ first: 8 }, readerOf(tenant))
    await acknowledge(tenant, page.sight.cursors.seal(page.position))
    await vi.waitFor(() => expect(sorted([...one.numbers, ...two.numbers])).toEqual([1, 2, 3, 4, 9, 10]), WAIT)
  })

  it('cursors of another group, tenant or question, and forged ones, are refused and change nothing', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()]
    for (const each of [tenant, other]) await addEntries(pools.app, { tenant: each, count: 5 })
    const member = await join(tenant, 0, begin)
    const second = await join(tenant, 0, { ...begin, group: 'h' })
    const asking = await join(tenant, 0, { ...begin, group: 'i', where: { event: { eq: 'purchase' } } })
    const foreign = await join(other, 0, begin)
    for (const each of [member, second, asking, foreign]) await has(each, 5)
    const right = member.cursor()
    const refused = [second.cursor(), asking.cursor(), foreign.cursor(), `${right.slice(0, -2)}${right.endsWith('AA') ? 'BB' : 'AA'}`, '', 'x']
    for (const cursor of refused) expect(await codeOf(acknowledge(tenant, cursor))).toBe('BAD_CURSOR')
    expect(await codeOf(acknowledge(tenant, right, { group: 'nobody' }))).toBe('NOT_FOUND')
    // A partner's group of the same name is another.
    const partner = readerOf(tenant, { filters: [{ dimension: 'partner', in: ['p1'] }] })
    expect(await codeOf(acknowledge(tenant, right, { identity: partner }))).toBe('NOT_FOUND')
    expect((await processes[0]!.streams.groups.list(readerOf(tenant))).map(({ lag }) => lag)).toEqual([5, 5, 5])
  })

  it('partners who call their groups the same each read their own; who sees all sees all groups, a partner its own', async () => {
    const tenant = await newTenant()
    for (const partnerId of ['p1', 'p2', 'p1']) await addEntries(pools.app, { tenant, count: 2, partnerId })
    const of = (id: string) => readerOf(tenant, { filters: [{ dimension: 'partner', in: [id] }], scopes: ['conversions:read'] })
    const [one, two] = [await join(tenant, 0, begin, of('p1')), await join(tenant, 1, begin, of('p2'))]
    await Promise.all([has(one, 4), has(two, 2)])
    expect([one.numbers, two.numbers]).toEqual([
      [1, 2, 5, 6],
      [3, 4],
    ])
    expect(await processes[0]!.streams.groups.list(of('p1'))).toMatchObject([{ name: 'g', lag: 4, isOwn: true, question: 'partner is "p1"' }])
    const all = await processes[0]!.streams.groups.list(readerOf(tenant))
    expect(new Set(all.map(({ isOwn, lag }) => `${isOwn} ${lag}`))).toEqual(new Set(['false 2', 'false 4']))
  })

  it('keys that see hashes of one family meet in a group, and those of another in another', async () => {
    const tenant = await newTenant()
    await addEntries(pools.app, { tenant, count: 3 })
    const of = (hashFamily: string) => readerOf(tenant, { masks: ['userId:hash'], hashFamily, subjectId: randomUUID() })
    const [family, other] = [randomUUID(), randomUUID()]
    const first = await join(tenant, 0, begin, of(family))
    await has(first, 3)
    expect(await codeOf(acknowledge(tenant, first.cursor(), { identity: of(other) }))).toBe('NOT_FOUND')
    expect(await codeOf(acknowledge(tenant, first.cursor(), { identity: of(family) }))).toBe('ok')
    const second = await join(tenant, 1, begin, of(other))
    await has(second, 3)
    expect(await listed(tenant, of(family))).toMatchObject({ lag: 0, members: 1 })
    expect(await listed(tenant, of(other))).toMatchObject({ lag: 3, members: 1 })
  })

  it.each([1, 7, 500])('never more than %i are unacknowledged', async (maxInFlight) => {
    const tenant = await newTenant()
    const total = maxInFlight === 1 ? 12 : maxInFlight * 3
    await addEntries(pools.app, { tenant, count: total - 1 })
    const member = await join(tenant, 0, { ...begin, maxInFlight })
    await addEntries(pools.app, { tenant, count: 1 })
    let acknowledged = 0
    while (acknowledged < total) {
      const want = Math.min(total, acknowledged + maxInFlight)
      await has(member, want)
      expect(member.numbers.length).toBe(want)
      expect(await listed(tenant)).toMatchObject({ inFlight: want - acknowledged })
      acknowledged += Math.ceil((want - acknowledged) / 2)
      await acknowledge(tenant, member.cursor(acknowledged), { at: 1 })
    }
    expect(member.numbers).toEqual(upTo(1, total))
  })

  it('a group that has begun is where it is; its question is its first reader’s; its name and credits have bounds', async () => {
    const tenant = await newTenant()
    await addEntries(pools.app, { tenant, count: 2 })
    const member = await join(tenant, 0, begin)
    await has(member, 2)
    const asking = (args: StreamArguments) => codeOf(join(tenant, 0, args))
    expect(await asking(begin)).toBe('ok')
    expect(await asking({ from: { position: 'END' } })).toBe('START_NOT_ONE from')
    await acknowledge(tenant, member.cursor())
    // Who lost a connection asks as before, and gets what is left.
    expect(await asking(begin)).toBe('ok')
    expect(await asking({ after: member.cursor() })).toBe('START_NOT_ONE after')
    expect(await asking({ where: { event: { eq: 'install' } } })).toBe('GROUP_OTHER_QUESTION where')
    expect(await asking({ group: '' })).toBe('GROUP_NAME_OUT_OF_BOUNDS group')
    expect(await asking({ group: 'x'.repeat(101), maxInFlight: 0 })).toBe('GROUP_NAME_OUT_OF_BOUNDS group,IN_FLIGHT_OUT_OF_BOUNDS maxInFlight')
    expect(await asking({ maxInFlight: 10_001 })).toBe('IN_FLIGHT_OUT_OF_BOUNDS maxInFlight')
    expect(await asking({ group: 'a\0' })).toBe('INVALID_TEXT group')
  })

  it('is moved and removed only while nobody reads it', async () => {
    const tenant = await newTenant()
    await addEntries(pools.app, { tenant, count: 5 })
    const member = await join(tenant, 0, begin)
    await has(member, 5)
    await acknowledge(tenant, member.cursor(4))
    const { groups } = processes[1]!.streams
    const [identity, audit] = [readerOf(tenant), testAuditor(readerOf(tenant))]
    expect(await codeOf(groups.move('g', identity, { to: { position: 'BEGINNING' }, audit }))).toBe('CONFLICT')
    expect(await codeOf(groups.remove('g', identity, audit))).toBe('CONFLICT')
    await member.end()
    await vi.waitFor(async () => expect(await listed(tenant)).toMatchObject({ members: 0, lag: 1, inFlight: 0 }), WAIT)
    expect(await groups.move('g', identity, { to: { position: 'BEGINNING' }, audit })).toBe(true)
    const again = await join(tenant, 2)
    await has(again, 5)
    await again.end()
    await vi.waitFor(async () => expect(await codeOf(groups.remove('g', identity, audit))).toBe('ok'), WAIT)
    expect(await groups.list(identity)).toEqual([])
    expect(await codeOf(groups.remove('g', identity, audit))).toBe('NOT_FOUND')
  })

  it('says what retention took from a group, also when it was in flight', async () => {
    const tenant = await newTenant()
    await storeOldLog(pools.app, { tenantId: tenant.tenantId, ages: [40, 40, 20, 1] })
    const member = await join(tenant, 0, { ...begin, maxInFlight: 1 })
    await has(member, 1)
    await emptyOldSlots(pools.worker)
    await member.end()
    const other = await join(tenant, 1, { maxInFlight: 1 })
    await has(other, 1)
    const told = other.batches.find(({ entries }) => entries.length > 0)!
    expect(told.entries.map(({ entry }) => Number(entry.sequence))).toEqual([3])
    expect(told.gap).not.toBe(null)
    await acknowledge(tenant, other.cursor())
    await has(other, 2)
    expect(other.batches.at(-1)).toMatchObject({ gap: null })
  })
})
