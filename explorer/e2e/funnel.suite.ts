import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { knownCountry, knownInstalls, type Explorer } from './browser.ts'
import { postEvents } from './sending.ts'

export function describeFunnel(explorer: () => Explorer): void {
  describe('the funnel page', () => {
    const cellsOf = (page: Page, step: string) => page.getByRole('region', { name: 'By step', exact: true }).getByRole('row', { name: step }).getByRole('cell')
    const stepsOf = (page: Page) => page.getByRole('list', { name: 'Steps', exact: true })

    it('answers a funnel that is built by clicking, with the numbers that were sent, and its address is the same question', async () => {
      const { page, problems } = await explorer().open({ path: `/funnel?where=country.in.${knownCountry}` })
      await page.getByRole('button', { name: 'Remove step 2' }).click()
      await page.getByRole('button', { name: 'Add: Step' }).click()
      await page.getByPlaceholder('Search events…').fill('refund')
      await page.getByRole('option', { name: /^refund/ }).click()
      await page.getByRole('button', { name: 'Move step 3 up' }).click()
      await page.waitForURL(/step=install&step=refund&step=purchase/)
      expect(await cellsOf(page, '3. purchase').first().textContent()).toBe('0')

      await page.getByRole('button', { name: 'Remove step 2' }).click()
      await page.waitForURL(/step=install&step=purchase/)
      // Every second user bought, a day after the install.
      const half = String(knownInstalls / 2)
      await expect
        .poll(async () => cellsOf(page, '2. purchase').allTextContents(), { timeout: 20_000 })
        .toEqual([half, '50.0%', '50.0%', '0', '1.0 d', '1.0 d', '1.0 d'])
      expect((await cellsOf(page, '1. install').allTextContents()).slice(0, 4)).toEqual([String(knownInstalls), '100.0%', '–', half])
      await page.getByRole('img', { name: '1. install 100.0%, 2. purchase 50.0%' }).locator('canvas').waitFor()

      const shared = await explorer().open({ path: page.url().replace(explorer().url, ''), role: 'viewer' })
      await expect.poll(async () => cellsOf(shared.page, '2. purchase').first().textContent(), { timeout: 20_000 }).toBe(half)
      expect([...problems, ...shared.problems]).toEqual([])
    })

    it('is live while it is switched so: what is posted is shown without a question', async () => {
      const { page, problems } = await explorer().open({ path: '/funnel?step=live_begin&step=live_end' })
      await page.getByRole('heading', { name: 'Nobody began in this range' }).waitFor()
      await page.getByRole('button', { name: 'Live', exact: true }).click()
      await page.getByText(/^Live, as of/).waitFor()
      const common = { userId: `live-funnel-${Date.now()}`, app: 'shop' }
      const at = Date.now() - 2 * 86_400_000
      await postEvents(explorer(), [
        { ...common, eventId: `${common.userId}-1`, event: 'live_begin', occurredAt: new Date(at).toISOString() },
        { ...common, eventId: `${common.userId}-2`, event: 'live_end', occurredAt: new Date(at + 1_000).toISOString() },
      ])
      await expect.poll(async () => cellsOf(page, '2. live_end').first().textContent(), { timeout: 30_000 }).toBe('1')
      await page.getByRole('button', { name: 'Live', exact: true }).click()
      await page.getByText(/^As of/).waitFor()
      expect(problems).toEqual([])
    })

    it('ends attempts at an exclusion, and filters a step', async () => {
      const { page } = await explorer().open({ path: `/funnel?where=country.in.${knownCountry}&step=install&step=purchase` })
      const bought = async () => Number(await cellsOf(page, '2. purchase').first().textContent())
      await page.getByRole('button', { name: 'Add step 2 filter' }).click()
      await page.getByRole('combobox', { name: 'Field' }).click()
      await page.getByRole('option', { name: 'Platform' }).click()
      await page.getByPlaceholder('Search or type a value…').fill('ios')
      await page.getByRole('option', { name: 'ios' }).first().click()
      await page.getByRole('button', { name: 'Apply' }).click()
      await expect.poll(async () => cellsOf(page, '2. purchase (filtered)').first().textContent(), { timeout: 20_000 }).toBe('0')
      await page.getByRole('button', { name: 'Remove step 2 filter: Platform is ios' }).click()
      await page.getByRole('button', { name: 'Remove first step filter' }).click()
      await page.waitForURL((url) => !url.searchParams.has('where'))
      await expect.poll(bought, { timeout: 20_000 }).toBeGreaterThan(knownInstalls / 2)
      const before = await bought()
      // Who signs up before the purchase is out from then on.
      await page.getByRole('button', { name: 'Add: Exclusion' }).click()
      await page.getByRole('option', { name: /^sign_up/ }).click()
      await page.waitForURL(/exclude=sign_up/)
      await expect.poll(bought, { timeout: 20_000 }).toBeLessThan(before)
    })

    it('shows the conversion over time, and by a breakdown side by side', async () => {
      const { page } = await explorer().open({ path: `/funnel?where=country.in.${knownCountry}&step=install&step=purchase` })
      await page.getByRole('button', { name: 'Over time' }).click()
      await page.waitForURL(/view=trend/)
      const table = page.getByRole('region', { name: 'Over time', exact: true })
      await table.waitFor()
      const began = (await table.locator('tbody tr td:nth-child(2)').allTextContents()).reduce((sum, text) => sum + Number(text), 0)
      expect(began).toBe(knownInstalls)
      await page
        .getByRole('img', { name: /^Conversion over time/ })
        .locator('canvas')
        .waitFor()

      await page.goto('/funnel?by=platform')
      await page.getByRole('region', { name: 'By step and platform', exact: true }).getByRole('row', { name: /^ios/ }).first().waitFor()
      await page.getByRole('img', { name: /^Conversion by step by platform: 3 steps of \d+ groups/ }).waitFor()
    })

    it('says what has to change at its input', async () => {
      const { page } = await explorer().open({ path: '/funnel?step=install' })
      const here = 'What has to change here'
      await page.getByRole('region', { name: 'Steps', exact: true }).getByRole('list', { name: here }).getByText('it needs at least 2').waitFor()
      await page.getByRole('button', { name: 'Add: Step' }).click()
      await page.getByRole('option', { name: /^purchase/ }).click()
      await page.getByRole('button', { name: 'Conversion window' }).click()
      await page.getByLabel('All steps within').fill('400')
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.waitForURL(/window=400d/)
      await page.getByRole('list', { name: here }).getByText('it can be 1 to 31536000').waitFor()
      expect(await page.getByRole('alert').textContent()).toContain('WINDOW_OUT_OF_BOUNDS')
      await page.goto(`/funnel?step=${'x'.repeat(101)}&step=purchase`)
      await stepsOf(page).getByRole('listitem', { name: 'Step 1' }).getByRole('list', { name: here }).waitFor()
    })

    it('shows itself as GraphQL, as a line for a terminal and as SQL', async () => {
      const { page } = await explorer().open({ path: '/funnel' })
      await page.getByText(/^As of/).waitFor()
      await page.getByRole('button', { name: 'View as' }).click()
      await page.getByText('query Funnel($input: FunnelInput!)').waitFor()
      await page.getByRole('tab', { name: 'curl' }).click()
      await page.getByText(`curl -sS ${explorer().url}/graphql`).waitFor()
      await page.getByRole('tab', { name: 'SQL' }).click()
      await page
        .getByText(/SELECT/)
        .first()
        .waitFor()
    })

    it('says that nobody began', async () => {
      const { page } = await explorer().open({ path: '/funnel?step=nothing_like_it&step=purchase' })
      await page.getByRole('heading', { name: 'Nobody began in this range' }).waitFor()
    })
  })
}
