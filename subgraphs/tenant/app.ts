import { builder } from './builder.ts'
import { InputCheck, isCurrency, isEventName, isName, isTimeZone, readFirst } from './input.ts'
import type { AppRow } from './rows.ts'

const MAX_CONVERSION_EVENTS = 50

export const AppRef = builder.objectRef<AppRow>('App').implement({
  description: 'A mobile app or site whose events are tracked. Everything but the id is null for an app that the viewer may not see.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id that events carry.' }),
    name: t.exposeString('name', { nullable: true, description: 'Unique in the tenant; the word that events may use instead of the id.' }),
    platform: t.exposeString('platform', { nullable: true, description: 'Such as ios, android or web; null when it is on several.' }),
    timeZone: t.exposeString('timeZone', { nullable: true, description: 'IANA name; the zone of its day.' }),
    currency: t.exposeString('currency', { nullable: true, description: 'ISO 4217; of amounts that come without one.' }),
    conversionEvents: t.stringList({
      nullable: true,
      description: 'The names of the events that are conversions.',
      resolve: (app) => app.conversionEvents && [...app.conversionEvents],
    }),
  }),
})

builder.asEntity(AppRef, {
  key: builder.selection<{ id: string | number }>('id'),
  resolveReference: ({ id }, { loaders }) => loaders.app.load(String(id)),
})

builder.queryField('apps', (t) =>
  t.field({
    type: [AppRef],
    nullable: true,
    needs: 'tenant:read',
    description: "The tenant's apps by name.",
    args: { first: t.arg.int({ required: true, defaultValue: 100, description: 'At most this many, 1 to 500.' }) },
    resolve: async (_root, { first }, { store }) => [...(await store.listApps(readFirst(first)))],
  }),
)

const CreateAppInput = builder.inputType('CreateAppInput', {
  description: 'A new app.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 100 characters, unique in the tenant.' }),
    platform: t.string({ description: 'Such as ios, android or web; null when it is on several.' }),
    timeZone: t.string({ required: true, description: 'IANA name, such as Europe/Berlin.' }),
    currency: t.string({ required: true, description: 'ISO 4217, such as USD.' }),
    conversionEvents: t.stringList({ description: 'Names of the events that are conversions; left out: install, sign_up, purchase, subscribe.' }),
  }),
})

builder.mutationField('createApp', (t) =>
  t.field({
    type: AppRef,
    needs: 'tenant:write',
    description: 'Adds an app to the tenant.',
    args: { input: t.arg({ type: CreateAppInput, required: true, description: 'The app.' }) },
    resolve: (_root, { input }, { store }) => {
      const { name, timeZone, currency } = input
      const platform = input.platform ?? null
      const conversionEvents = input.conversionEvents ?? null
      const check = new InputCheck()
      check.expect(isName(name), 'name', 'must have 1 to 100 characters and no blanks around it')
      check.expect(platform === null || isName(platform), 'platform', 'must have 1 to 100 characters')
      check.expect(isTimeZone(timeZone), 'timeZone', 'must be an IANA name such as Europe/Berlin')
      check.expect(isCurrency(currency), 'currency', 'must be a currency of ISO 4217 such as USD')
      check.expect(
        conversionEvents === null || (conversionEvents.length <= MAX_CONVERSION_EVENTS && conversionEvents.every(isEventName)),
        'conversionEvents',
        `must be at most ${MAX_CONVERSION_EVENTS} names of events`,
      )
      check.done()
      return store.createApp({ name, platform, timeZone, currency, conversionEvents })
    },
  }),
)
