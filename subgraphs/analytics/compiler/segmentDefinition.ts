import { z } from 'zod'
import { dimensions, type DimensionField } from '../model/dimensions.ts'
import { timeUnits } from '../model/timeUnits.ts'
import type { FilterInput, SegmentRuleInput } from './request.ts'

// Reads definitions back from where they were kept. They were judged when they were saved; what is no definition any more is a bug.

const text = z.strictObject({
  eq: z.string().nullish(),
  in: z.array(z.string()).nullish(),
  notIn: z.array(z.string()).nullish(),
  contains: z.string().nullish(),
  startsWith: z.string().nullish(),
  isNull: z.boolean().nullish(),
})
const number = z.strictObject({
  eq: z.number().nullish(),
  gt: z.number().nullish(),
  gte: z.number().nullish(),
  lt: z.number().nullish(),
  lte: z.number().nullish(),
})
const textByField = Object.fromEntries(dimensions.map(({ field }) => [field, text.nullish()])) as Record<
  DimensionField,
  z.ZodOptional<z.ZodNullable<typeof text>>
>
const filter: z.ZodType<FilterInput> = z.lazy(() =>
  z.strictObject({
    ...textByField,
    and: z.array(filter).nullish(),
    or: z.array(filter).nullish(),
    not: filter.nullish(),
    property: z.strictObject({ name: z.string(), text: text.nullish(), number: number.nullish() }).nullish(),
  }),
)
const instant = z.iso.datetime().transform((each) => new Date(each))
const within = z.strictObject({ start: instant.nullish(), end: instant.nullish(), last: z.int().nullish(), unit: z.enum(timeUnits).nullish() })
const behaviour = z.strictObject({
  event: z.string().nullish(),
  where: filter.nullish(),
  atLeast: z.int().nullish(),
  atMost: z.int().nullish(),
  within: within.nullish(),
  includeRefunds: z.boolean().nullish(),
})
const rule: z.ZodType<SegmentRuleInput> = z.lazy(() =>
  z.strictObject({ all: z.array(rule).nullish(), any: z.array(rule).nullish(), not: rule.nullish(), did: behaviour.nullish(), is: filter.nullish() }),
)

export const parseDefinition = (stored: unknown): SegmentRuleInput => rule.parse(stored)

/** As it is kept and shown: plain JSON without what was left out; instants are RFC 3339. */
export function printDefinition(definition: SegmentRuleInput): unknown {
  return JSON.parse(JSON.stringify(definition, (_key, value: unknown) => (value === null ? undefined : value)))
}
