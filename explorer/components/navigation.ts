import {
  Activity,
  ChartLine,
  Filter,
  Grid3x3,
  HardDriveUpload,
  KeyRound,
  Mail,
  MonitorSmartphone,
  ScrollText,
  Settings,
  UserPlus,
  Users,
  Waypoints,
  Webhook,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { LocationQuery } from 'vue-router'

export type NavigationEntry = {
  readonly to: string
  readonly title: string
  readonly icon: Component
  /** Whether it asks about the same data: the zone and the filters of the question go along. */
  readonly isAnalysis: boolean
}

/** The pages of the side navigation, in its order. A page also needs its route in router.ts. */
export const navigation: readonly NavigationEntry[] = [
  { to: '/metrics', title: 'Metrics', icon: ChartLine, isAnalysis: true },
  { to: '/funnel', title: 'Funnel', icon: Filter, isAnalysis: true },
  { to: '/cohorts', title: 'Cohorts', icon: Grid3x3, isAnalysis: true },
  { to: '/attribution', title: 'Attribution', icon: Waypoints, isAnalysis: true },
  { to: '/segments', title: 'Segments', icon: Users, isAnalysis: false },
  { to: '/live', title: 'Live', icon: Activity, isAnalysis: false },
  { to: '/streams', title: 'Streams', icon: Webhook, isAnalysis: false },
  { to: '/add-data', title: 'Add data', icon: HardDriveUpload, isAnalysis: false },
]

export type SettingsEntry = Pick<NavigationEntry, 'to' | 'title' | 'icon'> & {
  /** Who has it sees the page; null: everybody who is logged in. */
  readonly scope: string | null
  /** Whether it is there in development alone, where mails are kept in a folder. */
  readonly isOfOutbox?: boolean
}

/** The pages below those, for what surrounds the data. */
const settings: readonly SettingsEntry[] = [
  { to: '/settings', title: 'Tenant', icon: Settings, scope: null },
  { to: '/members', title: 'Members', icon: UserPlus, scope: 'members:read' },
  { to: '/keys', title: 'Keys', icon: KeyRound, scope: 'keys:write' },
  { to: '/audit', title: 'Audit log', icon: ScrollText, scope: 'audit:read' },
  { to: '/sessions', title: 'Sessions', icon: MonitorSmartphone, scope: null },
  { to: '/outbox', title: 'Outbox', icon: Mail, scope: null, isOfOutbox: true },
]

/** Those that somebody with these scopes may open. */
export const settingsFor = (scopes: readonly string[], hasOutbox: boolean): readonly SettingsEntry[] =>
  settings.filter(({ scope, isOfOutbox }) => (scope === null || scopes.includes(scope)) && (isOfOutbox !== true || hasOutbox))

const shared = ['tz', 'where']

/** The part of a question that is about the data and not about how it is looked at. */
export const sharedParameters = (query: LocationQuery): LocationQuery => Object.fromEntries(Object.entries(query).filter(([name]) => shared.includes(name)))
