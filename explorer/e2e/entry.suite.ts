import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { screenshots, type Explorer } from './browser.ts'
import { goodPassword, linkOfMail, nextPassword, registerByRequest } from './mails.ts'
import { inviteMember } from './sending.ts'

/** Fills in the login, and sends it. */
export async function logInOn(page: Page, { email, password }: { readonly email: string; readonly password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
}

export function describeEntry(explorer: () => Explorer): void {
  describe('the ways in', () => {
    it('register: the form says what is taken and what is weak, a mail comes, its link verifies the address, once', async () => {
      const email = 'new.person@umg.test'
      const { page, problems } = await explorer().open({ role: null, path: '/login?next=%2Fprofile%3Ffrom%3Dinvitation' })
      await page.getByRole('link', { name: 'Make an account' }).click()
      await page.getByLabel('Name', { exact: true }).fill('New Person')
      await page.getByLabel('E-mail').fill(explorer().tenant.users[0]!.email)
      await page.getByText('There is an account with this address already.').waitFor()
      await page.getByLabel('E-mail').fill(email)
      await page.getByText('No account has this address yet.').waitFor()

      const password = page.getByLabel('Password', { exact: true })
      await password.fill('password1234')
      await page.getByRole('status').filter({ hasText: 'Too easy to guess' }).waitFor()
      await page.getByRole('button', { name: 'Make the account' }).click()
      await page.getByRole('alert').filter({ hasText: 'The password' }).waitFor()
      await page.screenshot({ path: join(screenshots, 'register-refused-light-1280.png') })
      for (const style of ['Standard', 'Easy to type', 'Memorable']) {
        const before = await password.inputValue()
        await page.getByRole('button', { name: style }).click()
        await expect.poll(async () => password.inputValue(), { timeout: 20_000 }).not.toBe(before)
        await page
          .getByRole('status')
          .filter({ hasText: /^(Good|Strong)$/ })
          .waitFor()
      }
      expect(await password.getAttribute('type')).toBe('text')
      await password.fill(goodPassword)
      await page.getByRole('button', { name: 'Make the account' }).click()
      await page.getByText(`A mail is on its way to ${email}`).waitFor()
      await page.screenshot({ path: join(screenshots, 'registered-light-1280.png') })
      await page.getByRole('link', { name: 'Go on' }).click()
      await page.waitForURL('**/profile?from=invitation')
      await page.getByText('not verified').waitFor()

      const link = await linkOfMail(explorer(), email, '/verify')
      await page.goto(link)
      await page.getByRole('heading', { name: 'The address is verified' }).waitFor()
      await page.getByRole('link', { name: 'Go to your profile' }).click()
      await page.getByText('verified', { exact: true }).waitFor()
      await page.goto(link)
      await page.getByRole('heading', { name: 'This link has ended' }).waitFor()
      expect(problems).toEqual([])
    })

    it('verify: where the account is not logged in its password is asked for, and whoever did not register is led to a new one', async () => {
      const { email, password } = await registerByRequest(explorer(), 'elsewhere@umg.test')
      const link = await linkOfMail(explorer(), email, '/verify')
      const { page, problems } = await explorer().open({ role: null, path: link })
      await page.getByRole('heading', { name: 'Is this account yours?' }).waitFor()
      await page.getByRole('link', { name: 'It was not me' }).click()
      await page.waitForURL('**/forgot')
      await page.goto(link)
      const field = page.getByLabel('Password of the account', { exact: true })
      await field.fill(nextPassword)
      await page.getByRole('button', { name: 'Verify the address' }).click()
      await page.getByRole('alert').filter({ hasText: 'wrong' }).waitFor()
      await field.fill(password)
      await page.getByRole('button', { name: 'Verify the address' }).click()
      await page.getByRole('heading', { name: 'The address is verified' }).waitFor()
      expect(problems).toEqual([])
    })

    it('register: whoever is invited and has no account makes one, and comes back to accept', async () => {
      const email = 'invited.person@umg.test'
      await inviteMember(explorer(), email)
      const { page, problems } = await explorer().open({ role: null, path: await linkOfMail(explorer(), email, '/invitation') })
      await page.getByRole('link', { name: 'Make an account' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Invited Person')
      expect(await page.getByLabel('E-mail').inputValue()).toBe(email)
      await page.getByLabel('Password', { exact: true }).fill(goodPassword)
      await page.getByRole('button', { name: 'Make the account' }).click()
      await page.getByRole('link', { name: 'Go on' }).click()
      await page.getByRole('button', { name: 'Accept the invitation' }).click()
      await page.getByRole('heading', { name: 'Metrics' }).waitFor()
      expect(problems).toEqual([])
    })

    it('forgot: a mail for whoever has an account, the same words for whoever has none, and the old password is worth nothing then', async () => {
      const { email, password } = await registerByRequest(explorer(), 'forgetful@umg.test')
      const { page, problems } = await explorer().open({ role: null, path: '/login' })
      const ask = async (address: string) => {
        await page.goto('/login')
        await page.getByRole('link', { name: 'Forgotten the password?' }).click()
        // The login page has a field of this name too.
        await page.getByRole('button', { name: 'Send the mail' }).waitFor()
        await page.getByLabel('E-mail').fill(address)
        await page.getByRole('button', { name: 'Send the mail' }).click()
        await page.getByRole('heading', { name: 'Look at your mail' }).waitFor()
        return (await page.getByRole('main').textContent())?.replace(address, '…')
      }
      expect(await ask('nobody@umg.test')).toBe(await ask(email))

      const link = await linkOfMail(explorer(), email, '/reset')
      await page.goto(link)
      const fresh = page.getByLabel('New password', { exact: true })
      await fresh.fill('1234567890')
      await page.getByRole('button', { name: 'Set the password' }).click()
      await page.getByRole('alert').filter({ hasText: 'The password' }).waitFor()
      await fresh.fill(nextPassword)
      await page.getByRole('button', { name: 'Set the password' }).click()
      await page.getByRole('heading', { name: 'The password is changed' }).waitFor()
      await page.getByRole('link', { name: 'Log in' }).click()
      await logInOn(page, { email, password })
      await page
        .getByRole('alert')
        .filter({ hasText: /password/i })
        .waitFor()
      await logInOn(page, { email, password: nextPassword })
      await page.waitForURL('**/metrics')

      await page.context().clearCookies()
      await page.goto(link)
      await page.getByLabel('New password', { exact: true }).fill(goodPassword)
      await page.getByRole('button', { name: 'Set the password' }).click()
      await page.getByRole('heading', { name: 'This link has ended' }).waitFor()
      await page.getByRole('link', { name: 'Ask for another mail' }).waitFor()
      expect(problems).toEqual([])
    })

    it('profile: the name and the password are changed, and the menu leads there', async () => {
      const { email, password } = await registerByRequest(explorer(), 'changing@umg.test')
      const { page, problems } = await explorer().open({ role: null, path: '/login?to=%2Fprofile' })
      await logInOn(page, { email, password })
      await page.getByLabel('Name', { exact: true }).fill('Robin Changed')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved.').waitFor()
      await page.getByRole('button', { name: 'Send the mail again' }).click()
      await page.getByText('It is on its way.').waitFor()
      await page.getByLabel('Password of now', { exact: true }).fill('not the password')
      await page.getByLabel('New password', { exact: true }).fill(nextPassword)
      await page.getByRole('button', { name: 'Change the password' }).click()
      await page.getByRole('alert').filter({ hasText: /wrong/ }).waitFor()
      await page.getByLabel('Password of now', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Change the password' }).click()
      await page.getByText('Changed. A mail says so, too.').waitFor()
      await page.getByRole('button', { name: /^Account/ }).click()
      await page.getByRole('menuitem', { name: 'Profile' }).click()
      await page.getByRole('heading', { name: 'Profile' }).waitFor()
      expect(problems).toEqual([])
    })
  })
}
