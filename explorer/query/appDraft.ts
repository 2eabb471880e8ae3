import type { CreateAppInput } from '../operations/generated/graphql.ts'
import { wordsIn } from './keyDraft.ts'

/** An app as it is filled in. */
export type AppDraft = {
  readonly name: string
  readonly platform: string
  readonly bundleId: string
  readonly timeZone: string
  readonly currency: string
  readonly clickDays: string
  readonly viewDays: string
  /** Names of events, separated by commas or spaces. */
  readonly events: string
}

type KnownApp = {
  readonly name: string | null
  readonly platform: string | null
  readonly bundleId: string | null
  readonly timeZone: string | null
  readonly currency: string | null
  readonly clickLookbackDays: number | null
  readonly viewLookbackDays: number | null
  readonly conversionEvents: readonly string[] | null
}

/** The platforms that SDKs know; '' is several. */
export const platforms = ['', 'ios', 'android', 'web'] as const

export const newApp = (currency: string, timeZone: string): AppDraft => ({
  name: '',
  platform: '',
  bundleId: '',
  timeZone,
  currency,
  clickDays: '7',
  viewDays: '1',
  events: 'install, sign_up, purchase, subscribe',
})

export const draftOf = (app: KnownApp): AppDraft => ({
  name: app.name ?? '',
  platform: app.platform ?? '',
  bundleId: app.bundleId ?? '',
  timeZone: app.timeZone ?? 'UTC',
  currency: app.currency ?? '',
  clickDays: String(app.clickLookbackDays ?? 7),
  viewDays: String(app.viewLookbackDays ?? 1),
  events: (app.conversionEvents ?? []).join(', '),
})

/** Whether the server could take it; what it refuses nonetheless it says itself. */
export const isWhole = (draft: AppDraft): boolean =>
  draft.name.trim() !== '' &&
  /^[A-Za-z]{3}$/.test(draft.currency.trim()) &&
  isDays(draft.clickDays, 1) &&
  isDays(draft.viewDays, 0) &&
  wordsIn(draft.events).length > 0

const isDays = (text: string, min: number): boolean => /^\d{1,2}$/.test(text.trim()) && Number(text) >= min && Number(text) <= 90

export const appInput = (draft: AppDraft): CreateAppInput => ({
  name: draft.name.trim(),
  platform: draft.platform === '' ? null : draft.platform,
  bundleId: draft.bundleId.trim() === '' ? null : draft.bundleId.trim(),
  timeZone: draft.timeZone.trim(),
  currency: draft.currency.trim().toUpperCase(),
  clickLookbackDays: Number(draft.clickDays),
  viewLookbackDays: Number(draft.viewDays),
  conversionEvents: wordsIn(draft.events),
})
