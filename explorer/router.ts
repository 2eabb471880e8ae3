import { watch } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { keptQuery, pageAfterLogin } from './query/pageAfterLogin.ts'
import { forgetAnswers } from './session/client.ts'
import { isLoggedIn, sessionKnown } from './session/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    readonly title: string
    /** Whether it is shown without a login, and without the frame of the others. */
    readonly isPublic?: boolean
    /** Whether a public page has that frame for those who are logged in. */
    readonly isFramed?: boolean
  }
}

/** Each page is a chunk of its own. */
const routes: readonly RouteRecordRaw[] = [
  { path: '/', redirect: '/metrics' },
  { path: '/login', component: () => import('./pages/LoginPage.vue'), meta: { title: 'Log in', isPublic: true } },
  { path: '/register', component: () => import('./pages/RegisterPage.vue'), meta: { title: 'Make an account', isPublic: true } },
  { path: '/forgot', component: () => import('./pages/ForgotPage.vue'), meta: { title: 'Forgotten password', isPublic: true } },
  { path: '/reset', component: () => import('./pages/ResetPage.vue'), meta: { title: 'New password', isPublic: true } },
  { path: '/verify', component: () => import('./pages/VerifyPage.vue'), meta: { title: 'E-mail address', isPublic: true } },
  { path: '/metrics', component: () => import('./pages/MetricsPage.vue'), meta: { title: 'Metrics' } },
  { path: '/funnel', component: () => import('./pages/FunnelPage.vue'), meta: { title: 'Funnel' } },
  { path: '/cohorts', component: () => import('./pages/CohortsPage.vue'), meta: { title: 'Cohorts' } },
  { path: '/attribution', component: () => import('./pages/AttributionPage.vue'), meta: { title: 'Attribution' } },
  { path: '/segments', component: () => import('./pages/SegmentsPage.vue'), meta: { title: 'Segments' } },
  { path: '/live', component: () => import('./pages/LivePage.vue'), meta: { title: 'Live' } },
  { path: '/streams', component: () => import('./pages/StreamsPage.vue'), meta: { title: 'Streams' } },
  { path: '/add-data', component: () => import('./pages/AddDataPage.vue'), meta: { title: 'Add data' } },
  { path: '/sessions', component: () => import('./pages/SessionsPage.vue'), meta: { title: 'Sessions' } },
  { path: '/invitation', component: () => import('./pages/InvitationPage.vue'), meta: { title: 'Invitation', isPublic: true } },
  { path: '/members', component: () => import('./pages/MembersPage.vue'), meta: { title: 'Members' } },
  { path: '/keys', component: () => import('./pages/KeysPage.vue'), meta: { title: 'Keys' } },
  { path: '/settings', component: () => import('./pages/SettingsPage.vue'), meta: { title: 'Tenant' } },
  { path: '/audit', component: () => import('./pages/AuditPage.vue'), meta: { title: 'Audit log' } },
  { path: '/outbox', component: () => import('./pages/OutboxPage.vue'), meta: { title: 'Outbox', isPublic: true, isFramed: true } },
  { path: '/profile', component: () => import('./pages/ProfilePage.vue'), meta: { title: 'Profile' } },
  { path: '/:rest(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'Not found' } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => (to.path === from.path ? false : (saved ?? { top: 0 })),
})

router.beforeEach(async (to) => {
  const isIn = await sessionKnown()
  if (to.meta.isPublic === true) return isIn && ['/login', '/register'].includes(to.path) ? pageAfterLogin(keptQuery(to.query)['to']) : true
  return isIn ? true : { path: '/login', query: to.path === '/metrics' && Object.keys(to.query).length === 0 ? {} : { to: to.fullPath } }
})

router.afterEach((to, from) => {
  document.title = `${to.meta.title} · UnMoGrowP`
  // Who goes to another page by keyboard or hears it goes on from its beginning.
  if (to.path !== from.path && from.matched.length > 0) document.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true })
})

// A session that ends while a page is open leads to the login, and from there back.
watch(isLoggedIn, async (isIn) => {
  if (isIn) return
  await forgetAnswers()
  const { path, fullPath, meta } = router.currentRoute.value
  if (meta.isPublic !== true) await router.replace({ path: '/login', query: path === '/' ? {} : { to: fullPath } })
})
