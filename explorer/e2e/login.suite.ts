import { describe, expect, it } from 'vitest'
import type { Explorer } from './browser.ts'

export function describeLogin(explorer: () => Explorer): void {
  describe('the login', () => {
    const owner = () => explorer().tenant.users.find((user) => user.role === 'owner')!

    it('says what is wrong with a wrong password and lets one try again', async () => {
      const { page } = await explorer().open({ role: null, path: '/metrics' })
      await page.getByLabel('E-mail').fill(owner().email)
      await page.getByLabel('Password', { exact: true }).fill('not the password')
      await page.getByRole('button', { name: 'Log in', exact: true }).click()
      const alert = page.getByRole('alert')
      await alert.filter({ hasText: /password/i }).waitFor()
      await page.getByLabel('Password', { exact: true }).fill(owner().password)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Metrics' }).waitFor()
    })

    it('leads to the page that was asked for, and a reload stays logged in', async () => {
      const { page } = await explorer().open({ role: null, path: '/cohorts?grain=day&by=country' })
      await page.getByLabel('E-mail').fill(owner().email)
      await page.getByLabel('Password', { exact: true }).fill(owner().password)
      await page.getByRole('button', { name: 'Log in', exact: true }).click()
      await page.waitForURL('**/cohorts?grain=day&by=country')
      await page.reload()
      await page.getByRole('heading', { name: 'Cohorts' }).waitFor()
      await page.getByText('By Country').waitFor()
    })

    it('ends with a log-out, also for the cookie', async () => {
      const { page } = await explorer().open()
      await page.getByRole('button', { name: /^Account/ }).click()
      await page.getByRole('menuitem', { name: 'Log out' }).click()
      await page.getByRole('heading', { name: 'Log in to UnMoGrowP' }).waitFor()
      await page.goto('/metrics')
      await page.getByRole('heading', { name: 'Log in to UnMoGrowP' }).waitFor()
      expect(new URL(page.url()).pathname).toBe('/login')
    })
  })
}
