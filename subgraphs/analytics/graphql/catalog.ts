import type { KnownEvent } from '#db/analytics/eventCatalog.ts'
import { builder } from '../builder.ts'
import { dimensions } from '../model/dimensions.ts'
import { measures, needsArguments } from '../model/measures.ts'

type FieldValue = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly type: string
  readonly unit: string | null
  readonly isDerived: boolean
  readonly needsArguments: boolean
  readonly source: string | null
}

const CatalogFieldRef = builder.objectRef<FieldValue>('CatalogField').implement({
  description: 'Something that can be asked for, and how it is defined.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As it is written in a question.' }),
    title: t.exposeString('title', { description: 'As it is shown to people.' }),
    description: t.exposeString('description', { description: 'What it means.' }),
    type: t.exposeString('type', { description: 'The scalar or entity that it is answered as.' }),
    unit: t.exposeString('unit', { nullable: true, description: 'currency is the reporting currency; null when it has none.' }),
    isDerived: t.exposeBoolean('isDerived', { description: 'Whether it is made of other measures.' }),
    needsArguments: t.exposeBoolean('needsArguments', { description: 'Whether a measure cannot be asked for by its name alone.' }),
    source: t.exposeString('source', { nullable: true, description: 'How it is counted.' }),
  }),
})

const CatalogEventRef = builder.objectRef<KnownEvent>('CatalogEvent').implement({
  description: "The name of an event in the tenant's data.",
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As it was sent.' }),
    firstSeen: t.field({ type: 'DateTime', nullable: true, description: 'When it was first sent.', resolve: (event) => event.firstSeen }),
    lastSeen: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last sent, to the granularity at which that is kept.',
      resolve: (event) => event.lastSeen,
    }),
    isConversion: t.exposeBoolean('isConversion', { description: 'Whether any app counts it as a conversion.' }),
    properties: t.field({
      type: [CatalogFieldRef],
      description: 'Its own properties by name.',
      resolve: (event) =>
        event.properties.map(({ name, type }) => ({
          name,
          title: name,
          description: `A property of ${event.name}.`,
          type,
          unit: null,
          isDerived: false,
          needsArguments: false,
          source: `property of events named ${event.name}`,
        })),
    }),
  }),
})

const CatalogRef = builder.objectRef<object>('Catalog').implement({
  description: 'What can be asked for.',
  fields: (t) => ({
    measures: t.field({
      type: [CatalogFieldRef],
      description: 'The measures of metrics.',
      resolve: () =>
        measures.map((measure) => {
          const { kind, name, title, description, type, unit, source } = measure
          const isDerived = ['ratio', 'difference', 'stickiness', 'share', 'running'].includes(kind)
          return { name, title, description, type, unit, isDerived, needsArguments: needsArguments(measure), source }
        }),
    }),
    dimensions: t.field({
      type: [CatalogFieldRef],
      description: 'What can be grouped and filtered by.',
      resolve: () =>
        dimensions.map(({ name, title, description, entity, column }) => ({
          name,
          title,
          description,
          type: entity ?? 'String',
          unit: null,
          isDerived: false,
          needsArguments: false,
          source: `events.${column}`,
        })),
    }),
    events: t.field({
      type: [CatalogEventRef],
      description: 'The names of events by name, at most 5000.',
      resolve: async (_catalog, _arguments, { engine, identity }) => [...(await engine.events({ identity }))],
    }),
  }),
})

builder.queryField('catalog', (t) =>
  t.field({ type: CatalogRef, nullable: true, needs: 'analytics:read', description: 'What can be asked for.', resolve: () => ({}) }),
)
