import { isUuid } from '#db/uuid.ts'
import { requireTenant } from '#ops/service/needs.ts'
import { AccountRef } from './account.ts'
import type { AuditPage, AuditRow, AuditWhere } from './auditReader.ts'
import { builder, PageInfoRef } from './builder.ts'
import { InputCheck } from './input.ts'

const MAX_FIRST = 200
const MAX_TEXT = 200

const ACTOR_KINDS = {
  ACCOUNT: { value: 'account', description: 'Somebody who was logged in.' },
  KEY: { value: 'key', description: 'A key.' },
  SYSTEM: { value: 'system', description: 'The platform itself.' },
  ANONYMOUS: { value: 'anonymous', description: 'Somebody who was not logged in.' },
} as const
const ActorKindRef = builder.enumType('AuditActorKind', { description: 'Who can act.', values: ACTOR_KINDS })

const ActorRef = builder.objectRef<AuditRow>('AuditActor').implement({
  description: 'Who did something.',
  fields: (t) => ({
    kind: t.field({
      type: ActorKindRef,
      description: 'Which kind of actor.',
      resolve: ({ actorKind }) => Object.values(ACTOR_KINDS).find(({ value }) => value === actorKind)?.value ?? 'system',
    }),
    id: t.id({ nullable: true, description: 'The id of the account or key; null for the others.', resolve: ({ actorId }) => actorId }),
    account: t.field({
      type: AccountRef,
      nullable: true,
      description: 'The account, when it was one.',
      resolve: ({ actorKind, actorId }) => (actorKind === 'account' && actorId !== null ? { id: actorId } : null),
    }),
  }),
})

const base64 = (bytes: Buffer | null): string | null => bytes?.toString('base64') ?? null

const ProofRef = builder.objectRef<AuditRow>('AuditProof').implement({
  description: 'What shows that an entry is as it was written: an export holds it, and npm run audit:verify checks it.',
  fields: (t) => ({
    recordId: t.exposeID('recordId', { description: 'The id of the record; the log takes it once.' }),
    before: t.string({ nullable: true, description: 'The sealed value as Base64.', resolve: ({ before }) => base64(before) }),
    after: t.string({ nullable: true, description: 'The sealed value as Base64.', resolve: ({ after }) => base64(after) }),
    address: t.string({ nullable: true, description: 'The sealed value as Base64.', resolve: ({ address }) => base64(address) }),
    previousHash: t.string({
      description: 'The hash of the entry before, in hexadecimal digits.',
      resolve: ({ previousHash }) => previousHash.toString('hex'),
    }),
    hash: t.string({
      description: 'HMAC-SHA256 over every column, the sealed values as they are, and the hash of the entry before.',
      resolve: ({ hash }) => hash.toString('hex'),
    }),
    headSeal: t.string({
      nullable: true,
      description: 'On the newest entry of the log: the seal that says so.',
      resolve: ({ headSeal }) => headSeal?.toString('hex') ?? null,
    }),
  }),
})

const EntryRef = builder.objectRef<AuditRow>('AuditEntry').implement({
  description: 'One thing that was done in the tenant. Entries are never changed or taken away.',
  fields: (t) => ({
    sequence: t.exposeInt('sequence', { description: 'Its number, from 1 without a gap.' }),
    at: t.field({ type: 'DateTime', description: 'When it was done.', resolve: ({ at }) => new Date(at) }),
    actor: t.field({ type: ActorRef, description: 'Who did it.', resolve: (row) => row }),
    action: t.exposeString('action', { description: 'What was done, such as member.role_changed.' }),
    target: t.exposeString('target', { description: 'To what, such as member:<account id>.' }),
    before: t.field({ type: 'JSON', nullable: true, description: 'The fields that changed as they were; see note.', resolve: ({ opened }) => opened.before }),
    after: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The fields that changed as they are since; see note.',
      resolve: ({ opened }) => opened.after,
    }),
    address: t.string({ nullable: true, description: 'The address that it was asked from; see note.', resolve: ({ opened }) => opened.address }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'Why before, after and address cannot be read, which are null then; null when they can.',
    }),
    requestId: t.exposeString('requestId', { nullable: true, description: 'The request in which it was done, as the logs name it.' }),
    proof: t.field({ type: ProofRef, description: 'What shows that it is as it was written.', resolve: (row) => row }),
  }),
})

const ConnectionRef = builder.objectRef<AuditPage>('AuditConnection').implement({
  description: 'A page of the audit log.',
  fields: (t) => ({
    nodes: t.field({ type: [EntryRef], description: 'The entries, newest first.', resolve: ({ nodes }) => [...nodes] }),
    pageInfo: t.field({ type: PageInfoRef, description: 'Where it ends.', resolve: ({ hasNextPage, endCursor }) => ({ hasNextPage, endCursor }) }),
  }),
})

const FilterRef = builder.inputType('AuditFilter', {
  description: 'All members must hold.',
  fields: (t) => ({
    actor: t.id({ description: 'The id of the account or key that did it.' }),
    action: t.string({ description: 'The action or its beginning, such as member.' }),
    target: t.string({ description: 'The whole target.' }),
    from: t.field({ type: 'DateTime', description: 'Done then or later.' }),
    to: t.field({ type: 'DateTime', description: 'Done before.' }),
    text: t.string({
      description:
        'Stands anywhere in the entry, in any letters’ case. A page of a search may hold fewer entries than asked for, even none, and be followed by more.',
    }),
  }),
})

type Filter = { [Name in keyof typeof FilterRef.$inferInput]?: (typeof FilterRef.$inferInput)[Name] }

builder.queryField('auditLog', (t) =>
  t.field({
    type: ConnectionRef,
    nullable: true,
    needs: 'audit:read',
    description: 'What was done in the tenant, newest first.',
    args: {
      first: t.arg.int({ required: true, defaultValue: 50, description: `At most this many, 1 to ${MAX_FIRST}.` }),
      after: t.arg({ type: 'Cursor', description: 'Where the page before ended, of the same question.' }),
      where: t.arg({ type: FilterRef, description: 'Which of them.' }),
    },
    resolve: (_root, { first, after, where }, { audit, identity }) =>
      audit.page({ tenantId: requireTenant(identity), first: checkedFirst(first), after: after ?? null, where: readWhere(where ?? {}) }),
  }),
)

function checkedFirst(first: number): number {
  const check = new InputCheck()
  check.expect(first >= 1 && first <= MAX_FIRST, 'first', `must be 1 to ${MAX_FIRST}`)
  check.done()
  return first
}

function readWhere({ actor, action, target, from, to, text }: Filter): AuditWhere {
  const check = new InputCheck()
  const actorId = actor === undefined || actor === null ? null : String(actor).toLowerCase()
  check.expect(actorId === null || isUuid(actorId), 'where.actor', 'must be the id of an account or key')
  for (const [name, value] of Object.entries({ action, target, text })) {
    const isGood = typeof value !== 'string' || (value !== '' && value.length <= MAX_TEXT && !value.includes('\0') && value.isWellFormed())
    check.expect(isGood, `where.${name}`, `must have 1 to ${MAX_TEXT} characters`)
  }
  check.done()
  return { actorId, action: action ?? null, target: target ?? null, from: from ?? null, to: to ?? null, text: text ?? null }
}
