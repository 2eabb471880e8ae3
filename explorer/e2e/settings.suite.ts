import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ask } from '#ops/e2e/system.ts'
import { loginOf, screenshots, type Explorer } from './browser.ts'

export function describeSettings(explorer: () => Explorer): void {
  describe('the tenant page', () => {
    /** The last of the demo's tenants: what is done to it is in nobody's way. */
    const quiet = () => explorer().system.demo.tenants.at(-1)!

    it('renames the tenant, everywhere at once', async () => {
      const { page, problems } = await explorer().open({ as: loginOf(quiet(), 'owner'), path: '/settings' })
      await page.getByLabel('Name', { exact: true }).fill('Quiet Waters')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Saved.').waitFor()
      await page.locator('.tenant').filter({ hasText: 'Quiet Waters' }).waitFor()
      expect(problems).toEqual([])
    })

    it('adds an app and changes it; what the plan allows is shown', async () => {
      const { page, problems } = await explorer().open({ as: loginOf(quiet(), 'admin'), path: '/settings' })
      await page.getByRole('button', { name: 'Add an app' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Name', { exact: true }).fill('Lighthouse')
      await dialog.getByRole('combobox', { name: 'Platform' }).click()
      await page.getByRole('option', { name: 'Android' }).click()
      await dialog.getByLabel('Bundle or package id').fill('example.lighthouse')
      await dialog.getByLabel('Time zone').fill('Europe/Oslo')
      await dialog.getByRole('button', { name: 'Save the app' }).click()
      const app = page.getByRole('region', { name: /^Apps/ }).getByRole('listitem').filter({ hasText: 'Lighthouse' })
      await app.getByText('example.lighthouse').waitFor()
      await app.getByText('Europe/Oslo').waitFor()

      await app.getByRole('button', { name: 'Change Lighthouse' }).click()
      await dialog.getByLabel('Clicks count for, days').fill('30')
      await dialog.getByRole('button', { name: 'Save the app' }).click()
      await app.getByText('clicks 30 d, views 1 d back').waitFor()
      const plan = page.getByRole('region', { name: /^Plan/ })
      await plan.getByText('Apps', { exact: true }).waitFor()
      expect(await plan.getByText(/ of \d|no limit/).count()).toBe(5)
      expect(problems).toEqual([])
    })

    it('shows a viewer who may do what, and lets them change nothing', async () => {
      const { page } = await explorer().open({ role: 'viewer', path: '/settings' })
      const row = page.getByRole('region', { name: 'Permissions', exact: true }).getByRole('row', { name: /audit:read/ })
      await row.waitFor()
      expect(await row.getByRole('img', { name: 'yes' }).count()).toBe(2)
      expect(await page.getByRole('button', { name: /^(Save|Add an app|Change|Rotate|Destroy)/ }).count()).toBe(0)
      expect(await page.getByLabel('Name', { exact: true }).isEditable()).toBe(false)
    })

    it('makes another tenant, whose keys are shown once and work, and goes there', async () => {
      const { page, problems } = await explorer().open({ as: loginOf(quiet(), 'owner'), path: '/settings' })
      const made = page.getByRole('region', { name: 'New tenant' })
      await made.getByLabel('Name of the tenant').fill('Second Harbour')
      expect(await made.getByLabel(/^Short name/).inputValue()).toBe('second-harbour')
      await made.getByRole('button', { name: 'Make the tenant' }).click()
      await page.waitForURL(/making=/)
      const texts = await made.locator('pre').allTextContents()
      expect(new Set(texts.map((text) => /^umg_[a-z]+/.exec(text)?.[0]))).toEqual(new Set(['umg_api', 'umg_ingest']))
      expect(texts).toHaveLength(2)
      await made.getByText('Second Harbour is there.').waitFor({ timeout: 120_000 })
      const key = texts.find((text) => text.startsWith('umg_api')) ?? ''
      const askName = async () => (await ask(explorer().system, { query: '{ tenant { name } }', authorization: key })).data?.tenant?.name as unknown
      await expect.poll(askName, { timeout: 20_000 }).toBe('Second Harbour')

      await page.reload()
      await made.getByText('Second Harbour is there.').waitFor()
      expect(await made.locator('pre').count()).toBe(0)
      await made.getByRole('button', { name: 'Go to Second Harbour' }).click()
      await page.locator('.tenant').filter({ hasText: 'Second Harbour' }).waitFor()
      await page.goto('/members')
      await page
        .getByRole('region', { name: /^In this tenant/ })
        .getByText('you', { exact: true })
        .waitFor()
      expect(problems).toEqual([])
    })

    it('is where somebody begins who has no tenant yet', async () => {
      const login = { email: 'newcomer@settings.example', password: 'a-harbour-of-41-quiet-ships' }
      const registered = await fetch(`${explorer().url}/api/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...login, name: 'Newcomer' }),
      })
      expect(registered.status).toBe(201)
      const { page, problems } = await explorer().open({ as: login, path: '/metrics' })
      await page.waitForURL('**/settings')
      await page.getByRole('heading', { name: 'You are a member of no tenant' }).waitFor()
      expect(await page.getByRole('navigation', { name: 'Pages' }).count()).toBe(0)
      await page.getByLabel('Name of the tenant').fill('Newcomers')
      await page.getByRole('button', { name: 'Make the tenant' }).click()
      await page.getByRole('button', { name: 'Go to Newcomers' }).click({ timeout: 120_000 })
      await page.locator('.tenant').filter({ hasText: 'Newcomers' }).waitFor()
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Metrics' }).waitFor()
      await page.goto('/settings')
      await page
        .getByRole('region', { name: /^Plan/ })
        .getByText(/ of \d|no limit$/)
        .first()
        .waitFor()
      await page.screenshot({ path: join(screenshots, 'settings-new-tenant-light-1280.png') })
      expect(problems).toEqual([])
    })

    it('rotates the key of personal data, and destroys it for who types the short name', async () => {
      const { page } = await explorer().open({ as: loginOf(quiet(), 'owner'), path: '/settings' })
      await page.getByRole('button', { name: 'Rotate the key' }).click()
      await page.getByText(/The key has version \d+ now\./).waitFor()
      await page.getByRole('button', { name: 'Destroy the personal data' }).click()
      const dialog = page.getByRole('dialog')
      const destroy = dialog.getByRole('button', { name: 'Destroy it for ever' })
      await dialog.getByRole('textbox').fill(explorer().tenant.slug)
      expect(await destroy.isDisabled()).toBe(true)
      await dialog.getByRole('textbox').fill(quiet().slug)
      await destroy.click()
      await page.getByText('can never be read again.').waitFor()
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Audit log' }).click()
      await page
        .getByText(/destroyed/)
        .first()
        .waitFor()
    })
  })
}
