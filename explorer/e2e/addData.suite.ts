import { describe, expect, it } from 'vitest'
import type { Explorer } from './browser.ts'
import { postEvents } from './sending.ts'

export function describeAddData(explorer: () => Explorer): void {
  describe('the page to add data', () => {
    it('makes a key, with whose line good and bad events are sent, and shows both as they come', async () => {
      const { page, problems } = await explorer().open({ path: '/add-data' })
      await page.getByLabel('Name', { exact: true }).fill('Browser test')
      await page.getByRole('button', { name: 'Create the key' }).click()
      const key = (await page.getByRole('region', { name: 'Browser test' }).locator('code').textContent()) ?? ''
      expect(key).toMatch(/^umg_ingest_/)

      await page.getByRole('button', { name: 'Copy the line' }).click()
      await page.getByText('Copied', { exact: true }).first().waitFor()
      const line = await page.evaluate(() => navigator.clipboard.readText())
      const url = /curl -sS (\S+)/.exec(line)?.[1] ?? ''
      expect([url, line.includes(`Authorization: Bearer ${key}`)]).toEqual([`http://127.0.0.1:${explorer().system.port + 5}/v1/events`, true])
      const body: unknown = JSON.parse(/-d '([\s\S]*)'$/.exec(line)?.[1] ?? '')

      const good = Array.isArray(body) ? (body as readonly object[]) : []
      const bad = { eventId: 'bad-1', event: 'purchase', occurredAt: 'yesterday', userId: 'add-data-user', app: 'shop' }
      const answer = await postEvents(explorer(), [...good, bad], { url, key })
      expect([answer.accepted, answer.rejected.map(({ code }) => code)]).toEqual([2, ['INVALID_TIME']])

      await page.getByRole('region', { name: 'Arriving', exact: true }).getByRole('row').filter({ hasText: 'customer-7' }).first().waitFor()
      const rejected = page.getByRole('region', { name: 'Rejected', exact: true }).getByRole('listitem').filter({ hasText: 'INVALID_TIME' }).first()
      await rejected.getByText('occurredAt', { exact: true }).waitFor()
      await rejected.getByText('As it came').click()
      await rejected.getByText('add-data-user').waitFor()
      expect(problems).toEqual([])

      // The line's click credits its purchase: a newcomer sees the campaign's name in the stream.
      const [, campaign] = /A click on (.+) and the purchase/.exec((await page.getByText(/A click on .+ and the purchase/).textContent()) ?? '') ?? []
      const live = await explorer().open({ path: '/live' })
      await live.page.getByRole('row').filter({ hasText: 'customer-7' }).filter({ hasText: campaign }).first().waitFor()
      expect(live.problems).toEqual([])
    })

    it('shows the text of a key once, and lists the key from then on', async () => {
      const { page } = await explorer().open({ path: '/add-data' })
      await page.getByRole('combobox', { name: 'Ingest key' }).click()
      await page.getByRole('option', { name: /^Browser test/ }).click()
      await page.getByText('Its text was shown when it was made').waitFor()
      expect(await page.getByText('umg_ingest_').count()).toBe(0)
    })

    it('bounds an SDK key, and takes no name that is empty', async () => {
      const { page } = await explorer().open({ path: '/add-data' })
      await page.getByText('SDK', { exact: true }).click()
      const create = page.getByRole('button', { name: 'Create the key' })
      expect(await create.isDisabled()).toBe(true)
      await page.getByLabel('Name', { exact: true }).fill('Phone')
      await page.getByLabel(/^Largest amount/).fill('50')
      await create.click()
      await page.getByRole('region', { name: 'Phone' }).getByText('umg_ingest_').waitFor()
    })

    it('has the line of the import tool', async () => {
      const { page } = await explorer().open({ path: '/add-data' })
      await page.getByRole('tab', { name: 'A file' }).click()
      await page.getByText(`--tenant ${explorer().tenant.slug}`).waitFor()
    })

    it('says to a viewer who can make keys, and still shows what arrives', async () => {
      const { page } = await explorer().open({ role: 'viewer', path: '/add-data' })
      await page.getByText('keys:write').waitFor()
      expect(await page.getByRole('button', { name: 'Create the key' }).count()).toBe(0)
      await page.getByRole('region', { name: 'Arriving', exact: true }).getByRole('row').nth(1).waitFor()
    })
  })
}
