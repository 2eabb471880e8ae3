import { builder } from '../builder.ts'
import type { SegmentSizeAnswer } from '../execution/answers.ts'
import { QueryInfoRef } from './queryInfo.ts'
import { SegmentRuleInputRef } from './segments.ts'

const SegmentOfInputRef = builder.inputType('SegmentOfInput', {
  isOneOf: true,
  description: 'Exactly one member.',
  fields: (t) => ({
    segment: t.id({ description: 'A saved segment.' }),
    definition: t.field({ type: SegmentRuleInputRef, description: 'A definition that need not be saved, evaluated as of now.' }),
  }),
})

const SegmentSizeRef = builder.objectRef<SegmentSizeAnswer>('SegmentSize').implement({
  description: 'How many users a definition is of. Only users whose events the asker may see are counted.',
  fields: (t) => ({
    users: t.field({ type: 'BigInt', nullable: true, description: 'Members; null with explain.', resolve: (size) => size.users }),
    knownUsers: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'Users with any event before the evaluation time; null with explain.',
      resolve: (size) => size.knownUsers,
    }),
    share: t.float({
      nullable: true,
      description: 'Members of the known users, 0 to 1; null without a known user, and with explain.',
      resolve: (size) => size.share,
    }),
    info: t.field({ type: QueryInfoRef, description: 'How the answer was made.', resolve: (size) => size.info }),
  }),
})

builder.queryField('segmentSize', (t) =>
  t.field({
    type: SegmentSizeRef,
    nullable: true,
    needs: 'analytics:read',
    description: 'How many users are members of a saved segment, or would be of a definition.',
    args: {
      of: t.arg({ type: SegmentOfInputRef, required: true, description: 'Which.' }),
      explain: t.arg.boolean({ required: true, defaultValue: false, description: 'Answers info without running anything, with an estimate.' }),
    },
    resolve: (_root, { of, explain }, { engine, identity, signal }, info) => engine.segmentSize({ of, explain }, info, { identity, signal }),
  }),
)
