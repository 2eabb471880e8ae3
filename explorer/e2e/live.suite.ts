import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { until } from '#ops/e2e/system.ts'
import type { Explorer } from './browser.ts'
import { nameCampaign, postEvents } from './sending.ts'

const minute = 60_000
let count = 0

/** A purchase of a user of its own that a click led to. */
function purchase(country: string): { readonly userId: string; readonly events: readonly object[] } {
  count += 1
  const userId = `live-${count}-${Date.now()}`
  const common = { userId, app: 'shop', platform: 'ios', country }
  const at = Date.now()
  return {
    userId,
    events: [
      {
        ...common,
        eventId: `${userId}-click`,
        event: 'click',
        occurredAt: new Date(at - 90 * minute).toISOString(),
        touch: { kind: 'click', campaign: 'live-campaign' },
      },
      { ...common, eventId: userId, event: 'purchase', occurredAt: new Date(at).toISOString(), revenue: { amount: '12.50', currency: 'USD' } },
    ],
  }
}

export function describeLive(explorer: () => Explorer): void {
  describe('the live page', () => {
    beforeAll(async () => nameCampaign(explorer(), { id: 'live-campaign', name: 'Aurora nights' }))

    const rowOf = (page: Page, userId: string) => page.getByRole('region', { name: 'Conversions', exact: true }).getByRole('row').filter({ hasText: userId })
    const isLive = async (page: Page) => page.getByRole('status').filter({ hasText: 'Live' }).waitFor()

    it('shows a posted event as it arrives, with the name of the campaign that its click named', async () => {
      const { page, problems } = await explorer().open({ path: '/live' })
      await isLive(page)
      const { userId, events } = purchase('FO')
      await postEvents(explorer(), events)
      const row = rowOf(page, userId)
      await row.getByText('Aurora nights').waitFor()
      expect(await row.textContent()).toMatch(/purchase.*touch 2 h before.*\$12\.50.*shop.*FO/)
      await page.getByRole('img', { name: /Conversions per minute.*[1-9]\d* in all/ }).waitFor()
      const breakdown = page.getByRole('region', { name: 'Conversions by value' })
      await breakdown.getByRole('listitem').filter({ hasText: 'Aurora nights' }).waitFor()
      await breakdown.getByRole('combobox', { name: 'Broken down by' }).click()
      await page.getByRole('option', { name: 'Country' }).click()
      await breakdown.getByRole('listitem').filter({ hasText: 'FO' }).waitFor()
      await page.waitForURL('**/live?by=country')
      expect(problems).toEqual([])
    })

    it('loses nothing while it is paused, and says how many wait', async () => {
      const { page } = await explorer().open({ path: '/live?country=FO' })
      await isLive(page)
      await page.getByRole('button', { name: 'Pause' }).click()
      const [first, second] = [purchase('FO'), purchase('FO')]
      await postEvents(explorer(), [...first.events, ...second.events])
      await page.getByRole('button', { name: /Continue\s*2/ }).waitFor()
      expect(await rowOf(page, first.userId).count()).toBe(0)
      await page.getByRole('button', { name: /Continue/ }).click()
      await rowOf(page, first.userId).waitFor()
      await rowOf(page, second.userId).waitFor()
    })

    it('shows what its filter lets through, and nothing else', async () => {
      const { page } = await explorer().open({ path: '/live?country=SJ&event=purchase' })
      await isLive(page)
      const [hidden, shown] = [purchase('FO'), purchase('SJ')]
      await postEvents(explorer(), [...hidden.events, ...shown.events])
      await rowOf(page, shown.userId).waitFor()
      expect(await rowOf(page, hidden.userId).count()).toBe(0)
    })

    it('shows the log again from an instant on, and goes on with what comes', async () => {
      const { page } = await explorer().open({ path: '/live?country=GL' })
      await isLive(page)
      const before = purchase('GL')
      await postEvents(explorer(), before.events)
      await rowOf(page, before.userId).waitFor()
      await page.getByRole('button', { name: 'Begin: Last minutes' }).click()
      // An hour ahead is refused by its name; an hour ago shows what came since.
      const local = (ms: number) => page.evaluate((at) => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16), ms)
      await page.getByLabel('Show the log again from').fill(await local(Date.now() + 60 * minute))
      await page.getByRole('button', { name: 'Replay' }).click()
      await page.getByRole('alert').filter({ hasText: 'still to come' }).waitFor()
      await page.getByRole('button', { name: /Begin: Since/ }).click()
      await page.getByLabel('Show the log again from').fill(await local(Date.now() - 60 * minute))
      await page.getByRole('button', { name: 'Replay' }).click()
      await rowOf(page, before.userId).waitFor()
      const after = purchase('GL')
      await postEvents(explorer(), after.events)
      await rowOf(page, after.userId).waitFor()
      expect(await rowOf(page, before.userId).count()).toBe(1)
    })

    it('goes on after the gateway was gone, with what came meanwhile, each once', async () => {
      const { page } = await explorer().open({ path: '/live?country=AX' })
      await isLive(page)
      const before = purchase('AX')
      await postEvents(explorer(), before.events)
      await rowOf(page, before.userId).waitFor()
      const { system, url } = explorer()
      process.kill(system.pidOf('gateway'), 'SIGKILL')
      await page.getByRole('status').filter({ hasText: 'Reconnecting' }).waitFor()
      const meanwhile = purchase('AX')
      await postEvents(explorer(), meanwhile.events)
      await until(
        async () =>
          fetch(`${url}/health/ready`).then(
            (answer) => answer.ok,
            () => false,
          ),
        { what: 'the gateway to be back', timeoutMs: 60_000 },
      )
      await rowOf(page, meanwhile.userId).waitFor()
      await isLive(page)
      for (const { userId } of [before, meanwhile]) expect(await rowOf(page, userId).count()).toBe(1)
    })

    it('sends a test conversion, marked as one', async () => {
      const { page } = await explorer().open({ path: '/live' })
      await isLive(page)
      await page.getByRole('button', { name: 'Send a test conversion' }).click()
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      await page
        .getByRole('region', { name: 'Conversions', exact: true })
        .getByRole('row')
        .filter({ hasText: 'made up' })
        .getByText('test', { exact: true })
        .first()
        .waitFor()
    })

    it('says to a viewer which scope is missing', async () => {
      const { page } = await explorer().open({ role: 'viewer', path: '/live' })
      await page.getByRole('alert').filter({ hasText: 'conversions:read' }).waitFor()
      expect(await page.getByRole('button', { name: 'Send a test conversion' }).count()).toBe(0)
    })
  })
}
