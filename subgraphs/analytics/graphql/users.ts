import DataLoader from 'dataloader'
import { BadQueryError } from '#ops/service/issues.ts'
import { requireNeed } from '#ops/service/needs.ts'
import { builder, PageInfoRef, type AnalyticsContext } from '../builder.ts'
import { hidesUsers, maskedIssue } from '../compiler/bind/masks.ts'
import type { UsersAnswer } from '../execution/answers.ts'
import type { UserValue } from '../execution/shapeUsers.ts'
import { limits } from '../model/limits.ts'
import { FilterRef } from './inputs.ts'
import { QueryInfoRef } from './queryInfo.ts'
import { TimelineConnectionRef } from './timeline.ts'

const UsersInputRef = builder.inputType('UsersInput', {
  description: "The users behind a cell: the question it came from, and the row's and period's position in it.",
  fields: (t) => ({
    cell: t.field({ type: 'Cursor', required: true, description: 'From a row, a period or a step, in this tenant; anything else is BAD_CURSOR.' }),
    where: t.field({ type: FilterRef, description: 'Of them only those with one event that meets it, whenever it was.' }),
  }),
})

const UserRef = builder.objectRef<UserValue>('User').implement({
  description: 'A tracked user, as the events that the asker may see tell of one. Fields that a key masks are null.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'As the events carry it.' }),
    firstSeen: t.field({ type: 'DateTime', nullable: true, description: 'The time of the first event ever.', resolve: (user) => user.firstSeen }),
    country: t.exposeString('country', { nullable: true, description: 'Of the last event that has one; null when none has.' }),
    platform: t.exposeString('platform', { nullable: true, description: 'Of the last event that has one; null when none has.' }),
    timeline: t.field({
      type: TimelineConnectionRef,
      nullable: true,
      needs: 'identifiers:read',
      description: 'What the user did, the newest event first.',
      args: {
        first: t.arg.int({ required: true, defaultValue: 100, description: `At most this many, 1 to ${limits.listedUsers}.` }),
        after: t.arg({ type: 'Cursor', description: 'Where the page before ended.' }),
      },
      resolve: ({ id }, page, { engine, identity, signal }) => engine.timeline(id, page, { identity, signal }),
    }),
  }),
})

builder.asEntity(UserRef, {
  key: builder.selection<{ id: string | number }>('id'),
  resolveReference: ({ id }, context) => findUser(context, String(id)),
})

/** null for a user nobody knows. Throws FORBIDDEN without the scope, and BAD_QUERY where the ids of users are masked. */
async function findUser(context: AnalyticsContext, id: string): Promise<UserValue | null> {
  const { identity } = context
  requireNeed(identity, 'identifiers:read')
  if (hidesUsers(identity.masks)) throw new BadQueryError([maskedIssue('userId', ['id'])])
  return id === '' ? null : loaderOf(context).load(id)
}

const loaders = new WeakMap<AnalyticsContext, DataLoader<string, UserValue | null>>()

/** One for each request. */
function loaderOf(context: AnalyticsContext): DataLoader<string, UserValue | null> {
  const known = loaders.get(context)
  if (known !== undefined) return known
  const loader = new DataLoader<string, UserValue | null>(async (ids) => {
    const { engine, identity, signal } = context
    const byId = new Map((await engine.findUsers(ids, { identity, signal })).map((user) => [user.id, user]))
    return ids.map((id) => byId.get(id) ?? null)
  })
  loaders.set(context, loader)
  return loader
}

const UserConnectionRef = builder.objectRef<UsersAnswer>('UserConnection').implement({
  description: 'A page of users.',
  fields: (t) => ({
    nodes: t.field({ type: [UserRef], description: 'By id, ascending, letters by their bytes.', resolve: ({ users }) => [...users] }),
    pageInfo: t.field({ type: PageInfoRef, description: 'Where the page ends.', resolve: ({ hasNextPage, endCursor }) => ({ hasNextPage, endCursor }) }),
    totalCount: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'Users of all pages: without `where` as many as the cell said, but for events that came since. Not null.',
      resolve: ({ totalCount }) => totalCount,
    }),
    info: t.field({ type: QueryInfoRef, description: 'How the answer was made; asOf is that of the cell.', resolve: ({ info }) => info }),
  }),
})

builder.queryFields((t) => ({
  users: t.field({
    type: UserConnectionRef,
    nullable: true,
    needs: 'identifiers:read',
    description:
      'The users behind a cell. Its question is asked again by the asker, at the time at which it was asked: what the asker may not ask or see is an issue or left out, whoever made the cell.',
    args: {
      input: t.arg({ type: UsersInputRef, required: true, description: 'Which cell.' }),
      first: t.arg.int({ required: true, defaultValue: 50, description: `At most this many, 1 to ${limits.listedUsers}.` }),
      after: t.arg({ type: 'Cursor', description: 'Where the page before ended, of the same cell and filter.' }),
    },
    resolve: (_root, args, { engine, identity, signal }, info) => {
      requireNeed(identity, 'analytics:read')
      return engine.users(args, info, { identity, signal })
    },
  }),
  user: t.field({
    type: UserRef,
    nullable: true,
    needs: 'identifiers:read',
    description: 'One user; null when no event that the asker may see has the id.',
    args: { id: t.arg.id({ required: true, description: 'As the events carry it.' }) },
    resolve: (_root, { id }, context) => findUser(context, id),
  }),
}))
