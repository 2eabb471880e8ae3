import type { ReferenceSegment } from '../reference/segments.ts'

const id = (number: number): string => `5e000000-0000-4000-8000-00000000000${number}`

/** Segments of the case world that the questions of the cases name; the texts of their ids say which is which. */
export const caseSegments: readonly ReferenceSegment[] = [
  { id: id(1), name: 'Repeated payers', frozenAt: null, definition: { did: { event: 'purchase', atLeast: 4 } } },
  {
    id: id(2),
    name: 'Asleep',
    frozenAt: null,
    definition: { all: [{ did: { event: 'session' } }, { did: { atMost: 1, within: { last: 1, unit: 'WEEK' } } }] },
  },
  { id: id(3), name: 'In Germany in March', frozenAt: '2026-03-15T00:00:00.000Z', definition: { is: { country: { eq: 'DE' } } } },
  {
    id: id(4),
    name: 'Busy players',
    frozenAt: null,
    definition: {
      did: { event: 'level_up', where: { property: { name: 'level', number: { gte: 3 } } }, atLeast: 2, within: { last: 10, unit: 'DAY' } },
    },
  },
  {
    id: id(5),
    name: 'Signed up and paid in spring',
    frozenAt: null,
    definition: {
      all: [{ did: { event: 'sign_up' } }, { did: { event: 'purchase', atLeast: 2, within: { start: '2026-03-01T00:00:00.000Z' } } }],
    },
  },
]
