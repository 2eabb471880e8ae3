import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { loginOf, screenshots, type Explorer } from './browser.ts'

export function describeMembers(explorer: () => Explorer): void {
  describe('the members page', () => {
    /** Somebody of another tenant, who has an account and is no member of this one. */
    const guest = () => loginOf(explorer().system.demo.tenants[1]!, 'user')
    const region = (page: Page, name: RegExp) => page.getByRole('region', { name })
    const itemOf = (page: Page, name: RegExp, text: string) => region(page, name).getByRole('listitem').filter({ hasText: text })

    async function invite(page: Page, email: string, role: string): Promise<void> {
      await page.getByLabel('E-mail').fill(email)
      await page.getByRole('combobox', { name: 'Role of the new member' }).click()
      await page.getByRole('option', { name: new RegExp(`^${role}`) }).click()
      await page.getByRole('button', { name: 'Send the invitation' }).click()
      await page.getByText(`The invitation to ${email} is on its way.`).waitFor()
    }

    /** The path and the token of the newest mail's link, as its reader finds it in the outbox. */
    async function linkIn(page: Page, email: string): Promise<string> {
      await page.goto('/outbox')
      await page.getByRole('navigation', { name: 'Mails' }).getByRole('link', { name: email }).first().click({ timeout: 60_000 })
      const link = page.getByRole('list', { name: 'Links of the mail' }).getByRole('link').filter({ hasText: '/invitation?' })
      await link.waitFor()
      const { pathname, search } = new URL((await link.getAttribute('href')) ?? '')
      return pathname + search
    }

    it('invites somebody, who reads the mail, logs in, accepts, and has the role that is given, until removed', async () => {
      const { email, password } = guest()
      const { page, problems } = await explorer().open({ path: '/members' })
      await invite(page, email, 'Viewer')
      await itemOf(page, /^Invited/, email)
        .getByText('Viewer')
        .waitFor()
      const link = await linkIn(page, email)
      await page
        .frameLocator('iframe')
        .getByText(/invite/i)
        .first()
        .waitFor()

      const other = await explorer().open({ role: null, path: link })
      await other.page.getByRole('heading', { name: /^Join / }).waitFor()
      await other.page.getByText(`${email} is invited as a viewer.`).waitFor()
      await other.page.screenshot({ path: join(screenshots, 'invitation-light-1280.png') })
      await other.page.getByRole('link', { name: 'Log in to accept' }).click()
      await other.page.getByLabel('E-mail').fill(email)
      await other.page.getByLabel('Password', { exact: true }).fill(password)
      await other.page.getByRole('button', { name: 'Log in', exact: true }).click()
      await other.page.getByRole('button', { name: 'Accept the invitation' }).click()
      const tenant = other.page.locator('.tenant')
      await tenant.filter({ hasText: new RegExp(explorer().tenant.slug, 'i') }).waitFor()
      const settings = other.page.getByRole('navigation', { name: 'Settings' })
      await settings.getByRole('link', { name: 'Sessions' }).waitFor()
      expect(await settings.getByRole('link', { name: 'Members' }).count()).toBe(0)

      await page.goto('/members')
      const member = itemOf(page, /^In this tenant/, email)
      await member.getByRole('combobox').click()
      await page.getByRole('option', { name: /^Admin/ }).click()
      await member.getByRole('combobox').filter({ hasText: 'Admin' }).waitFor()
      expect(await itemOf(page, /^Invited/, email).count()).toBe(0)
      await expect
        .poll(
          async () => {
            await other.page.goto('/members')
            await other.page.locator('[aria-busy=false]').first().waitFor()
            return other.page.getByRole('heading', { name: 'Invite a member' }).count()
          },
          { timeout: 30_000 },
        )
        .toBe(1)

      await member.getByRole('button', { name: /^Remove/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Remove the member' }).click()
      await member.waitFor({ state: 'detached' })
      // The session goes on in the tenant that the account still has.
      await expect
        .poll(
          async () => {
            await other.page.goto('/sessions')
            await tenant.filter({ hasText: /\w/ }).waitFor()
            return ((await tenant.textContent()) ?? '').toLowerCase()
          },
          { timeout: 30_000 },
        )
        .toContain(explorer().system.demo.tenants[1]?.slug)
      expect([problems, other.problems]).toEqual([[], []])
    })

    it('takes an invitation back: its link is good for nothing', async () => {
      const email = 'nobody-yet@members.example'
      const { page } = await explorer().open({ path: '/members' })
      await invite(page, email, 'User')
      const link = await linkIn(page, email)
      await page.goto('/members')
      await itemOf(page, /^Invited/, email)
        .getByRole('button', { name: /^Revoke/ })
        .click()
      await itemOf(page, /^Invited/, email).waitFor({ state: 'detached' })
      await page.goto(link)
      await page.getByRole('heading', { name: 'The invitation cannot be used' }).waitFor()
    })

    it('leaves no tenant without an owner, and says who the invitation of another account is for', async () => {
      const { page } = await explorer().open({ path: '/members' })
      const self = region(page, /^In this tenant/)
        .getByRole('listitem')
        .filter({ hasText: 'you' })
        .first()
      await self.getByRole('button', { name: 'Leave' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Leave the tenant' }).click()
      await page.getByRole('dialog').getByRole('alert').filter({ hasText: /owner/i }).waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click()

      await invite(page, 'elsewhere@members.example', 'Viewer')
      await page.goto(await linkIn(page, 'elsewhere@members.example'))
      await page.getByText(/another account than the one that was invited/).waitFor()
    })

    it('is looked at by users, and not by viewers', async () => {
      const user = await explorer().open({ role: 'user', path: '/members' })
      await region(user.page, /^In this tenant/)
        .getByRole('listitem')
        .nth(3)
        .waitFor()
      expect(await user.page.getByRole('button', { name: /^(Send|Remove|Revoke)/ }).count()).toBe(0)
      const viewer = await explorer().open({ role: 'viewer', path: '/members' })
      await viewer.page.getByRole('alert').filter({ hasText: 'Your role may not see this' }).waitFor()
    })
  })
}
