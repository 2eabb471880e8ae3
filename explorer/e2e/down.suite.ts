import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { until } from '#ops/e2e/system.ts'
import { screenshots, type Explorer } from './browser.ts'

export function describeDown(explorer: () => Explorer): void {
  describe('when analytics is down', () => {
    it('the page says so, keeps the question, and goes on when it is back', async () => {
      const { page } = await explorer().open({ path: '/metrics?range=14d' })
      await page.getByText(/^As of/).waitFor()
      const { system, url } = explorer()
      const isReady = async () => (await fetch(`${url}/health/ready`)).ok
      process.kill(system.pidOf('analytics'), 'SIGKILL')
      await until(async () => !(await isReady()), { what: 'analytics to be gone', timeoutMs: 10_000 })

      await page.getByRole('button', { name: 'Refresh' }).click()
      const alert = page.getByRole('alert')
      await alert.filter({ hasText: 'Analytics does not answer right now' }).waitFor()
      await page.screenshot({ path: join(screenshots, 'analytics-down-light-1280.png') })
      expect(await page.getByRole('button', { name: /^Range: Last 14 days/ }).isVisible()).toBe(true)

      await until(isReady, { what: 'analytics to be back', timeoutMs: 60_000 })
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText(/^As of/).waitFor()
      expect(await alert.count()).toBe(0)
    })
  })
}
