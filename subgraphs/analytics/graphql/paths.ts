import { builder } from '../builder.ts'
import { ConversionInputRef } from './attribution.ts'
import { FilterRef, RangeInputRef } from './inputs.ts'
import { notAvailable, unreached } from './notAvailable.ts'
import { QueryInfoRef } from './queryInfo.ts'

const PathsInputRef = builder.inputType('PathsInput', {
  description: 'Which ways of users.',
  fields: (t) => ({
    conversion: t.field({ type: ConversionInputRef, description: 'Ways that lead to it.' }),
    range: t.field({ type: RangeInputRef, required: true, description: 'When it happened.' }),
    timeZone: t.string({ required: true, description: 'IANA name, in which time is cut.' }),
    depth: t.int({ required: true, defaultValue: 5, description: 'How many steps.' }),
    collapseRepeats: t.boolean({ required: true, defaultValue: true, description: 'Whether the same step twice is one.' }),
    where: t.field({ type: FilterRef, description: 'Which events.' }),
    limit: t.int({ required: true, defaultValue: 100, description: 'At most this many ways.' }),
    explain: t.boolean({ required: true, defaultValue: false, description: 'Answers info without running anything.' }),
  }),
})

const PathRef = builder.objectRef<never>('Path').implement({
  description: 'One way that users went.',
  fields: (t) => ({
    steps: t.stringList({ description: 'Names of events, the first one first.', resolve: unreached }),
    users: t.field({ type: 'BigInt', description: 'Who went it.', resolve: unreached }),
    conversions: t.field({ type: 'BigInt', description: 'How often it led to the conversion.', resolve: unreached }),
    revenue: t.field({ type: 'Decimal', nullable: true, description: 'What it brought.', resolve: unreached }),
  }),
})

const PathsResultRef = builder.objectRef<never>('PathsResult').implement({
  description: 'The most frequent ways.',
  fields: (t) => ({
    paths: t.field({ type: [PathRef], description: 'The most frequent first.', resolve: unreached }),
    info: t.field({ type: QueryInfoRef, description: 'How the answer was made.', resolve: unreached }),
  }),
})

builder.queryField('paths', (t) =>
  t.field({
    type: PathsResultRef,
    nullable: true,
    needs: 'analytics:read',
    description: 'The ways that users went. Not available yet.',
    args: { input: t.arg({ type: PathsInputRef, required: true, description: 'The question.' }) },
    resolve: () => notAvailable('paths', 'paths'),
  }),
)
