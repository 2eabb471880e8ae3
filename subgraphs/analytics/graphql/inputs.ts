import { builder } from '../builder.ts'
import { dimensions, type DimensionField } from '../model/dimensions.ts'
import { limits } from '../model/limits.ts'
import type { FilterInput } from '../compiler/request.ts'
import { DimensionRef, DirectionRef, TimeUnitRef } from './enums.ts'

export const RangeInputRef = builder.inputType('RangeInput', {
  description: `Half-open. Either start and end, or last and unit: whole units before the current one, [floor(now) - last, floor(now)); with includeCurrent the last of them is the current one and ends now. At most ${limits.rangeDays} days.`,
  fields: (t) => ({
    start: t.field({ type: 'DateTime', description: 'Included.' }),
    end: t.field({ type: 'DateTime', description: 'Not included.' }),
    last: t.int({ description: 'How many units, at least 1.' }),
    unit: t.field({ type: TimeUnitRef, description: "Cut in the question's time zone." }),
    includeCurrent: t.boolean({ required: true, defaultValue: false, description: 'Whether the current unit is the last one.' }),
  }),
})

export const GroupByRef = builder.inputType('GroupBy', {
  isOneOf: true,
  description: "Exactly one member. Time is bucketed in the question's timeZone; weeks start on Monday.",
  fields: (t) => ({
    time: t.field({ type: TimeUnitRef, description: 'A bucket of time; rows exist where data exists.' }),
    dimension: t.field({ type: DimensionRef, description: 'A dimension.' }),
    property: t.string({ description: "One of the events' own properties, by name." }),
    segment: t.id({ description: 'Members of a segment and all others, by its id. Events of nobody are among the others.' }),
  }),
})

export const StringFilterRef = builder.inputType('StringFilter', {
  description: 'All members must hold. An absent value is the empty text: it is in no list, and notIn holds for it. Letters are compared as they are written.',
  fields: (t) => ({
    eq: t.string({ description: 'Is this.' }),
    in: t.stringList({ description: 'Is one of these; none when empty.' }),
    notIn: t.stringList({ description: 'Is none of these.' }),
    contains: t.string({ description: 'Has this in it.' }),
    startsWith: t.string({ description: 'Begins with this.' }),
    isNull: t.boolean({ description: 'Is absent, or is not.' }),
  }),
})

export const IDFilterRef = builder.inputType('IDFilter', {
  description: 'All members must hold. An absent id is in no list, and notIn holds for it.',
  fields: (t) => ({
    eq: t.id({ description: 'Is this.' }),
    in: t.idList({ description: 'Is one of these; none when empty.' }),
    notIn: t.idList({ description: 'Is none of these.' }),
    isNull: t.boolean({ description: 'Is absent, or is not.' }),
  }),
})

export const NumberFilterRef = builder.inputType('NumberFilter', {
  description: 'All members must hold; none does for a value that is absent or no number.',
  fields: (t) => ({ eq: t.float({}), gt: t.float({}), gte: t.float({}), lt: t.float({}), lte: t.float({}) }),
})

const PropertyFilterRef = builder.inputType('PropertyFilter', {
  description: "One of the events' own properties.",
  fields: (t) => ({
    name: t.string({ required: true, description: `At most ${limits.propertyNameLength} characters.` }),
    text: t.field({ type: StringFilterRef, description: 'The value as text; a boolean is true or false.' }),
    number: t.field({ type: NumberFilterRef, description: 'The value as a number.' }),
  }),
})

/** The filter is within itself, so its shape is written down. `FilterInput` is what the compiler reads. */
export const FilterRef = builder.inputRef<FilterInput>('Filter')
FilterRef.implement({
  description:
    'All members must hold; `or` over nothing never does. Filters describe the entry of a cohort, the first step of a funnel, the conversion of an attribution; touches are filtered apart.',
  fields: (t) => {
    const texts = dimensions.map((dimension) => {
      const type = dimension.entity === null ? StringFilterRef : IDFilterRef
      return [dimension.field, t.field({ type, description: dimension.description })] as const
    })
    return {
      and: t.field({ type: [FilterRef], description: 'Each must hold.' }),
      or: t.field({ type: [FilterRef], description: 'One must hold.' }),
      not: t.field({ type: FilterRef, description: 'Must not hold.' }),
      segment: t.id({ description: 'The user is a member of the segment, by its id; nobody is not.' }),
      property: t.field({ type: PropertyFilterRef, description: "One of the events' own properties." }),
      ...(Object.fromEntries(texts) as Record<DimensionField, (typeof texts)[number][1]>),
    }
  },
})

export const OrderByRef = builder.inputType('OrderBy', {
  description:
    "Exactly one of measure, dimension and alias; alias is a response key of the row's selection, such as before or purchases. What is left equal comes by the groups in the order of groupBy, ascending, absent values last.",
  fields: (t) => ({
    measure: t.string({ description: 'The name of a measure; it need not be selected.' }),
    dimension: t.field({ type: DimensionRef, description: 'One that is grouped by.' }),
    alias: t.string({ description: 'A response key of the selection of rows.' }),
    direction: t.field({ type: DirectionRef, required: true, defaultValue: 'DESC', description: 'Absent values come last in both.' }),
  }),
})
