import { describe, expect, it } from 'vitest'
import { knownCountry, knownInstalls, type Explorer } from './browser.ts'

export function describeMetrics(explorer: () => Explorer): void {
  describe('the metrics page', () => {
    it('answers a question that is built by clicking, with the numbers that were sent', async () => {
      const { page, problems } = await explorer().open()
      await page.getByRole('button', { name: /^Measures/ }).click()
      for (const name of ['Active users', 'Revenue', 'Purchases']) await page.getByRole('option', { name: new RegExp(`^${name}`) }).click()
      await page.getByRole('option', { name: /^Payers/ }).click()
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Break down' }).click()
      await page.getByRole('option', { name: 'Platform' }).click()
      await page.getByRole('button', { name: 'Add: Filter' }).click()
      await page.getByRole('combobox', { name: 'Field' }).click()
      await page.getByRole('option', { name: 'Country' }).click()
      await page.getByPlaceholder('Search or type a value…').fill(knownCountry)
      await page.getByRole('option', { name: knownCountry }).first().click()
      await page.getByRole('button', { name: 'Apply' }).click()

      const table = page.getByRole('region', { name: 'By platform', exact: true })
      const row = table.getByRole('row', { name: /^web/ })
      await expect.poll(async () => row.getByRole('cell').first().textContent(), { timeout: 20_000 }).toBe(String(knownInstalls))
      const { searchParams } = new URL(page.url())
      expect(Object.fromEntries(searchParams)).toEqual({ measures: 'installs,payers', by: 'platform', where: `country.in.${knownCountry}` })
      expect(problems).toEqual([])
    })

    it('shows the question of a shared address', async () => {
      const { page } = await explorer().open({ path: `/metrics?measures=purchases,revenue&range=90d&grain=week&compare=none&where=country.in.${knownCountry}` })
      const tile = page.getByRole('listitem').filter({ hasText: 'Revenue' })
      await tile.getByText('$200.00').waitFor()
      await page.getByText('Last 90 days').waitFor()
      await page.getByRole('img', { name: /^Purchases over time/ }).waitFor()
    })

    it('sorts and copies its table, exact', async () => {
      const { page } = await explorer().open({ path: `/metrics?measures=installs&compare=none&where=country.in.${knownCountry}` })
      await page.getByRole('button', { name: 'Copy the table' }).click()
      await page.getByText('Copied', { exact: true }).waitFor()
      const copied = await page.evaluate(() => navigator.clipboard.readText())
      expect(copied.split('\n')[0]).toBe('Day\tInstalls')
      expect(copied.split('\n').at(-1)).toBe(`Total\t${knownInstalls}`)
    })

    it('shows itself as GraphQL and as SQL to those who may see it', async () => {
      const { page } = await explorer().open()
      await page.getByText(/^As of/).waitFor()
      await page.getByRole('button', { name: 'View as' }).click()
      await page.getByText('query Metrics($input: MetricsInput!)').waitFor()
      await page.getByRole('tab', { name: 'SQL' }).click()
      await page
        .getByText(/SELECT/)
        .first()
        .waitFor()

      const other = await explorer().open({ role: 'viewer' })
      await other.page.getByText(/^As of/).waitFor()
      await other.page.getByRole('button', { name: 'View as' }).click()
      await other.page.getByRole('tab', { name: 'SQL' }).click()
      await other.page.getByText('Your role has not the scope').waitFor()
    })

    it('says what has to change in a question that makes no sense', async () => {
      const { page } = await explorer().open({ path: '/metrics?measures=instals' })
      await page.getByRole('alert').waitFor()
      expect(await page.getByRole('alert').textContent()).toMatch(/instals/)
    })
  })
}
