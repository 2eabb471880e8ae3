import { describe, expect, it } from 'vitest'
import { knownCountry, knownInstalls, type Explorer } from './browser.ts'

export function describeCohorts(explorer: () => Explorer): void {
  describe('the cohorts page', () => {
    it('builds a cohort by clicking: entry, activity, grain and filter', async () => {
      const { page, problems } = await explorer().open({ path: `/cohorts?where=country.in.${knownCountry}` })
      await page.getByRole('combobox', { name: 'Grain' }).click()
      await page.getByRole('option', { name: 'Monthly' }).click()
      await page.getByRole('button', { name: /^Activity/ }).click()
      await page.getByPlaceholder('Search events…').fill('purchase')
      await page
        .getByRole('option', { name: /^purchase/ })
        .first()
        .click()
      await page.getByRole('button', { name: /^Range/ }).click()
      await page.getByRole('spinbutton', { name: 'Last' }).fill('2')
      await page.getByRole('checkbox', { name: /Include the current/ }).check()
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.waitForURL(/range=2m/)
      const table = page.getByRole('region', { name: 'Retention by cohort', exact: true })
      const sizes = table.locator('tbody tr td:nth-child(2)')
      await sizes.first().waitFor()
      const total = (await sizes.allTextContents()).reduce((sum, text) => sum + Number(text), 0)
      expect(total).toBe(knownInstalls)
      await page.getByRole('img', { name: /^Retention of/ }).waitFor()
      expect(problems).toEqual([])
    })

    it('switches what is shown and how', async () => {
      const { page } = await explorer().open({ path: `/cohorts?where=country.in.${knownCountry}&grain=month&range=2m%2B` })
      await page.getByRole('button', { name: 'LTV' }).click()
      const table = page.getByRole('region', { name: 'Lifetime value by cohort', exact: true })
      await table.getByText('$').first().waitFor()
      await page.getByRole('button', { name: 'Curve' }).click()
      await page.waitForURL(/view=curve/)
      expect(new URL(page.url()).searchParams.get('show')).toBe('ltv')
    })
  })
}
