import { describe, expect, it } from 'vitest'
import type { Explorer } from './browser.ts'

export function describeSessions(explorer: () => Explorer): void {
  describe('the sessions page', () => {
    it('shows where one is logged in, and ends another session: its browser is sent to the login', async () => {
      const other = await explorer().open({ role: 'admin', path: '/live' })
      const { page, problems } = await explorer().open({ role: 'admin', path: '/sessions' })
      const items = page.getByRole('region', { name: /^Logged in/ }).getByRole('listitem')
      await expect.poll(async () => items.count(), { timeout: 20_000 }).toBe(2)
      const own = items.filter({ hasText: 'this one' })
      await own.getByText('Linux').waitFor()
      expect([await own.count(), await own.getByText('127.0.0.1').count()]).toEqual([1, 1])
      expect(await own.getByRole('button', { name: /^Revoke/ }).count()).toBe(0)

      await items
        .filter({ hasNotText: 'this one' })
        .getByRole('button', { name: /^Revoke/ })
        .click()
      await page.getByText('The session was revoked.').waitFor()
      expect(await items.count()).toBe(1)
      await other.page.getByRole('heading', { name: 'Log in to UnMoGrowP' }).waitFor()
      expect(new URL(other.page.url()).searchParams.get('to')).toBe('/live')
      expect(problems).toEqual([])
    })

    it('ends all others after asking, and this one goes on', async () => {
      const others = await Promise.all([explorer().open({ role: 'admin' }), explorer().open({ role: 'admin' })])
      const { page } = await explorer().open({ role: 'admin', path: '/sessions' })
      await page.getByRole('button', { name: 'Revoke all others' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke them' }).click()
      await page.getByText(/sessions were revoked\./).waitFor()
      for (const other of others) {
        await other.page.reload()
        await other.page.getByRole('heading', { name: 'Log in to UnMoGrowP' }).waitFor()
      }
      await page.reload()
      await page.getByText('this one').waitFor()
      expect(await page.getByRole('button', { name: 'Revoke all others' }).count()).toBe(0)
    })
  })
}
