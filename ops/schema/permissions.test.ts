import { GraphQLError, type GraphQLField, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql'
import { describe, expect, it } from 'vitest'
import { ANONYMOUS, type Identity } from '#ops/security/identity.ts'
import { KEY_KINDS, permissionOf, ROLES, SCOPES, scopesOf, scopesOfKey } from '#ops/security/permissions.ts'
import { needOf, type Need } from '#ops/service/needs.ts'
import { SUBGRAPHS } from './files.ts'
import { printPermissionsPage } from './permissionsPage.ts'

/** What changes something and asks nothing of its viewer: whoever does it has no login yet, or shows a cookie or a secret instead of one. */
const OPEN_MUTATIONS: readonly string[] = [
  'completeLogin',
  'finishPasskeyLogin',
  'login',
  'logout',
  'refreshSession',
  'register',
  'requestPasswordReset',
  'resetPassword',
  'startPasskeyLogin',
  'verifyEmail',
]

type RootField = { readonly name: string; readonly field: GraphQLField<unknown, object>; readonly need: Need | null; readonly isMutation: boolean }

const rootFields: readonly RootField[] = SUBGRAPHS.flatMap(({ name, schema }) =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
    .filter((type): type is GraphQLObjectType<unknown, object> => type !== null && type !== undefined)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => !field.name.startsWith('_'))
        .map((field) => ({ name: `${name} ${type.name}.${field.name}`, field, need: needOf(field), isMutation: type === schema.getMutationType() })),
    ),
)
const tenantId = '00000000-0000-4000-8000-000000000001'
const inTenant = { ...ANONYMOUS, subjectId: tenantId, tenantId, tenantSlug: 'acme' }
const members = ROLES.map((role): readonly [string, Identity] => [role, { ...inTenant, kind: 'account', role, scopes: scopesOf(role) }])
const keys = KEY_KINDS.map((kind): readonly [string, Identity] => [`${kind} key`, { ...inTenant, kind: 'key', scopes: scopesOfKey(kind) }])
const strangers: readonly (readonly [string, Identity])[] = [
  ['nobody', ANONYMOUS],
  ['an account of no tenant', { ...ANONYMOUS, kind: 'account', subjectId: tenantId }],
]

/** Who may pass by the table alone, not by what an identity carries. */
function mayPass(who: string, need: Need): boolean {
  if (need === 'account') return !who.endsWith('key') && who !== 'nobody'
  const { roles, keyKinds } = permissionOf(need)
  return roles.some((role) => role === who) || keyKinds.some((kind) => `${kind} key` === who)
}

/** The code by which the guard refused before the resolver began; null when it let the viewer in. */
async function refusalOf(run: GraphQLField<unknown, object>['resolve'], identity: Identity): Promise<unknown> {
  let isInside = false
  // A resolver gets no further than to its first look at anything but the viewer.
  const context = new Proxy({ identity }, { get: (target, name) => (name === 'identity' ? target.identity : ((isInside = true), undefined)) })
  try {
    await run?.({}, {}, context, {} as GraphQLResolveInfo)
    return null
  } catch (error) {
    const code = error instanceof GraphQLError ? error.extensions['code'] : null
    return !isInside && (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') ? code : null
  }
}

describe('the guard of every root field of all subgraphs', () => {
  it('is found in the schemas', () => {
    expect(rootFields.length).toBeGreaterThan(35)
    expect(rootFields.filter(({ need }) => need !== null).length).toBeGreaterThan(30)
  })

  it.each([...members, ...keys, ...strangers])('lets %s in exactly where the table says so', async (who, identity) => {
    const wrong: string[] = []
    for (const { name, field, need } of rootFields) {
      if (need === null) continue
      for (const run of [field.resolve, field.subscribe].filter((each) => each !== undefined)) {
        const refusal = await refusalOf(run, identity)
        const expected = mayPass(who, need) ? null : who === 'nobody' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
        if (refusal !== expected) wrong.push(`${name} (${need}) answers ${String(refusal)}, expected ${String(expected)}`)
      }
    }
    expect(wrong.join('; ')).toBe('')
  })

  it('is missing from no mutation but those that are open on purpose', () => {
    const open = rootFields.filter(({ isMutation, need }) => isMutation && need === null).map(({ field }) => field.name)
    expect(open.filter((name) => !OPEN_MUTATIONS.includes(name))).toEqual([])
  })

  it('says in the description of the field what it asks', () => {
    for (const { field, need } of rootFields) {
      if (need !== null) expect(field.description).toMatch(need === 'account' ? /Needs a login\.$/ : new RegExp(`Needs the scope \`${need}\`\\.$`))
    }
  })
})

it('writes every scope and every guarded field on the page of permissions', () => {
  const page = printPermissionsPage(SUBGRAPHS)
  for (const scope of SCOPES) expect(page).toContain(`## \`${scope}\`\n\n${permissionOf(scope).description}`)
  for (const { name } of rootFields.filter(({ need }) => need !== null)) expect(page).toContain(`- \`${name.split(' ')[1]}\` (${name.split(' ')[0]})`)
})
