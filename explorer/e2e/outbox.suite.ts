import { describe, expect, it } from 'vitest'
import type { Explorer } from './browser.ts'
import { inviteMember } from './sending.ts'

export function describeOutbox(explorer: () => Explorer): void {
  describe('the outbox page', () => {
    it('shows a mail to somebody who is not logged in, with links that lead on, and keeps it in the address', async () => {
      const email = 'read-in-the-outbox@outbox.example'
      const { page, context, problems } = await explorer().open({ role: null, path: '/outbox' })
      await inviteMember(explorer(), email)
      await page.getByRole('navigation', { name: 'Mails' }).getByRole('link', { name: email }).click()
      await page.waitForURL(/mail=/)
      await page.reload()
      const pane = page.getByRole('article')
      await pane.getByText(`To ${email}`).waitFor()

      // The mail's own page runs nothing and is of no origin; what is clicked in it opens beside it.
      const frame = page.locator('iframe')
      expect(await frame.getAttribute('sandbox')).not.toMatch(/allow-(scripts|same-origin|forms)/)
      const opened = context.waitForEvent('page')
      await page.frameLocator('iframe').getByRole('link').first().click()
      const beside = await opened
      await beside.getByRole('heading', { name: /^Join / }).waitFor()

      await page.getByRole('tab', { name: 'As text' }).click()
      await pane.locator('pre').getByText('/invitation?token=').waitFor()
      await page.getByRole('list', { name: 'Links of the mail' }).getByRole('link').first().click()
      await page.getByRole('heading', { name: /^Join / }).waitFor()
      expect(problems).toEqual([])
    })

    it('says so where there is none, as to those behind a proxy', async () => {
      const { page, context } = await explorer().open({ path: '/sessions' })
      await context.setExtraHTTPHeaders({ via: '1.1 elsewhere' })
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Outbox' }).press('Enter')
      await page.getByRole('heading', { name: 'There is no outbox here' }).waitFor()
      expect(await page.locator('#main').evaluate((main) => main === document.activeElement)).toBe(true)
    })
  })
}
