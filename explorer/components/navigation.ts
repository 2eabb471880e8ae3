import { Activity, ChartLine, Filter, Grid3x3, HardDriveUpload, Users, Waypoints } from '@lucide/vue'
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
  { to: '/add-data', title: 'Add data', icon: HardDriveUpload, isAnalysis: false },
]

const shared = ['tz', 'where']

/** The part of a question that is about the data and not about how it is looked at. */
export const sharedParameters = (query: LocationQuery): LocationQuery => Object.fromEntries(Object.entries(query).filter(([name]) => shared.includes(name)))
