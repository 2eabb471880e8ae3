// The whole system as its user starts it, and a real browser in front of it.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Demo } from '#db/seed/demo.ts'
import { projectRoot } from '#ops/config.ts'
import { startSystem, type RunningSystem, type SystemOptions } from '#ops/e2e/system.ts'
import { launchChromium } from './chromium.ts'

export type Theme = 'light' | 'dark'
/** What somebody logs in with. */
export type Login = { readonly email: string; readonly password: string }
export type OpenOptions = {
  readonly theme?: Theme
  readonly width?: number
  /** Whose login; null: nobody's. By default the owner of acme. */
  readonly role?: 'owner' | 'admin' | 'user' | 'viewer' | null
  /** Whose login instead of one by role: of another tenant, or of none. */
  readonly as?: Login
  /** Where to begin, such as /cohorts?grain=day. */
  readonly path?: string
}

export type Explorer = {
  readonly system: RunningSystem
  readonly url: string
  readonly tenant: Demo['tenants'][number]
  /** A page in a browser profile of its own, logged in. */
  readonly open: (options?: OpenOptions) => Promise<OpenedPage>
  readonly close: () => Promise<void>
}

/** `problems` are errors that scripts threw and what the page's policy refused. */
export type OpenedPage = { readonly page: Page; readonly context: BrowserContext; readonly problems: readonly string[] }

/** Waits longer than any answer takes on a busy machine. */
const waitMs = 20_000

/** Where pictures of the pages are kept, to be looked at. */
export const screenshots = join(projectRoot, '.data/screenshots')

/** `env` is what the system is configured with beside its ports. */
export async function startExplorer({ env = {} }: Pick<SystemOptions, 'env'> = {}): Promise<Explorer> {
  mkdirSync(screenshots, { recursive: true })
  const [system, browser] = await Promise.all([startSystem({ timeoutMs: 240_000, env }), launchChromium()])
  const url = `http://127.0.0.1:${system.port}`
  const tenant = system.demo.tenants[0]
  if (tenant === undefined) throw new Error('The demo has no tenant.')
  await postKnownEvents(system, tenant.ingestKey)
  return {
    system,
    url,
    tenant,
    open: (options = {}) => openPage({ browser, url, tenant, options }),
    close: async () => {
      await browser.close()
      await system.remove()
    },
  }
}

type Opening = { readonly browser: Browser; readonly url: string; readonly tenant: Explorer['tenant']; readonly options: OpenOptions }

async function openPage({ browser, url, tenant, options }: Opening): Promise<OpenedPage> {
  const { theme = 'light', width = 1280, role = 'owner', path = '/metrics' } = options
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: width < 600 ? 844 : 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(waitMs)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy|\[Vue warn\]/.test(message.text())) problems.push(message.text())
  })
  // The cookie is all that a browser keeps of a login: the page gets its token by it, as after a reload.
  const login = options.as ?? (role === null ? null : loginOf(tenant, role))
  if (login !== null) await logInByRequest(context, login)
  await page.goto(path)
  await page.locator('h1').waitFor()
  return { page, context, problems }
}

/** The demo's login of a role. */
export function loginOf(tenant: Explorer['tenant'], role: string): Login {
  const user = tenant.users.find((each) => each.role === role)
  if (user === undefined) throw new Error(`The demo has no ${role}.`)
  return user
}

async function logInByRequest(context: BrowserContext, { email, password }: Login): Promise<void> {
  const answer = await context.request.post('/api/auth/login', { data: { email, password } })
  if (!answer.ok()) throw new Error(`The login of ${email} was answered with ${answer.status()}.`)
}

/** What the numbers of the tests are about: a country that the demo world has not. */
export const knownCountry = 'IS'
export const knownInstalls = 40
const day = 86_400_000

/** One install a user over the last days but today, a purchase of 10 USD on the day after for every second one. */
async function postKnownEvents(system: RunningSystem, ingestKey: string): Promise<void> {
  const today = Math.floor(Date.now() / day) * day
  const events = Array.from({ length: knownInstalls }, (_each, index) => {
    const at = today - (2 + (index % 20)) * day + 3_600_000
    const shared = { userId: `known-${index}`, country: knownCountry, platform: 'web', app: 'shop' }
    const install = { ...shared, eventId: `known-install-${index}`, event: 'install', occurredAt: new Date(at).toISOString() }
    const purchase = {
      ...shared,
      eventId: `known-purchase-${index}`,
      event: 'purchase',
      occurredAt: new Date(at + day).toISOString(),
      revenue: { amount: '10.00', currency: 'USD' },
    }
    return index % 2 === 0 ? [install, purchase] : [install]
  }).flat()
  const answer = await fetch(`http://127.0.0.1:${system.port + 5}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ingestKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(events),
  })
  const { accepted } = (await answer.json()) as { accepted: number }
  if (accepted !== events.length) throw new Error(`${accepted} of ${events.length} events were accepted.`)
}
