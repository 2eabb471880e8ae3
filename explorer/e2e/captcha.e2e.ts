// The forms of those who are not logged in where a captcha is configured: a system of its own, since few attempts in a row are let through there.
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loginOf, screenshots, startExplorer, type Explorer, type Login } from './browser.ts'
import { startCaptchaProvider, type CaptchaProvider } from './captchaProvider.ts'
import { logInOn } from './entry.suite.ts'
import { goodPassword, registerByRequest } from './mails.ts'

describe('the captcha in a browser', () => {
  let provider: CaptchaProvider
  let explorer: Explorer
  beforeAll(async () => {
    provider = await startCaptchaProvider()
    explorer = await startExplorer({ env: provider.env })
  })
  afterAll(async () => {
    await explorer?.close()
    provider?.close()
  })

  const solve = (page: Page) => page.getByRole('button', { name: 'I am not a robot' })
  const solved = (page: Page) => page.getByRole('button', { name: 'Solved' })
  const asked = (page: Page) => page.getByRole('alert').filter({ hasText: 'Show that you are a person' })
  const post = (path: string, data: object) =>
    fetch(`${explorer.url}/api/auth${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(data) })

  async function guess({ email }: Login, times: number): Promise<void> {
    for (let failure = 0; failure < times; failure += 1) expect((await post('/login', { email, password: 'not the password' })).status).toBe(401)
  }

  it('a login after many failures is refused without, let in with it, and each answer is good once', async () => {
    const person = loginOf(explorer.tenant, 'owner')
    await guess(person, 5)
    const { page, problems } = await explorer.open({ role: null, path: '/login' })
    const scripts: string[] = []
    page.on('request', (request) => scripts.push(request.url()))
    const tokens: unknown[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/api/auth/login')) tokens.push((request.postDataJSON() as Record<string, unknown>)['recaptchaToken'])
    })
    expect(await solve(page).count()).toBe(0)
    await logInOn(page, person)
    await asked(page).waitFor()
    await solve(page).waitFor()
    await page.screenshot({ path: join(screenshots, 'captcha-light-1280.png') })
    // Still not solved.
    await logInOn(page, person)
    await asked(page).waitFor()
    expect(provider.looked).toEqual({ good: 0, bad: 0 })

    await solve(page).click()
    await solved(page).waitFor()
    await logInOn(page, { ...person, password: 'not the password' })
    await page.getByRole('alert').filter({ hasText: /wrong/i }).waitFor()
    // A new one is needed for the next attempt.
    await solve(page).waitFor()
    expect(provider.looked).toEqual({ good: 1, bad: 0 })
    const [used] = tokens.filter((token) => token !== null)
    expect((await post('/login', { ...person, recaptchaToken: used })).status).toBe(403)
    expect(provider.looked).toEqual({ good: 1, bad: 1 })

    await solve(page).click()
    await solved(page).waitFor()
    await logInOn(page, person)
    await page.getByRole('heading', { name: 'Metrics' }).waitFor()
    expect(new Set(tokens).size).toBe(3)
    expect(scripts.filter((url) => url.includes('/api.js'))).toHaveLength(1)
    expect(problems).toEqual([])
  })

  it('where its script does not come the form says so and what else there is, and loads it when it is back', async () => {
    const person = loginOf(explorer.tenant, 'viewer')
    await guess(person, 5)
    provider.isUp = false
    const { page, problems } = await explorer.open({ role: null, path: '/login' })
    await logInOn(page, person)
    await page.getByRole('alert').filter({ hasText: 'The captcha could not be loaded.' }).waitFor()
    await page.screenshot({ path: join(screenshots, 'captcha-away-light-1280.png') })
    provider.isUp = true
    await page.getByRole('button', { name: 'Load it again' }).click()
    await solve(page).click()
    await solved(page).waitFor()
    await logInOn(page, person)
    await page.getByRole('heading', { name: 'Metrics' }).waitFor()
    expect(problems).toEqual([])
  })

  it('whoever makes many accounts or asks for many mails solves it too', async () => {
    for (let account = 0; account < 5; account += 1) await registerByRequest(explorer, `many.${account}@umg.test`)
    const { page, problems } = await explorer.open({ role: null, path: '/register' })
    await page.getByLabel('Name', { exact: true }).fill('One More')
    await page.getByLabel('E-mail').fill('one.more@umg.test')
    await page.getByLabel('Password', { exact: true }).fill(goodPassword)
    await page.getByRole('button', { name: 'Make the account' }).click()
    await asked(page).waitFor()
    await solve(page).click()
    await solved(page).waitFor()
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.getByText('A mail is on its way to one.more@umg.test').waitFor()

    for (let mail = 0; mail < 5; mail += 1) expect((await post('/forgot-password', { email: 'nobody@umg.test' })).status).toBe(200)
    await page.context().clearCookies()
    await page.goto('/forgot')
    await page.getByLabel('E-mail').fill('nobody@umg.test')
    await page.getByRole('button', { name: 'Send the mail' }).click()
    await asked(page).waitFor()
    await solve(page).click()
    await solved(page).waitFor()
    await page.getByRole('button', { name: 'Send the mail' }).click()
    await page.getByRole('heading', { name: 'Look at your mail' }).waitFor()
    expect(problems).toEqual([])
  })

  it('nothing but the provider is let in by the policy of the page', async () => {
    const policy = (await fetch(`${explorer.url}/login`, { headers: { accept: 'text/html' } })).headers.get('content-security-policy')
    const { origin } = new URL(provider.env['CAPTCHA_SCRIPT_URL'] ?? '')
    expect(policy?.split('; ')).toEqual(expect.arrayContaining([`script-src 'self' ${origin}`, `frame-src ${origin}`]))
  })
})
