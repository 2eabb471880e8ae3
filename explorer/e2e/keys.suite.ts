import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { ask } from '#ops/e2e/system.ts'
import type { Explorer } from './browser.ts'

export function describeKeys(explorer: () => Explorer): void {
  describe('the keys page', () => {
    const list = (page: Page) => page.getByRole('region', { name: /^Keys/ }).getByRole('listitem')

    /** The text that is shown once. */
    async function takeText(page: Page): Promise<string> {
      const shown = page.getByRole('region', { name: 'The new key' })
      const text = (await shown.locator('code').textContent()) ?? ''
      await shown.getByRole('button', { name: 'I have kept it' }).click()
      expect(await page.getByText(text).count()).toBe(0)
      return text
    }
    const scopesOf = async (key: string): Promise<readonly string[] | null> => {
      const { data } = await ask(explorer().system, { query: '{ me { scopes } }', authorization: key })
      return data?.me?.scopes ?? null
    }

    it('makes a key that does what it may, rotates it with an overlap, and ends the old one', async () => {
      const { page, problems } = await explorer().open({ path: '/keys' })
      await page.getByLabel('Name', { exact: true }).fill('Warehouse')
      await page.getByRole('checkbox', { name: /explain/ }).uncheck()
      await page.getByRole('button', { name: 'Create the key' }).click()
      const first = await takeText(page)
      const scopes = await scopesOf(first)
      expect([first.startsWith('umg_api_'), scopes?.includes('analytics:read'), scopes?.includes('explain')]).toEqual([true, true, false])

      await list(page).filter({ hasText: 'Warehouse' }).getByRole('button', { name: 'Rotate Warehouse' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate the key' }).click()
      const second = await takeText(page)
      expect([second === first, await scopesOf(first), await scopesOf(second)]).toEqual([false, scopes, scopes])
      const old = list(page)
        .filter({ hasText: 'Warehouse' })
        .filter({ hasText: /ends in (59 minutes|1 hour)/ })
      await list(page).filter({ hasText: 'Warehouse' }).filter({ hasText: 'in place of another' }).getByText('works', { exact: true }).waitFor()

      await old.getByRole('button', { name: /^Revoke/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke the key' }).click()
      await old.waitFor({ state: 'detached' })
      await expect.poll(async () => scopesOf(first), { timeout: 20_000 }).toBeNull()
      expect(await scopesOf(second)).toEqual(scopes)

      await page.getByRole('button', { name: 'Also ended' }).click()
      await page.waitForURL(/state=all/)
      await list(page)
        .filter({ hasText: 'Warehouse' })
        .getByText(/^revoked/)
        .waitFor()
      await page.getByRole('group', { name: 'Kind shown' }).getByRole('button', { name: 'Ingest' }).click()
      await page.waitForURL(/kind=ingest/)
      expect(await list(page).filter({ hasText: 'Warehouse' }).count()).toBe(0)
      expect(problems).toEqual([])
    })

    it('bounds a key to networks and to the rows of a partner', async () => {
      const { page } = await explorer().open({ path: '/keys' })
      await page.getByRole('group', { name: 'Kind of key' }).getByRole('button', { name: 'Partner' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Partner far away')
      await page.getByText('It still needs its partner.').waitFor()
      expect(await page.getByRole('button', { name: 'Create the key' }).isDisabled()).toBe(true)
      await page.getByLabel('Values that may be seen').fill('some-partner')
      await page.getByRole('combobox', { name: 'Users of conversions' }).click()
      await page.getByRole('option', { name: 'As hashes of its own' }).click()
      await page.getByLabel('Allowed networks').fill('not a network')
      await page.getByRole('button', { name: 'Create the key' }).click()
      await page.getByRole('alert').filter({ hasText: 'allowedNetworks' }).waitFor()
      await page.getByLabel('Allowed networks').fill('192.0.2.0/24')
      await page.getByRole('button', { name: 'Create the key' }).click()
      const key = await takeText(page)
      const { errors } = await ask(explorer().system, { query: '{ me { scopes } }', authorization: key })
      expect(errors?.[0]?.extensions.code).toBe('NETWORK_NOT_ALLOWED')
      const item = list(page).filter({ hasText: 'Partner far away' })
      await item.getByText('partner: some-partner').waitFor()
      await item.getByText('users as hashes').waitFor()
      await item.getByText('from 192.0.2.0/24').waitFor()
    })

    it('is for those who manage keys', async () => {
      const { page } = await explorer().open({ role: 'user', path: '/keys' })
      await page.getByRole('alert').filter({ hasText: 'keys:write' }).waitFor()
      expect(await page.getByRole('button', { name: 'Create the key' }).count()).toBe(0)
    })
  })
}
