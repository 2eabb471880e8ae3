import { builder } from '../builder.ts'
import type { IntervalValue } from '../model/interval.ts'

export const IntervalRef = builder.objectRef<IntervalValue>('Interval').implement({
  description: 'What a number lies between at a level of confidence.',
  fields: (t) => ({
    low: t.exposeFloat('low', { description: 'The lower end.' }),
    high: t.exposeFloat('high', { description: 'The upper end.' }),
    level: t.exposeFloat('level', { description: 'The level of confidence, as it was asked for.' }),
    resamples: t.exposeInt('resamples', { nullable: true, description: 'How often users were drawn again; null where the interval is calculated.' }),
  }),
})
