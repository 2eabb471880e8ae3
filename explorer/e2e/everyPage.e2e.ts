// Every page in both themes and at both widths, as axe-core and a narrow telephone see it; a system of its own, beside the walks.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { screenshots, startExplorer, type Explorer, type OpenedPage, type Theme } from './browser.ts'
import { pagePaths } from './pages.ts'
import { addDeadWebhook, inviteMember } from './sending.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe('every page of the explorer', () => {
  let explorer: Explorer
  beforeAll(async () => {
    explorer = await startExplorer()
    // A mail to read, somebody who is invited, and deliveries that fail.
    await inviteMember(explorer, 'invited@everypage.example')
    await addDeadWebhook(explorer)
  })
  afterAll(async () => explorer?.close())

  // Colours are the same at every width, and what fits does so in both themes.
  describe.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ] as const)('in %s, %d px wide', (theme: Theme, width: number) => {
    let member: OpenedPage
    let stranger: OpenedPage
    beforeAll(async () => {
      ;[member, stranger] = await Promise.all([explorer.open({ theme, width }), explorer.open({ theme, width, role: null, path: '/login' })])
    })
    afterAll(async () => {
      await Promise.all([member.context.close(), stranger.context.close()])
    })

    it.each(pagePaths)('the page $name has nothing that axe-core minds, and fits', async ({ name, path, isPublic }) => {
      const { page, problems } = isPublic === true ? stranger : member
      await page.goto(path)
      await settle(page)
      await page.screenshot({ path: join(screenshots, `${name}-${theme}-${width}.png`) })
      expect(await axeViolations(page)).toEqual([])
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(overflow).toBe(0)
      expect(problems).toEqual([])
    })
  })
})

/** Nothing is on its way any more, and pictures have come to rest. */
async function settle(page: Page): Promise<void> {
  await page.locator('h1').waitFor()
  // A page may wait for several answers at once.
  await expect.poll(async () => page.locator('[aria-busy=true]').count(), { timeout: 20_000 }).toBe(0)
  await page.evaluate(async () => document.fonts.ready.then(() => undefined))
  // A picture is there when its canvas is; ECharts says in no attribute when it has finished, and moves for a quarter of a second.
  const charts = await page.getByRole('img', { name: /numbers are in the table/ }).count()
  if (charts > 0) await page.locator('canvas').first().waitFor()
  await page.evaluate(async () => new Promise<void>((resolve) => requestIdleCallback(() => resolve(), { timeout: 1000 })))
}

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }

/** Evaluated past the page's own policy, which lets no script of others in. */
async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } }
    return axe.run({ resultTypes: ['violations'] })
  })
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`))
}
