import { failure } from '#ops/service/errors.ts'
import { isAbsent } from '#ops/service/presence.ts'
import { builder } from './builder.ts'
import { InputCheck, isCurrency, isEventName, isName, isTimeZone, readFirst } from './input.ts'
import type { AppRow, NewAppRow } from './rows.ts'

const MAX_CONVERSION_EVENTS = 50
const MAX_LOOKBACK_DAYS = 90

export const AppRef = builder.objectRef<AppRow>('App').implement({
  description: 'A mobile app or site whose events are tracked. Everything but the id is null for an app that the viewer may not see.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id that events carry.' }),
    name: t.exposeString('name', { nullable: true, description: 'Unique in the tenant; the word that events may use instead of the id.' }),
    platform: t.exposeString('platform', { nullable: true, description: 'Such as ios, android or web; null when it is on several.' }),
    bundleId: t.exposeString('bundleId', { nullable: true, description: 'Its bundle or package id in the stores; null when it has none.' }),
    timeZone: t.exposeString('timeZone', { nullable: true, description: 'IANA name; the zone of its day.' }),
    currency: t.exposeString('currency', { nullable: true, description: 'ISO 4217; of amounts that come without one.' }),
    clickLookbackDays: t.exposeInt('clickLookbackDays', { nullable: true, description: 'How far back a click may lie to be owed a conversion.' }),
    viewLookbackDays: t.exposeInt('viewLookbackDays', { nullable: true, description: 'How far back a view may lie to be owed a conversion; 0 is never.' }),
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
    resolve: async (_root, { first }, { apps }) => [...(await apps.list(readFirst(first)))],
  }),
)

const CreateAppInput = builder.inputType('CreateAppInput', {
  description: 'A new app.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 100 characters, unique in the tenant.' }),
    platform: t.string({ description: 'Such as ios, android or web; null when it is on several.' }),
    bundleId: t.string({ description: 'Its bundle or package id in the stores, such as com.example.shop.' }),
    timeZone: t.string({ required: true, description: 'IANA name, such as Europe/Berlin.' }),
    currency: t.string({ required: true, description: 'ISO 4217, such as USD.' }),
    clickLookbackDays: t.int({ description: 'How far back a click may lie to be owed a conversion, 1 to 90; left out: 7.' }),
    viewLookbackDays: t.int({ description: 'The same for a view, 0 (never) to 90; left out: 1.' }),
    conversionEvents: t.stringList({ description: 'Names of the events that are conversions; left out: install, sign_up, purchase, subscribe.' }),
  }),
})

const UpdateAppInput = builder.inputType('UpdateAppInput', {
  description: 'What is to be changed of an app; what is left out stays.',
  fields: (t) => ({
    name: t.string({ description: '1 to 100 characters, unique in the tenant.' }),
    platform: t.string({ description: 'Such as ios, android or web; null when it is on several.' }),
    bundleId: t.string({ description: 'Its bundle or package id in the stores; null for none.' }),
    timeZone: t.string({ description: 'IANA name, such as Europe/Berlin.' }),
    currency: t.string({ description: 'ISO 4217, such as USD.' }),
    clickLookbackDays: t.int({ description: 'How far back a click may lie to be owed a conversion, 1 to 90.' }),
    viewLookbackDays: t.int({ description: 'The same for a view, 0 (never) to 90.' }),
    conversionEvents: t.stringList({ description: 'Names of the events that are conversions; for events written from then on.' }),
  }),
})

const DEFAULTS = { clickLookbackDays: 7, viewLookbackDays: 1, conversionEvents: ['install', 'sign_up', 'purchase', 'subscribe'] } as const

builder.mutationField('createApp', (t) =>
  t.field({
    type: AppRef,
    needs: 'tenant:write',
    description: 'Adds an app to the tenant.',
    args: { input: t.arg({ type: CreateAppInput, required: true, description: 'The app.' }) },
    resolve: (_root, { input }, { apps }) => {
      const { name, timeZone, currency, platform = null, bundleId = null } = input
      const app = {
        name,
        platform,
        bundleId,
        timeZone,
        currency,
        clickLookbackDays: input.clickLookbackDays ?? DEFAULTS.clickLookbackDays,
        viewLookbackDays: input.viewLookbackDays ?? DEFAULTS.viewLookbackDays,
        conversionEvents: input.conversionEvents ?? DEFAULTS.conversionEvents,
      }
      checkApp(app)
      return apps.create(app)
    },
  }),
)

builder.mutationField('updateApp', (t) =>
  t.field({
    type: AppRef,
    needs: 'tenant:write',
    description: 'Changes an app of the tenant. What was written keeps the settings it was written under.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the app.' }),
      input: t.arg({ type: UpdateAppInput, required: true, description: 'The changes.' }),
    },
    resolve: async (_root, { id, input }, { apps }) => {
      const { platform, bundleId } = input
      // Null takes these two away; the others always have a value, so null leaves them as they are.
      const changes: Partial<NewAppRow> = {
        ...(platform === undefined ? {} : { platform }),
        ...(bundleId === undefined ? {} : { bundleId }),
        ...present('name', input.name),
        ...present('timeZone', input.timeZone),
        ...present('currency', input.currency),
        ...present('clickLookbackDays', input.clickLookbackDays),
        ...present('viewLookbackDays', input.viewLookbackDays),
        ...present('conversionEvents', input.conversionEvents),
      }
      checkApp(changes)
      const app = await apps.update(id, changes)
      if (app === null) throw failure('NOT_FOUND', { what: 'app' })
      return app
    },
  }),
)

const present = <Name extends string, Value>(name: Name, value: Value | null | undefined): Partial<Record<Name, Value>> =>
  isAbsent(value) ? {} : ({ [name]: value } as Record<Name, Value>)

/** Throws BAD_USER_INPUT with everything that is wrong with what is given. */
function checkApp({ name, platform, bundleId, timeZone, currency, clickLookbackDays, viewLookbackDays, conversionEvents }: Partial<NewAppRow>): void {
  const check = new InputCheck()
  check.expect(name === undefined || isName(name), 'name', 'must have 1 to 100 characters and no blanks around it')
  check.expect(isAbsent(platform) || isName(platform), 'platform', 'must have 1 to 100 characters')
  check.expect(isAbsent(bundleId) || isBundleId(bundleId), 'bundleId', 'must be letters, digits, dots, hyphens and underscores, at most 155')
  check.expect(timeZone === undefined || isTimeZone(timeZone), 'timeZone', 'must be an IANA name such as Europe/Berlin')
  check.expect(currency === undefined || isCurrency(currency), 'currency', 'must be a currency of ISO 4217 such as USD')
  check.expect(clickLookbackDays === undefined || isWithin(clickLookbackDays, 1), 'clickLookbackDays', `must be 1 to ${MAX_LOOKBACK_DAYS}`)
  check.expect(viewLookbackDays === undefined || isWithin(viewLookbackDays, 0), 'viewLookbackDays', `must be 0 to ${MAX_LOOKBACK_DAYS}`)
  check.expect(
    conversionEvents === undefined || (conversionEvents.length <= MAX_CONVERSION_EVENTS && conversionEvents.every(isEventName)),
    'conversionEvents',
    `must be at most ${MAX_CONVERSION_EVENTS} names of events`,
  )
  check.done()
}

const isBundleId = (text: string): boolean => /^[A-Za-z0-9][\w.-]{0,154}$/.test(text)
const isWithin = (days: number, least: number): boolean => days >= least && days <= MAX_LOOKBACK_DAYS
