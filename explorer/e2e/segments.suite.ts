import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { knownCountry, knownInstalls, type Explorer } from './browser.ts'
import { saveSegment } from './sending.ts'

export function describeSegments(explorer: () => Explorer): void {
  describe('the segments page', () => {
    const name = 'Buyers of the island'
    const half = String(knownInstalls / 2)
    const itemOf = (page: Page) => page.getByRole('listitem', { name, exact: true })

    beforeAll(async () => {
      // Others are there too, of which the builder could not have made this one.
      const regular = { did: { event: 'session', atLeast: 5, within: { last: 30, unit: 'DAY' } } }
      const description = 'Who plays a lot and pays nothing: for the sale in spring.'
      const definition = { all: [regular, { not: { did: { event: 'purchase' } } }, { is: { platform: { in: ['ios', 'android'] } } }] }
      await saveSegment(explorer(), { name: 'Regulars who never bought', description, definition, isFrozen: true })
    })

    /** One rule: bought in the known country. */
    async function build(page: Page): Promise<void> {
      await page.getByRole('button', { name: 'Add rule 1 filter' }).click()
      await page.getByRole('combobox', { name: 'Field' }).click()
      expect(await page.getByRole('option', { name: 'Segment' }).count()).toBe(0)
      await page.getByRole('option', { name: 'Country' }).click()
      await page.getByPlaceholder('Search or type a value…').fill(knownCountry)
      await page.getByRole('option', { name: knownCountry }).first().click()
      await page.getByRole('button', { name: 'Apply' }).click()
    }

    it('says how many users meet the rules before they are saved, then keeps them', async () => {
      const { page, problems } = await explorer().open({ path: '/segments' })
      await build(page)
      await page
        .getByRole('status')
        .filter({ hasText: new RegExp(`\\b${half} users`) })
        .waitFor()
      await page.getByRole('spinbutton', { name: 'Rule 1: at least how often' }).fill('2')
      await page.keyboard.press('Tab')
      await page
        .getByRole('status')
        .filter({ hasText: /\b0 users/ })
        .waitFor()
      await page.getByRole('spinbutton', { name: 'Rule 1: at least how often' }).fill('1')
      await page.getByRole('button', { name: 'Rule', exact: true }).click()
      await page.getByRole('listitem', { name: 'Rule 2', exact: true }).getByText('did not', { exact: true }).click()
      await page
        .getByRole('status')
        .filter({ hasText: /\b0 users/ })
        .waitFor()
      await page.getByRole('button', { name: 'Remove rule 2' }).click()
      await page
        .getByRole('status')
        .filter({ hasText: new RegExp(`\\b${half} users`) })
        .waitFor()
      await page.getByLabel('Name', { exact: true }).fill(name)
      await page.getByRole('button', { name: 'Save the segment' }).click()
      await itemOf(page).getByText(`did purchase with country is ${knownCountry}`).waitFor()
      await itemOf(page)
        .getByRole('button', { name: `Count ${name}` })
        .click()
      await itemOf(page).getByText(`${half} users`).waitFor()
      expect(problems).toEqual([])
    })

    it('says at its input that a name is taken', async () => {
      const { page } = await explorer().open({ path: '/segments' })
      await page.getByLabel('Name', { exact: true }).fill(name.toUpperCase())
      await page.getByRole('button', { name: 'Save the segment' }).click()
      await page.getByRole('list', { name: 'What has to change here' }).getByText('There is a segment').waitFor()
    })

    it('is a breakdown and a filter of the other pages', async () => {
      const { page, problems } = await explorer().open({ path: `/metrics?measures=installs&compare=none&where=country.in.${knownCountry}` })
      await page.getByRole('button', { name: 'Break down' }).click()
      await page.getByRole('option', { name }).click()
      await page.getByRole('button', { name: `By ${name}` }).waitFor()
      const table = page.getByRole('region', { name: 'By segment', exact: true })
      const installsOf = async (group: string) => table.getByRole('row', { name: group }).getByRole('cell').first().textContent()
      await expect.poll(async () => installsOf('Members'), { timeout: 20_000 }).toBe(half)
      expect(await installsOf('All others')).toBe(half)
      await page.getByRole('img', { name: /^Installs by segment over time, 2 series/ }).waitFor()

      await page.goto('/funnel?step=install&step=purchase')
      await page.getByRole('button', { name: 'Add: First step filter' }).click()
      await page.getByRole('combobox', { name: 'Field' }).click()
      await page.getByRole('option', { name: 'Segment' }).click()
      await page.getByRole('option', { name }).click()
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.getByText(`Segment is ${name}`).waitFor()
      const steps = page.getByRole('region', { name: 'By step', exact: true })
      await expect.poll(async () => steps.getByRole('row', { name: '2. purchase' }).getByRole('cell').nth(1).textContent(), { timeout: 20_000 }).toBe('100.0%')

      const id = /where=segment\.in\.([^&]+)/.exec(page.url())?.[1] ?? ''
      for (const path of [`/cohorts?by=segment.${id}&where=segment.in.${id}`, `/attribution?by=segment.${id}&where=segment.in.${id}`]) {
        await page.goto(path)
        await page.getByText(/^As of/).waitFor()
        expect(await page.getByRole('alert').count()).toBe(0)
      }
      expect(problems).toEqual([])
    })

    it('is read by a viewer, who cannot change it', async () => {
      const { page } = await explorer().open({ role: 'viewer', path: '/segments' })
      await itemOf(page)
        .getByRole('button', { name: `Count ${name}` })
        .waitFor()
      await page.getByText('segments:write').waitFor()
      for (const action of [`Freeze ${name}`, `Delete ${name}`, 'Save the segment']) expect(await page.getByRole('button', { name: action }).count()).toBe(0)
    })

    it('freezes, lets move on, and deletes after a question', async () => {
      const { page } = await explorer().open({ path: '/segments' })
      await itemOf(page)
        .getByRole('button', { name: `Freeze ${name}` })
        .click()
      await itemOf(page)
        .getByText(/frozen as of/)
        .waitFor()
      await itemOf(page)
        .getByRole('button', { name: `Unfreeze ${name}` })
        .click()
      await itemOf(page)
        .getByText(/frozen as of/)
        .waitFor({ state: 'detached' })
      await itemOf(page)
        .getByRole('button', { name: `Delete ${name}` })
        .click()
      await page.getByRole('button', { name: 'Keep it' }).click()
      expect(await itemOf(page).count()).toBe(1)
      await itemOf(page)
        .getByRole('button', { name: `Delete ${name}` })
        .click()
      await page.getByRole('button', { name: 'Delete the segment' }).click()
      await itemOf(page).waitFor({ state: 'detached' })
      await page.reload()
      await page.getByRole('listitem', { name: 'Regulars who never bought' }).getByText('not (did purchase)').waitFor()
      expect(await itemOf(page).count()).toBe(0)
    })
  })
}
