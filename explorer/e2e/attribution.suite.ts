import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ask, until } from '#ops/e2e/system.ts'
import type { Explorer } from './browser.ts'
import { nameCampaign, postEvents } from './sending.ts'

/** A country that nobody else has. */
const country = 'GL'
const hour = 3_600_000
const day = 24 * hour

/** Two paths that the models divide differently, and a purchase that nothing led to. */
function paths(): readonly object[] {
  const base = Math.floor(Date.now() / day) * day - 2 * day
  const common = { country, platform: 'web', app: 'shop' }
  const touch = (user: string, campaign: string, hoursBefore: number) => ({
    ...common,
    eventId: `attr-${user}-${campaign}-${hoursBefore}`,
    event: 'click',
    userId: user,
    occurredAt: new Date(base - hoursBefore * hour).toISOString(),
    touch: { kind: 'click', campaign, channel: 'social' },
  })
  const purchase = (user: string, amount: string) => ({
    ...common,
    eventId: `attr-${user}`,
    event: 'purchase',
    userId: user,
    occurredAt: new Date(base).toISOString(),
    revenue: { amount, currency: 'USD' },
  })
  return [
    touch('gl-1', 'gl-north', 72),
    touch('gl-1', 'gl-south', 2),
    purchase('gl-1', '100.00'),
    touch('gl-2', 'gl-north', 96),
    touch('gl-2', 'gl-south', 48),
    touch('gl-2', 'gl-south', 24),
    purchase('gl-2', '30.00'),
    purchase('gl-3', '7.00'),
  ]
}

const QUERY = `query Expected($input: AttributionInput!) {
  attribution(input: $input) {
    rows { campaign { name } first: conversions(model: FIRST_TOUCH) linear: conversions(model: LINEAR) revenue(model: LINEAR) touchpoints assists }
  }
}`

type Expected = { campaign: { name: string } | null; first: number; linear: number; revenue: string; touchpoints: string; assists: string }

export function describeAttribution(explorer: () => Explorer): void {
  describe('the attribution page', () => {
    let expected: readonly Expected[] = []
    const expectedOf = (name: string | null) => expected.find(({ campaign }) => (campaign?.name ?? null) === name)!

    beforeAll(async () => {
      const { system, tenant } = explorer()
      await postEvents(explorer(), paths())
      await nameCampaign(explorer(), { id: 'gl-north', name: 'Northern lights' })
      await nameCampaign(explorer(), { id: 'gl-south', name: 'Southern cross' })
      const input = { conversion: { event: 'purchase' }, range: { last: 30, unit: 'DAY' }, timeZone: 'UTC', where: { country: { eq: country } } }
      await until(
        async () => {
          const { data } = await ask(system, { query: QUERY, variables: { input }, authorization: tenant.apiKey })
          expected = data?.attribution?.rows ?? []
          return expected.length === 3
        },
        { what: 'the paths to be copied', timeoutMs: 60_000 },
      )
    })

    const tableOf = (page: Page, measure: string): Locator => page.getByRole('region', { name: `${measure}, every campaign`, exact: true })
    const cellsOf = async (table: Locator, name: string): Promise<readonly (string | null)[]> => {
      const row = table.getByRole('row', { name })
      await row.waitFor()
      return row.getByRole('cell').allTextContents()
    }
    const press = async (page: Page, model: string) => page.getByRole('group', { name: 'Models' }).getByRole('button', { name: model }).click()

    it('switches the models: bars and numbers change, and are those of the API', async () => {
      const { page, problems } = await explorer().open({ path: `/attribution?where=country.in.${country}&models=first_touch` })
      const table = tableOf(page, 'Credited conversions')
      const picture = page.getByRole('img', { name: /^Credited conversions by campaign: 2 groups/ })
      await picture.locator('canvas').waitFor()
      expect((await cellsOf(table, 'Northern lights'))[0]).toBe(expectedOf('Northern lights').first.toFixed(2))
      const before = await picture.screenshot()

      await press(page, 'Linear')
      await page.waitForURL(/models=first_touch,linear|models=first_touch%2Clinear/)
      await page.getByRole('img', { name: /under 2 models/ }).waitFor()
      await table.getByRole('columnheader', { name: /Linear/ }).waitFor()
      for (const name of ['Northern lights', 'Southern cross']) {
        const { first, linear, touchpoints, assists } = expectedOf(name)
        const cells = await cellsOf(table, name)
        expect(cells.slice(0, 2)).toEqual([first.toFixed(2), linear.toFixed(2)])
        expect(cells.slice(-2)).toEqual([touchpoints, assists])
      }
      expect(expectedOf('Northern lights').first).not.toBe(expectedOf('Northern lights').linear)
      expect((await picture.screenshot()).equals(before)).toBe(false)

      await press(page, 'First touch')
      await page.getByRole('img', { name: /under 1 models/ }).waitFor()
      expect(await table.getByRole('columnheader', { name: /First touch/ }).count()).toBe(0)
      expect(problems).toEqual([])
    })

    it('names what no touchpoint led to, and sums to all of it under each model', async () => {
      const { page } = await explorer().open({ path: `/attribution?where=country.in.${country}&shown=revenue` })
      const table = tableOf(page, 'Credited revenue')
      expect((await cellsOf(table, 'No touchpoint (organic or direct)')).slice(0, 4)).toEqual(['$7.00', '$7.00', '$7.00', '$7.00'])
      expect((await cellsOf(table, 'Total')).slice(0, 4)).toEqual(['$137.00', '$137.00', '$137.00', '$137.00'])
      await page.getByText('Not drawn: No touchpoint (organic or direct), $7.00.').waitFor()
      const linear = expectedOf('Northern lights').revenue
      expect((await cellsOf(table, 'Northern lights'))[2]).toBe(`$${Number(linear).toFixed(2)}`)
    })

    it('looks back as far as it is told', async () => {
      const { page } = await explorer().open({ path: `/attribution?where=country.in.${country}` })
      await page.getByRole('button', { name: 'Lookback window' }).click()
      await page.getByLabel('Clicks count for').fill('1')
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.waitForURL(/clicks=1/)
      const table = tableOf(page, 'Credited conversions')
      await expect.poll(async () => (await cellsOf(table, 'Southern cross'))[0], { timeout: 20_000 }).toBe('2.00')
      expect(await table.getByRole('row', { name: 'Northern lights' }).count()).toBe(0)
      expect((await cellsOf(table, 'Southern cross')).slice(0, 4)).toEqual(['2.00', '2.00', '2.00', '2.00'])
    })

    it('offers the models that the schema has, and no other', async () => {
      const { system, tenant } = explorer()
      const query = '{ about: __type(name: "AttributionModel") { enumValues { name } } }'
      const { data } = await ask(system, { query, authorization: tenant.apiKey })
      const offered: readonly unknown[] = data.about.enumValues
      const { page } = await explorer().open({ path: `/attribution?where=country.in.${country}` })
      const models = page.getByRole('group', { name: 'Models' }).getByRole('button')
      await expect.poll(async () => models.count(), { timeout: 20_000 }).toBe(offered.length)
    })

    it('tells what a model means, and leaves cost out where costs are not kept', async () => {
      const { page } = await explorer().open({ path: `/attribution?where=country.in.${country}&by=creative&shown=roas` })
      await page.getByText('cost, ROAS and CPA are left out').waitFor()
      await page.getByRole('group', { name: 'Models' }).getByRole('button', { name: 'Position based' }).hover()
      await page.getByRole('tooltip').filter({ hasText: '40 % to the first touchpoint' }).waitFor()
    })
  })
}
