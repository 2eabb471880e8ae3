import { join } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { ageSessions } from '#db/testing/ageSessions.ts'
import { readConfig } from '#ops/config.ts'
import { screenshots, type Explorer } from './browser.ts'
import { logInOn } from './entry.suite.ts'
import { registerByRequest } from './mails.ts'

const periodMs = 30_000

export function describeSecondFactor(explorer: () => Explorer): void {
  describe('the second factor', () => {
    const region = (page: Page, name: string) => page.getByRole('region', { name })
    async function shownCodes(page: Page): Promise<readonly string[]> {
      const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
      await codes.first().waitFor()
      return codes.allInnerTexts()
    }

    it('is an authenticator app: set up by picture and code, asked for at login, with recovery codes for when it is lost, and taken out of use', async () => {
      const account = await registerByRequest(explorer(), 'careful@umg.test')
      const { page, problems } = await explorer().open({ role: null, path: '/login?to=%2Fprofile' })
      await logInOn(page, account)
      await page.getByRole('button', { name: 'Set up an app' }).click()
      await page.getByRole('img', { name: /QR code/ }).waitFor()
      await page.screenshot({ path: join(screenshots, 'profile-totp-light-1280.png'), fullPage: true })
      const secret = (await region(page, 'Authenticator app').locator('code').textContent()) ?? ''
      const totp = new TOTP({ secret: Secret.fromBase32(secret) })
      const confirmedAt = Date.now()
      await page.getByLabel('Code', { exact: true }).fill(totp.generate({ timestamp: confirmedAt }))
      await page.getByRole('button', { name: 'Confirm' }).click()
      const codes = await shownCodes(page)
      expect(codes).toHaveLength(10)
      await page.screenshot({ path: join(screenshots, 'profile-codes-light-1280.png'), fullPage: true })
      await page.getByRole('button', { name: 'I have kept them' }).click()
      await page.getByText('10 of 10 are left.').waitFor()

      const other = await explorer().open({ role: null, path: '/login?to=%2Fprofile' })
      await logInOn(other.page, account)
      const code = other.page.getByLabel('Code', { exact: true })
      await code.fill('12')
      await other.page.screenshot({ path: join(screenshots, 'second-factor-light-1280.png') })
      await other.page.getByRole('button', { name: 'Log in', exact: true }).click()
      await other.page.getByRole('alert').filter({ hasText: 'This is not right' }).waitFor()
      // A code is taken once: the next half minute's is taken already.
      await code.fill(totp.generate({ timestamp: Math.max(Date.now(), confirmedAt + periodMs) }))
      await other.page.getByRole('button', { name: 'Log in', exact: true }).click()
      await other.page.getByRole('heading', { name: 'Profile' }).waitFor()

      const lost = await explorer().open({ role: null, path: '/login?to=%2Fprofile' })
      await logInOn(lost.page, account)
      await lost.page.getByText('Recovery code', { exact: true }).click()
      await lost.page.getByLabel('Recovery code', { exact: true }).and(lost.page.getByRole('textbox')).fill(codes[0]!)
      await lost.page.getByRole('button', { name: 'Log in', exact: true }).click()
      await lost.page.getByText('9 of 10 are left.').waitFor()

      await lost.page.getByRole('button', { name: 'Make new ones' }).click()
      await lost.page.getByLabel('Your password', { exact: true }).fill(account.password)
      await lost.page.getByRole('dialog').getByRole('button', { name: 'Make new ones' }).click()
      const fresh = await shownCodes(lost.page)
      expect(fresh).toHaveLength(10)
      expect(fresh).not.toContain(codes[1])

      await lost.page.getByRole('button', { name: 'Take it out of use' }).click()
      await lost.page.getByLabel('Your password', { exact: true }).fill('not the password')
      await lost.page.getByRole('dialog').getByRole('button', { name: 'Take it out of use' }).click()
      await lost.page.getByRole('alert').filter({ hasText: 'The password is wrong.' }).waitFor()
      await lost.page.getByLabel('Your password', { exact: true }).fill(account.password)
      await lost.page.getByRole('dialog').getByRole('button', { name: 'Take it out of use' }).click()
      await lost.page.getByRole('button', { name: 'Set up an app' }).waitFor()
      expect([...problems, ...other.problems, ...lost.problems]).toEqual([])
    })

    it('needs the password some time after the login', async () => {
      const account = await registerByRequest(explorer(), 'late@umg.test')
      const { page, problems } = await explorer().open({ role: null, path: '/login?to=%2Fprofile' })
      await logInOn(page, account)
      await page.getByRole('button', { name: 'Set up an app' }).waitFor()
      const { port, dataDir } = explorer().system
      await ageSessions(readConfig.owner({ PORT: String(port), DATA_DIR: dataDir }).authUrl, account.email)
      await page.getByRole('button', { name: 'Set up an app' }).click()
      await page.getByLabel('Your password', { exact: true }).fill(account.password)
      await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click()
      await page.getByRole('img', { name: /QR code/ }).waitFor()
      expect(problems).toEqual([])
    })

    it('is a passkey, which logs in by itself too, where the page has the host name that it is made for', async () => {
      const account = await registerByRequest(explorer(), 'keyed@umg.test')
      // At an address of the network no browser makes a passkey, and the page says where to.
      const numbered = await explorer().open({ role: null, path: '/login?to=%2Fprofile' })
      await logInOn(numbered.page, account)
      await numbered.page.getByLabel('Name of a new one').fill('Laptop')
      await numbered.page.getByRole('button', { name: 'Add a passkey' }).click()
      const named = `http://localhost:${explorer().system.port}`
      await numbered.page
        .getByRole('alert')
        .filter({ hasText: `open this page as ${named}` })
        .waitFor()

      const { page, context, problems } = await explorer().open({ role: null, path: `${named}/login?to=%2Fprofile` })
      const devTools = await context.newCDPSession(page)
      await devTools.send('WebAuthn.enable')
      await devTools.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      })
      await logInOn(page, account)
      await page.getByLabel('Name of a new one').fill('Laptop')
      await page.getByRole('button', { name: 'Add a passkey' }).click()
      await page.getByRole('listitem', { name: 'Laptop' }).getByText('never used').waitFor()
      await page.screenshot({ path: join(screenshots, 'profile-passkey-light-1280.png'), fullPage: true })

      const logOut = async () => {
        await page.getByRole('button', { name: /^Account/ }).click()
        await page.getByRole('menuitem', { name: 'Log out' }).click()
        await page.getByRole('heading', { name: 'Log in to UnMoGrowP' }).waitFor()
      }
      await logOut()
      await logInOn(page, account)
      await page.getByRole('button', { name: 'Use the passkey' }).click()
      await page.getByRole('listitem', { name: 'Laptop' }).getByText('last used').waitFor()

      await logOut()
      await page.getByRole('button', { name: 'Use a passkey' }).click()
      await page.getByRole('heading', { name: 'Profile' }).waitFor()
      // The cookie came too: a reload stays logged in.
      await page.reload()
      await page.getByRole('button', { name: 'Remove Laptop' }).click()
      await page.getByLabel('Your password', { exact: true }).fill(account.password)
      await page.getByRole('button', { name: 'Remove it' }).click()
      await page.getByRole('listitem', { name: 'Laptop' }).waitFor({ state: 'detached' })
      expect(problems).toEqual([])
    })
  })
}
