/** Every page in a state worth looking at: axe and the screenshots take them all. */
export const pagePaths: readonly { readonly name: string; readonly path: string; readonly isPublic?: boolean }[] = [
  { name: 'login', path: '/login', isPublic: true },
  { name: 'metrics', path: '/metrics' },
  { name: 'metrics-by-channel', path: '/metrics?by=channel&chart=area&measures=revenue,installs,activeUsers,cost' },
  { name: 'funnel', path: '/funnel' },
  { name: 'funnel-by-platform', path: '/funnel?by=platform&exclude=refund' },
  { name: 'funnel-trend', path: '/funnel?view=trend&window=2d&step=install&step=tutorial&step=sign_up&step=purchase' },
  { name: 'funnel-issue', path: '/funnel?step=install&window=400d' },
  { name: 'cohorts', path: '/cohorts' },
  { name: 'cohorts-curve', path: '/cohorts?view=curve&show=ltv' },
  { name: 'attribution', path: '/attribution' },
  {
    name: 'attribution-six-models',
    path: '/attribution?shown=revenue&by=channel&models=first_touch,last_touch,last_non_direct,linear,position_based,time_decay',
  },
  { name: 'segments', path: '/segments' },
  { name: 'live', path: '/live' },
  { name: 'add-data', path: '/add-data' },
  { name: 'not-found', path: '/nowhere' },
]
