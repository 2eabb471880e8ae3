import { MAX_LAG } from '#db/conversions/groups.ts'
import { builder } from '../builder.ts'
import type { GroupValue } from '../streams/groupDesk.ts'

export const ConversionGroupRef = builder.objectRef<GroupValue>('ConversionGroup').implement({
  description: 'A group that reads the log of conversions together. One that nobody has used for 35 days is forgotten.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What its readers call it.' }),
    isOwn: t.exposeBoolean('isOwn', {
      description: 'Whether it sees what the asker sees, so that the asker can read, acknowledge, move and remove it; else it belongs to keys that see less.',
    }),
    question: t.exposeString('question', { description: 'Which entries it reads, in words.' }),
    position: t.field({ type: 'Cursor', description: 'Everything up to it is acknowledged.', resolve: ({ cursor }) => cursor }),
    positionAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Everything behind the position was recorded then or later; null at the beginning of the log.',
      resolve: ({ recordedAtMs }) => (recordedAtMs === 0 ? null : new Date(recordedAtMs)),
    }),
    lag: t.exposeInt('lag', {
      description: `Entries that are not acknowledged, counted up to ${MAX_LAG} and within the next 200000 entries of the log.`,
    }),
    inFlight: t.exposeInt('inFlight', { description: 'Of these, how many a member has been given.' }),
    members: t.exposeInt('members', { description: 'Who reads it now.' }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was read first.', resolve: ({ createdAt }) => createdAt }),
    lastAcknowledgedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'null when nothing ever was.',
      resolve: ({ acknowledgedAt }) => acknowledgedAt,
    }),
  }),
})
