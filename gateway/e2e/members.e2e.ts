import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditRecordedSchema } from '#db/audit/recordAudit.ts'
import { openMailRequest, type RequestedMail } from '#db/outbox/requestMail.ts'
import { provisionAccount } from '#db/provision/provisionAccount.ts'
import { createTestTenant, type TestTenant } from '#db/testing/createTestTenant.ts'
import { openTestPools, type TestPools } from '#db/testing/testPools.ts'
import { readConfig } from '#ops/config.ts'
import { ROLES, type Role } from '#ops/security/permissions.ts'
import { askGateway, fieldOf, postAuth } from '../testing/askGateway.ts'
import { startPlatform, type TestPlatform } from '../testing/startPlatform.ts'

const MEMBERS = '{ members { account { id name email } role joinedAt } }'
const INVITE = 'mutation ($email: String!, $role: String!) { inviteMember(email: $email, role: $role) { id email role expiresAt invitedBy { id name } } }'
const ACCEPT = 'mutation ($token: String!) { acceptInvitation(token: $token) { tenantId slug name role } }'
const REVOKE = 'mutation ($id: ID!) { revokeInvitation(id: $id) { id } }'
const CHANGE = 'mutation ($id: ID!, $role: String!) { changeMemberRole(accountId: $id, role: $role) { role account { id } } }'
const REMOVE = 'mutation ($id: ID!) { removeMember(accountId: $id) }'
const PREVIEW = 'query ($token: String!) { invitationPreview(token: $token) { tenantName email role } }'

const DAY_MS = 86_400_000
const PASSWORD = 'correct horse battery'

