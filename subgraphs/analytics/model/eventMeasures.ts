import { all, eventIs, KNOWN_USER } from './condition.ts'
import type { MeasureDefinition } from './measureDefinition.ts'

/** What is counted of the events of one name, and made of their properties. */
export const eventMeasures: readonly MeasureDefinition[] = [
  {
    kind: 'named',
    name: 'eventUsers',
    title: 'Users of an event',
    type: 'BigInt',
    unit: 'users',
    description: 'Distinct known users with a row of that name, touches and refunds included.',
    source: 'distinct user_id of rows whose event is the given name',
    aggregateFor: (event) => ({ kind: 'countUsers', of: all(KNOWN_USER, eventIs(event)) }),
  },
  {
    kind: 'number',
    name: 'number',
    title: 'Number of a property',
    type: 'Decimal',
    unit: null,
    description:
      'Made of the numbers of a property: of rows of the event, without one of all rows that are no touch. A number is decimal text of at most 36 digits before the point, and of those after it the first 20 count; other values do not. Averages and quantiles are worked out exactly and then rounded half away from zero to 6 places. Null when there is no number.',
    source: 'numbers of the property in rows whose event is the given name',
  },
  {
    kind: 'value',
    at: 'first',
    name: 'firstValue',
    title: 'First value of a property',
    type: 'String',
    unit: null,
    description:
      'The text of the property in the first row (by time, then event id) of the event that has it; without an event of any row that is no touch. Null without one.',
    source: 'the property in the first row whose event is the given name',
  },
  {
    kind: 'value',
    at: 'last',
    name: 'lastValue',
    title: 'Last value of a property',
    type: 'String',
    unit: null,
    description:
      'The text of the property in the last row (by time, then event id) of the event that has it; without an event of any row that is no touch. Null without one.',
    source: 'the property in the last row whose event is the given name',
  },
]
