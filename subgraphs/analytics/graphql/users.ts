import { builder, PageInfoRef } from '../builder.ts'
import { FilterRef } from './inputs.ts'
import { notAvailable, unreached } from './notAvailable.ts'

const UsersInputRef = builder.inputType('UsersInput', {
  description: "The users behind a cell: the question it came from, and the row's and period's position in it.",
  fields: (t) => ({
    cell: t.field({ type: 'Cursor', required: true, description: 'From a row or a period.' }),
    where: t.field({ type: FilterRef, description: 'Which of them.' }),
  }),
})

const UserRef = builder.objectRef<never>('User').implement({
  description: 'A tracked user.',
  fields: (t) => ({
    id: t.id({ description: 'As the events carry it.', resolve: unreached }),
    firstSeen: t.field({ type: 'DateTime', nullable: true, description: 'The time of the first event.', resolve: unreached }),
    country: t.string({ nullable: true, description: 'Of the last event.', resolve: unreached }),
    platform: t.string({ nullable: true, description: 'Of the last event.', resolve: unreached }),
  }),
})

const UserConnectionRef = builder.objectRef<never>('UserConnection').implement({
  description: 'A page of users.',
  fields: (t) => ({
    nodes: t.field({ type: [UserRef], description: 'The users.', resolve: unreached }),
    pageInfo: t.field({ type: PageInfoRef, description: 'Where the page ends.', resolve: unreached }),
  }),
})

builder.queryField('users', (t) =>
  t.field({
    type: UserConnectionRef,
    nullable: true,
    needs: 'identifiers:read',
    description: 'The users behind a cell. Not available yet.',
    args: {
      input: t.arg({ type: UsersInputRef, required: true, description: 'Which cell.' }),
      first: t.arg.int({ required: true, defaultValue: 50, description: 'At most this many.' }),
      after: t.arg({ type: 'Cursor', description: 'Where the page before ended.' }),
    },
    resolve: () => notAvailable('users', 'users'),
  }),
)
