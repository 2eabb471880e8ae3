import type { InputFieldMap } from '@pothos/core'
import { builder } from '../builder.ts'
import { lifecycleKey, measureKey } from '../compiler/measureKey.ts'
import type { MetricsRowValue } from '../execution/shapeMetrics.ts'
import { limits } from '../model/limits.ts'
import { lifecycleParts, type LifecyclePart } from '../model/measureDefinition.ts'
import { canBeApproximate, measures, type MeasureDefinition } from '../model/measures.ts'
import { CompareRef, NumberAggregateRef } from './enums.ts'

const parts: Readonly<Record<LifecyclePart, string>> = {
  newUsers: 'Active in this bucket, and never before it.',
  returningUsers: 'Active in this bucket and in the one before, and not new.',
  resurrectedUsers: 'Active in this bucket, not in the one before, and not new. newUsers + returningUsers + resurrectedUsers = activeUsers.',
  dormantUsers: 'Active in the bucket before and not in this one; a positive number.',
}

export const LifecycleRef = builder.objectRef<MetricsRowValue>('Lifecycle').implement({
  description:
    "Users of a row by when they were active, within its filters and groups. Who is new is told as by newUsers: by the first activity ever, whatever the filter. The bucket before is looked at as a whole, the row's own as far as the range goes.",
  fields: (t) =>
    Object.fromEntries(
      lifecycleParts.map((part) => [
        part,
        t.field({ type: 'BigInt', nullable: true, description: parts[part], resolve: (row) => row.measure(lifecycleKey(part)) }),
      ]),
    ),
})

type BuilderTypes = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never
type Fields = PothosSchemaTypes.ObjectFieldBuilder<BuilderTypes, MetricsRowValue>

/** The fields of a row that are measures, one per measure of the model. */
export const measureFields = (t: Fields) => Object.fromEntries(measures.map((measure) => [measure.name, measureField(t, measure)]))

function measureField(t: Fields, measure: MeasureDefinition) {
  const { name, description } = measure
  const text = { nullable: true, description } as const
  if (measure.kind === 'lifecycle') return t.field({ type: LifecycleRef, ...text, resolve: (row) => (row.hasLifecycle ? row : null) })
  const args = argumentsOf(t, measure)
  if (measure.type === 'Float') return t.float({ ...text, args, resolve: (row, given) => row.ratio(measureKey(name, given)) })
  const type = measure.type === 'Lifecycle' ? 'String' : measure.type
  return t.field({ type, ...text, args, resolve: (row, given) => row.measure(measureKey(name, given)) })
}

function argumentsOf(t: Fields, measure: MeasureDefinition): InputFieldMap {
  const { arg } = t
  const compare = arg({ type: CompareRef, description: 'Over the time that the range is compared with, in place of the range.' })
  const approximate = arg.boolean({
    required: true,
    defaultValue: false,
    description: 'Estimated, mostly to less than 1 %, with far less memory; info.isApproximate says so.',
  })
  const estimate: InputFieldMap = canBeApproximate(measure) ? { approximate } : {}
  const event = arg.string({ description: 'The name of the event; without one all rows that are no touch.' })
  const property = arg.string({ required: true, description: `One of the events' own properties; at most ${limits.propertyNameLength} characters.` })
  const mostDays = `1 to ${limits.overDays}. Not by hours.`
  switch (measure.kind) {
    case 'named':
      return { name: arg.string({ required: true, description: `The name of the event; at most ${limits.eventNameLength} characters.` }), ...estimate, compare }
    case 'number': {
      const as = arg({ type: NumberAggregateRef, required: true, description: 'What is made of the numbers.' })
      const level = arg.float({ required: true, defaultValue: 0.5, description: 'Of a quantile alone, 0 to 1, of which 6 places count; 0.5 is the median.' })
      return { event, property, as, level, compare }
    }
    case 'value':
      return { event, property, compare }
    case 'over':
      return { days: arg.int({ required: true, description: mostDays }), compare }
    case 'stickiness':
      return { days: arg.int({ required: true, defaultValue: 30, description: mostDays }), compare }
    case 'share':
    case 'running':
      return { of: arg.string({ required: true, description: 'The name of a measure that needs no arguments; it need not be selected.' }), compare }
    default:
      return { ...estimate, compare }
  }
}