describe('the members of a tenant', () => {
  let platform: TestPlatform
  let pools: TestPools
  let url: string
  let acme: TestTenant
  let globex: TestTenant
  let offsetMs = 0
  const { mailKey } = readConfig.tenant()

  beforeAll(async () => {
    pools = openTestPools()
    ;[platform, acme, globex] = await Promise.all([startPlatform({ now: () => new Date(Date.now() + offsetMs) }), createTestTenant(), createTestTenant()])
    url = platform.gateway.url
  }, 120_000)
  afterAll(async () => {
    await platform?.close()
    await pools?.close()
  })

  const logIn = async (account: { readonly email: string; readonly password: string }): Promise<string> =>
    (await postAuth(url, 'login', { body: { email: account.email, password: account.password } })).login?.accessToken ?? ''
  const accountOf = (tenant: TestTenant, role: Role) => {
    const account = tenant.accounts.find((each) => each.role === role)
    if (account === undefined) throw new Error(`There is no ${role}.`)
    return account
  }
  const ask = (bearer: string, query: string, variables: Record<string, unknown> = {}) => askGateway(url, { query, variables, bearer })
  const addMember = async (tenant: TestTenant, role: Role) => {
    const email = `${randomUUID()}@example.test`
    return {
      email,
      password: PASSWORD,
      ...(await provisionAccount(pools, { email, name: 'Grace', password: PASSWORD, memberships: [{ tenantId: tenant.tenantId, role }] })),
    }
  }
  const addStranger = async (email = `${randomUUID()}@example.test`) => ({
    email,
    password: PASSWORD,
    ...(await provisionAccount(pools, { email, name: 'Ada', password: PASSWORD, memberships: [] })),
  })
  const mailsTo = async (email: string): Promise<readonly RequestedMail[]> => {
    const { rows } = await pools.worker.query<{ payload: unknown }>("SELECT payload FROM outbox WHERE topic = 'mail.requested' ORDER BY id")
    return rows.flatMap(({ payload }) => openOurs(payload)).filter(({ to }) => to === email)
  }
  // Other tests ask for mails too, under keys of their own.
  function openOurs(payload: unknown): readonly RequestedMail[] {
    try {
      return [openMailRequest(payload, mailKey)]
    } catch {
      return []
    }
  }
  const tokenFor = async (email: string): Promise<string> => {
    const mail = (await mailsTo(email)).at(-1)
    if (mail?.kind !== 'invitation') throw new Error(`No invitation was mailed to ${email}.`)
    return mail.token
  }
  const auditOf = async (target: string) => {
    const { rows } = await pools.worker.query<{ tenant_id: string; payload: unknown }>(
      "SELECT tenant_id, payload FROM outbox WHERE topic = 'audit.recorded' AND payload->>'target' = $1 ORDER BY id",
      [target],
    )
    return rows.map(({ tenant_id, payload }) => ({ tenantId: tenant_id, ...auditRecordedSchema.parse(payload) }))
  }
  const ownersOf = async (tenant: TestTenant): Promise<number> => {
    const { data } = await ask(await logIn(accountOf(tenant, 'user')), '{ members { role } }')
    return (fieldOf({ data }, 'members') as { role: string }[]).filter(({ role }) => role === 'owner').length
  }

  it('are shown with name and address to those who may see members, and to nobody else', async () => {
    for (const role of ROLES) {
      const answer = await ask(await logIn(accountOf(acme, role)), MEMBERS)
      if (role === 'viewer') {
        expect(answer.codes).toEqual(['FORBIDDEN'])
        continue
      }
      const members = fieldOf(answer, 'members') as { account: { id: string; name: string; email: string }; role: string }[]
      expect(Object.fromEntries(members.map((member) => [member.account.email, member.role]))).toEqual(
        Object.fromEntries(acme.accounts.map(({ email, role: own }) => [email, own])),
      )
    }
    expect((await askGateway(url, { query: MEMBERS })).codes).toEqual(['UNAUTHENTICATED'])
    expect((await ask(acme.apiKey, MEMBERS)).codes).toEqual(['FORBIDDEN'])
  })

  it('come by invitation: a mail with a token, which an account of that address accepts once', async () => {
    const owner = await logIn(accountOf(acme, 'owner'))
    const stranger = await addStranger()
    const invited = await ask(owner, INVITE, { email: ` ${stranger.email.toUpperCase()} `, role: 'user' })
    expect(invited.errors).toBeUndefined()
    expect(invited.data?.['inviteMember']).toMatchObject({
      email: stranger.email,
      role: 'user',
      invitedBy: { id: accountOf(acme, 'owner').accountId, name: 'Test owner' },
    })
    const [mail] = await mailsTo(stranger.email)
    expect(mail).toMatchObject({ kind: 'invitation', inviter: 'An owner', tenant: `Test ${acme.slug}`, role: 'user', days: 7 })
    const token = await tokenFor(stranger.email)
    expect(invited.text).not.toContain(token.slice(-64))
    expect((await askGateway(url, { query: PREVIEW, variables: { token } })).data?.['invitationPreview']).toEqual({
      tenantName: `Test ${acme.slug}`,
      email: stranger.email,
      role: 'user',
    })
    const bearer = await logIn(stranger)
    expect((await ask(bearer, '{ me { memberships { slug } } }')).data?.['me']).toEqual({ memberships: [] })
    const joined = await ask(bearer, ACCEPT, { token })
    expect(joined.data?.['acceptInvitation']).toEqual({ tenantId: acme.tenantId, slug: acme.slug, name: `Test ${acme.slug}`, role: 'user' })
    expect((await ask(bearer, '{ me { memberships { slug role } } }')).data?.['me']).toEqual({ memberships: [{ slug: acme.slug, role: 'user' }] })
    expect((await ask(bearer, ACCEPT, { token })).codes).toEqual(['INVITATION_INVALID'])
    const [record] = await auditOf(`member:${stranger.accountId}`)
    expect(record).toMatchObject({
      tenantId: acme.tenantId,
      action: 'member.joined',
      actor: { kind: 'account', id: stranger.accountId },
      before: null,
      after: { role: 'user' },
    })
    expect(record?.address).toMatch(/127\.0\.0\.1$/)
    expect(record?.requestId).toMatch(/^[\w-]{8,}$/)
    const again = await ask(owner, INVITE, { email: stranger.email, role: 'user' })
    expect(again.errors?.[0]).toMatchObject({ message: expect.stringContaining('member already'), extensions: { code: 'CONFLICT' } })
    // Nobody of another tenant sees who came.
    expect(await askGateway(url, { query: MEMBERS, bearer: await logIn(accountOf(globex, 'owner')) }).then(({ text }) => text)).not.toContain(
      stranger.accountId,
    )
  })

  it('do not come by a token of another address, of another secret, or one that was revoked', async () => {
    const admin = await logIn(accountOf(acme, 'admin'))
    const [stranger, other] = await Promise.all([addStranger(), addStranger()])
    const invitation = fieldOf(await ask(admin, INVITE, { email: stranger.email, role: 'viewer' }), 'inviteMember') as { id: string }
    const token = await tokenFor(stranger.email)
    const [bearer, others] = await Promise.all([logIn(stranger), logIn(other)])
    expect((await ask(others, ACCEPT, { token })).codes).toEqual(['INVITATION_FOR_ANOTHER'])
    const forged = [
      token.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      token.replace(acme.tenantId, globex.tenantId),
      token.replace(invitation.id, randomUUID()),
      'inv_x',
      '',
    ]
    for (const wrong of forged) expect((await ask(bearer, ACCEPT, { token: wrong })).codes).toEqual(['INVITATION_INVALID'])
    expect((await ask(acme.apiKey, ACCEPT, { token })).codes).toEqual(['FORBIDDEN'])
    const twice = await ask(admin, INVITE, { email: stranger.email, role: 'user' })
    expect(twice.errors?.[0]).toMatchObject({ message: expect.stringContaining('invited already'), extensions: { code: 'CONFLICT' } })
    expect((await ask(await logIn(accountOf(globex, 'owner')), REVOKE, { id: invitation.id })).codes).toEqual(['NOT_FOUND'])
    expect((await ask(admin, REVOKE, { id: invitation.id })).errors).toBeUndefined()
    expect((await ask(bearer, ACCEPT, { token })).codes).toEqual(['INVITATION_INVALID'])
  })

  it('are invited with no role above one’s own, and by nobody below admin', async () => {
    const tokens = Object.fromEntries(await Promise.all(ROLES.map(async (role) => [role, await logIn(accountOf(acme, role))] as const)))
    for (const role of ROLES) {
      for (const given of ROLES) {
        const { codes } = await ask(tokens[role] ?? '', INVITE, { email: `${randomUUID()}@example.test`, role: given })
        const isAllowed = role === 'owner' || (role === 'admin' && given !== 'owner')
        expect(codes, `${role} invites ${given}`).toEqual(isAllowed ? [] : ['FORBIDDEN'])
      }
    }
    expect((await ask(tokens['owner'] ?? '', INVITE, { email: 'no address', role: 'user' })).errors?.[0]?.extensions).toMatchObject({
      fields: [{ field: 'email' }],
    })
    expect((await ask(tokens['owner'] ?? '', INVITE, { email: 'a@b.test', role: 'root' })).errors?.[0]?.extensions).toMatchObject({
      fields: [{ field: 'role' }],
    })
  })

  it('are invited once when two ask at the same time', async () => {
    const owner = await logIn(accountOf(acme, 'owner'))
    const email = `${randomUUID()}@example.test`
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(owner, INVITE, { email, role: 'user' })))
    expect(answers.flatMap(({ codes }) => codes)).toEqual(Array.from({ length: 4 }, () => 'CONFLICT'))
    expect(await mailsTo(email)).toHaveLength(1)
  })

  it('get other roles by admins, owners by owners alone, and foreign ones are not found', async () => {
    const [owner, admin] = await Promise.all([logIn(accountOf(acme, 'owner')), logIn(accountOf(acme, 'admin'))])
    const member = await addMember(acme, 'viewer')
    expect((await ask(admin, CHANGE, { id: member.accountId, role: 'admin' })).data?.['changeMemberRole']).toMatchObject({ role: 'admin' })
    expect((await ask(admin, CHANGE, { id: member.accountId, role: 'owner' })).codes).toEqual(['FORBIDDEN'])
    expect((await ask(admin, CHANGE, { id: accountOf(acme, 'owner').accountId, role: 'user' })).codes).toEqual(['FORBIDDEN'])
    expect((await ask(admin, REMOVE, { id: accountOf(acme, 'owner').accountId })).codes).toEqual(['FORBIDDEN'])
    expect((await ask(owner, CHANGE, { id: member.accountId, role: 'owner' })).data?.['changeMemberRole']).toMatchObject({ role: 'owner' })
    expect((await ask(owner, CHANGE, { id: member.accountId, role: 'user' })).errors).toBeUndefined()
    expect(await auditOf(`member:${member.accountId}`)).toMatchObject([
      { action: 'member.role_changed', before: { role: 'viewer' }, after: { role: 'admin' } },
      { before: { role: 'admin' }, after: { role: 'owner' } },
      { before: { role: 'owner' }, after: { role: 'user' } },
    ])
    for (const id of [accountOf(globex, 'user').accountId, randomUUID(), 'x']) {
      expect((await ask(owner, CHANGE, { id, role: 'user' })).codes).toEqual(['NOT_FOUND'])
      expect((await ask(owner, REMOVE, { id })).codes).toEqual(['NOT_FOUND'])
    }
  })

  it('leave by themselves or are removed by admins; the last owner stays', async () => {
    const [owner, user] = await Promise.all([logIn(accountOf(acme, 'owner')), logIn(accountOf(acme, 'user'))])
    const [leaver, removed] = await Promise.all([addMember(acme, 'viewer'), addMember(acme, 'user')])
    expect((await ask(user, REMOVE, { id: removed.accountId })).codes).toEqual(['FORBIDDEN'])
    expect((await ask(await logIn(leaver), REMOVE, { id: leaver.accountId })).data).toEqual({ removeMember: true })
    expect((await ask(owner, REMOVE, { id: removed.accountId })).data).toEqual({ removeMember: true })
    expect(await auditOf(`member:${leaver.accountId}`)).toMatchObject([{ action: 'member.left', before: { role: 'viewer' }, after: null }])
    expect(await auditOf(`member:${removed.accountId}`)).toMatchObject([{ action: 'member.removed', before: { role: 'user' }, after: null }])
    const own = accountOf(acme, 'owner').accountId
    expect((await ask(owner, REMOVE, { id: own })).codes).toEqual(['LAST_OWNER'])
    expect((await ask(owner, CHANGE, { id: own, role: 'admin' })).codes).toEqual(['LAST_OWNER'])
    // A removed member is nobody's fellow any more.
    expect((await ask(owner, MEMBERS)).text).not.toContain(removed.email)
  })

  it('do not get a role from whoever was removed or lost it after inviting', async () => {
    const owner = await logIn(accountOf(acme, 'owner'))
    for (const lose of [REMOVE, CHANGE]) {
      const [inviter, friend] = await Promise.all([addMember(acme, 'admin'), addStranger()])
      expect((await ask(await logIn(inviter), INVITE, { email: friend.email, role: 'admin' })).codes).toEqual([])
      expect((await ask(owner, lose, lose === CHANGE ? { id: inviter.accountId, role: 'user' } : { id: inviter.accountId })).codes).toEqual([])
      const late = await ask(await logIn(friend), ACCEPT, { token: await tokenFor(friend.email) })
      expect(late.errors?.[0]).toMatchObject({ message: expect.stringContaining('may not give this role'), extensions: { code: 'INVITATION_INVALID' } })
    }
  })

  it('who were demoted a moment ago cannot undo it while the gateway remembers them as they were', async () => {
    const [owner, demoted] = [await logIn(accountOf(acme, 'owner')), await addMember(acme, 'owner')]
    const bearer = await logIn(demoted)
    expect((await ask(bearer, MEMBERS)).codes).toEqual([])
    expect((await ask(owner, CHANGE, { id: demoted.accountId, role: 'user' })).codes).toEqual([])
    expect((await ask(bearer, CHANGE, { id: demoted.accountId, role: 'owner' })).codes).toEqual(['FORBIDDEN'])
    expect((await ask(bearer, REMOVE, { id: accountOf(acme, 'owner').accountId })).codes).toEqual(['FORBIDDEN'])
  })

  it('do not see when another registered, or whether the address was verified', async () => {
    const answer = await ask(await logIn(accountOf(acme, 'owner')), '{ members { account { id createdAt emailVerifiedAt } } }')
    const members = fieldOf(answer, 'members') as { account: { id: string; createdAt: string | null; emailVerifiedAt: string | null } }[]
    const own = accountOf(acme, 'owner').accountId
    expect(members.find(({ account }) => account.id === own)?.account.createdAt).toEqual(expect.any(String))
    for (const { account } of members) if (account.id !== own) expect(account).toMatchObject({ createdAt: null, emailVerifiedAt: null })
  })

  it('keep an owner when all owners unmake each other at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const owners = [accountOf(globex, 'owner'), await addMember(globex, 'owner'), await addMember(globex, 'owner')]
      const bearers = await Promise.all(owners.map(logIn))
      const answers = await Promise.all(owners.map(({ accountId }, index) => ask(bearers[(index + 1) % 3] ?? '', CHANGE, { id: accountId, role: 'admin' })))
      // The last of them finds that it is an owner no more, or that there is no other.
      expect(answers.flatMap(({ codes }) => codes)).toEqual([expect.stringMatching(/^(LAST_OWNER|FORBIDDEN)$/)])
      expect(await ownersOf(globex)).toBe(1)
      // Whoever is left gives it back for the next round.
      const survivor = answers.findIndex(({ codes }) => codes.length > 0)
      const id = accountOf(globex, 'owner').accountId
      if (owners[survivor]?.accountId !== id) {
        await ask(bearers[survivor] ?? '', CHANGE, { id, role: 'owner' })
        await ask(bearers[survivor] ?? '', REMOVE, { id: owners[survivor]?.accountId })
      }
    }
  }, 120_000)

  // Last: the clock does not go back.
  it('do not come by a token that is seven days old, and another may be sent then', async () => {
    const stranger = await addStranger()
    await ask(await logIn(accountOf(acme, 'owner')), INVITE, { email: stranger.email, role: 'user' })
    const late = await tokenFor(stranger.email)
    offsetMs = 7 * DAY_MS
    const bearer = await logIn(stranger)
    const expired = await ask(bearer, ACCEPT, { token: late })
    expect(expired.errors?.[0]).toMatchObject({ message: expect.stringContaining('expired'), extensions: { code: 'INVITATION_INVALID' } })
    expect((await ask(await logIn(accountOf(acme, 'owner')), INVITE, { email: stranger.email, role: 'user' })).errors).toBeUndefined()
    expect((await ask(bearer, ACCEPT, { token: await tokenFor(stranger.email) })).errors).toBeUndefined()
  })
})
