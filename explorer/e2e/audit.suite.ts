import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Explorer } from './browser.ts'
import { saveSegment } from './sending.ts'

const definition = { is: { platform: { in: ['ios'] } } }

export function describeAudit(explorer: () => Explorer): void {
  describe('the audit log page', () => {
    const entries = (page: Page) => page.getByRole('region', { name: 'Entries' }).getByRole('listitem')
    /** What was done is in the log a moment later. */
    async function untilThere(page: Page, text: string): Promise<void> {
      await expect
        .poll(
          async () => {
            const refresh = page.getByRole('button', { name: 'Refresh' })
            if (await refresh.isEnabled()) await refresh.click()
            return entries(page).filter({ hasText: text }).count()
          },
          { timeout: 30_000 },
        )
        .toBe(1)
    }

    it('shows what was just done, with who did it and what is different since, and narrows by a click', async () => {
      await saveSegment(explorer(), { name: 'Seen in the log', definition })
      const { page, problems } = await explorer().open({ path: '/audit?action=segment' })
      await untilThere(page, 'Seen in the log')
      const entry = entries(page).filter({ hasText: 'Seen in the log' })
      await entry.getByText('segment.created', { exact: true }).waitFor()
      await entry.getByRole('button', { name: /^Owner of/ }).click()
      await page.waitForURL(/actor=/)
      expect(new URL(page.url()).searchParams.get('action')).toBe('segment')
      await page
        .getByRole('combobox', { name: 'Actor' })
        .filter({ hasText: /^Owner of/ })
        .waitFor()

      await page.getByLabel('Search').fill('nothing of this name')
      await page.keyboard.press('Enter')
      await page.getByText('Nothing found').first().waitFor()
      await page.getByRole('button', { name: 'Clear' }).click()
      await page.waitForURL((url) => url.search === '')
      await page.getByLabel('Search').fill('SEEN IN THE')
      await page.keyboard.press('Enter')
      await expect.poll(async () => entries(page).count(), { timeout: 20_000 }).toBe(1)
      await page.getByLabel('From').fill('2100-01-01')
      await page.getByText('Nothing found').first().waitFor()
      expect(problems).toEqual([])
    })

    it('saves the whole log, whatever is searched for', async () => {
      await saveSegment(explorer(), { name: 'Saved with the log', definition })
      const { page } = await explorer().open({ path: '/audit?text=Saved+with' })
      await untilThere(page, 'Saved with the log')
      for (const [label, ending] of [
        ['NDJSON', 'ndjson'],
        ['CSV', 'csv'],
      ] as const) {
        const saved = page.waitForEvent('download')
        await page.getByRole('button', { name: 'Export' }).click()
        await page.getByRole('button', { name: new RegExp(`^${label}`) }).click()
        const download = await saved
        const lines = readFileSync(await download.path(), 'utf8')
          .trim()
          .split('\n')
        expect(download.suggestedFilename()).toBe(`audit-${explorer().tenant.slug}.${ending}`)
        expect(lines.filter((line) => line.includes('segment.created')).length).toBeGreaterThan(0)
        expect(lines.filter((line) => line.includes('account.logged_in')).length).toBeGreaterThan(0)
      }
    })

    it('is shown to those alone who may read it', async () => {
      const { page } = await explorer().open({ role: 'viewer', path: '/audit' })
      await page.getByRole('alert').filter({ hasText: 'Your role may not see this' }).waitFor()
      const settings = page.getByRole('navigation', { name: 'Settings' })
      await settings.getByRole('link', { name: 'Sessions' }).waitFor()
      expect(await settings.getByRole('link', { name: 'Audit log' }).count()).toBe(0)
    })
  })
}
