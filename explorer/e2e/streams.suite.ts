import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, type Client } from 'graphql-ws'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ask } from '#ops/e2e/system.ts'
import { isSigned } from '#ops/examples/webhookReceiver.ts'
import type { Explorer } from './browser.ts'
import { addDeadWebhook, postEvents } from './sending.ts'

const patience = { timeout: 90_000 }

/** Purchases of users of their own, in a country that nobody else of these walks has. */
const purchases = (country: string, count: number): readonly object[] =>
  Array.from({ length: count }, () => ({
    eventId: crypto.randomUUID(),
    event: 'purchase',
    occurredAt: new Date().toISOString(),
    userId: crypto.randomUUID(),
    app: 'shop',
    platform: 'web',
    country,
    revenue: { amount: '12.50', currency: 'USD' },
  }))

type Received = { readonly body: Buffer; readonly signature: string; readonly idempotencyKey: string; readonly delivery: string }

/** A server of somebody who takes conversions in; answers what `status` says. */
class Endpoint {
  status = 204
  readonly received: Received[] = []
  readonly #server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const text = (name: string) => String(request.headers[name])
      this.received.push({
        body: Buffer.concat(parts),
        signature: text('umg-signature'),
        idempotencyKey: text('idempotency-key'),
        delivery: text('umg-delivery'),
      })
      response.writeHead(this.status).end()
    })
  })

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/conversions`
  }
  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}

export function describeStreams(explorer: () => Explorer): void {
  describe('the streams page', () => {
    describeWebhooks(explorer)
    describeGroups(explorer)

    it('says which scope is missing', async () => {
      const { page: asViewer } = await explorer().open({ role: 'viewer', path: '/streams' })
      await asViewer.getByRole('alert').filter({ hasText: 'conversions:read' }).waitFor()
      await asViewer.getByRole('alert').filter({ hasText: 'tenant:write' }).waitFor()
      const { page: asUser } = await explorer().open({ role: 'user', path: '/streams' })
      await asUser.getByRole('heading', { name: /^Groups/ }).waitFor()
      await asUser.getByRole('alert').filter({ hasText: 'tenant:write' }).waitFor()
      expect(await asUser.getByRole('button', { name: 'Add a webhook' }).count()).toBe(0)
    })
  })
}

function describeWebhooks(explorer: () => Explorer): void {
  describe('webhooks', () => {
    const endpoint = new Endpoint()
    let url: string
    beforeAll(async () => {
      url = await endpoint.listen()
    })
    afterAll(() => endpoint.close())

    const row = (page: Page, words: string) => page.getByRole('region', { name: 'Deliveries, scrollable' }).getByRole('row').filter({ hasText: words })
    async function takeSecret(page: Page): Promise<string> {
      const shown = page.getByRole('region', { name: 'The new secret' })
      const text = (await shown.locator('code').textContent()) ?? ''
      await shown.getByRole('button', { name: 'I have kept it' }).click()
      return text
    }

    it('post a conversion, signed; one that failed comes again, and again when it is asked for', async () => {
      const { page, problems } = await explorer().open({ path: '/streams' })
      await page.getByRole('button', { name: 'Add a webhook' }).click()
      const dialog = page.getByRole('dialog', { name: 'New webhook' })
      await dialog.getByLabel('URL').fill('http://169.254.169.254/latest')
      await dialog.getByRole('button', { name: 'Create the webhook' }).click()
      await dialog.getByRole('alert').waitFor()
      await dialog.getByLabel('URL').fill(url)
      await dialog.getByLabel('What it is for').fill('Our warehouse')
      await dialog.getByRole('button', { name: 'Events' }).click()
      await page.getByRole('option', { name: 'purchase', exact: true }).click()
      await page.keyboard.press('Escape')
      await dialog.getByRole('button', { name: 'Create the webhook' }).click()
      const secret = await takeSecret(page)
      expect(secret).toMatch(/^umg_whsec_/)
      const item = page.getByRole('listitem', { name: url })
      await item.getByText('event is purchase').waitFor()

      endpoint.status = 500
      await postEvents(explorer(), purchases('TF', 1))
      await expect.poll(() => endpoint.received.length, patience).toBeGreaterThan(0)
      await row(page, 'waiting').filter({ hasText: '500' }).waitFor(patience)
      endpoint.status = 204
      const delivered = row(page, 'delivered').filter({ hasText: '204' })
      await delivered.waitFor(patience)
      const [first] = endpoint.received
      expect(JSON.parse(String(first?.body))).toMatchObject({ event: 'purchase', country: 'TF', isTest: false })
      expect(isSigned(first?.signature ?? '', first?.body ?? Buffer.of(), { secret, nowSeconds: Date.now() / 1000 })).toBe(true)

      await delivered.getByRole('button', { name: 'Redeliver' }).click()
      await row(page, 'again').filter({ hasText: 'delivered' }).waitFor(patience)
      const last = endpoint.received.at(-1)
      expect([last?.idempotencyKey === first?.idempotencyKey, last?.delivery === first?.delivery]).toEqual([true, false])
      await item.getByText(/last delivery/).waitFor()
      expect(problems).toEqual([])
    })

    it('are tried out, switched off and on, given a new secret, and deleted', async () => {
      const { page, problems } = await explorer().open({ path: '/streams' })
      const item = page.getByRole('listitem', { name: url })
      await item.getByRole('button', { name: /^Rotate the secret/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate the secret' }).click()
      const secret = await takeSecret(page)
      await item.getByText(/the old secret signs too/).waitFor()
      await item.getByRole('button', { name: /^Send a test/ }).click()
      await row(page, 'test').filter({ hasText: 'delivered' }).waitFor(patience)
      const last = endpoint.received.at(-1)
      expect(JSON.parse(String(last?.body))).toMatchObject({ isTest: true })
      expect(isSigned(last?.signature ?? '', last?.body ?? Buffer.of(), { secret, nowSeconds: Date.now() / 1000 })).toBe(true)

      await page.getByRole('group', { name: 'Status shown' }).getByRole('button', { name: 'Given up' }).click()
      await page.waitForURL(/status=dead/)
      await page.getByText('No delivery has this status.').waitFor()
      await item.getByRole('button', { name: /^Switch off/ }).click()
      await item.getByText('off', { exact: true }).waitFor()
      await item.getByRole('button', { name: /^Switch on/ }).click()
      await item.getByText('on', { exact: true }).waitFor()
      await item.getByRole('button', { name: /^Delete/ }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Delete the webhook' }).click()
      await item.waitFor({ state: 'detached' })
      expect(problems).toEqual([])
    })

    it('that nobody answers are paused, and their log has pages', async () => {
      await addDeadWebhook(explorer())
      const { page, problems } = await explorer().open({ path: '/streams' })
      const item = page.getByRole('listitem', { name: 'http://127.0.0.1:9/conversions' })
      await item.getByText('paused by failures').waitFor(patience)
      const codes = page.getByRole('region', { name: 'Deliveries, scrollable' }).locator('code')
      const newest = (await codes.first().textContent()) ?? ''
      await page.getByRole('button', { name: 'Next page' }).click()
      await page.getByRole('button', { name: 'Newest' }).waitFor()
      await codes.filter({ hasText: newest }).waitFor({ state: 'detached' })
      await codes.first().waitFor()
      await page.getByRole('button', { name: 'Newest' }).click()
      await codes.filter({ hasText: newest }).waitFor()
      expect(problems).toEqual([])
    })
  })
}

const follow = `subscription ($group: String!) {
  conversions(group: $group, from: { position: END }, where: { country: { eq: "BV" } }, maxInFlight: 1) { cursor entries { id } }
}`
const acknowledge = 'mutation ($group: String!, $cursor: Cursor!) { acknowledgeConversions(group: $group, cursor: $cursor) { cursor } }'
type Batch = { readonly conversions: { readonly cursor: string; readonly entries: readonly object[] } | null }

function describeGroups(explorer: () => Explorer): void {
  describe('groups', () => {
    const clients: Client[] = []
    afterAll(async () => {
      await Promise.all(clients.map(async (client) => client.dispose()))
    })

    it('show how far behind they are, and are moved and removed when nobody reads them', async () => {
      const { system, tenant } = explorer()
      const { page, problems } = await explorer().open({ path: '/streams' })
      await page.getByRole('region', { name: 'By a subscription' }).getByText('group: "warehouse"').waitFor()

      const group = 'streams-page'
      const connectionParams = { authorization: `Bearer ${tenant.apiKey}` }
      const client = createClient({ url: system.demo.wsUrl, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 })
      clients.push(client)
      const cursors: string[] = []
      const failures: unknown[] = []
      client.subscribe<Batch>(
        { query: follow, variables: { group } },
        {
          next: ({ data, errors }) => void (data?.conversions?.entries.length ? cursors.push(data.conversions.cursor) : errors && failures.push(errors)),
          error: (error) => void failures.push(error),
          complete: () => {},
        },
      )
      const item = page.getByRole('listitem', { name: group })
      await item.getByText('1 member reads it').waitFor(patience)
      await postEvents(explorer(), purchases('BV', 3))
      await item.getByText('3 behind').waitFor(patience)
      await item.getByText('1 in flight').waitFor(patience)
      await expect.poll(() => cursors.length, patience).toBe(1)
      expect(await item.getByRole('button', { name: /^Move/ }).isDisabled()).toBe(true)
      const { errors } = await ask(system, { query: acknowledge, variables: { group, cursor: cursors[0] }, authorization: tenant.apiKey })
      expect(errors).toBeUndefined()
      await item.getByText('2 behind').waitFor(patience)
      await item.getByText(/^last acknowledged/).waitFor()
      await client.dispose()
      await item.getByText('nobody reads it').waitFor(patience)

      const move = async (to: string) => {
        await item.getByRole('button', { name: /^Move/ }).click()
        const dialog = page.getByRole('dialog', { name: `Move ${group}` })
        await dialog.getByRole('button', { name: to }).click()
        if (to === 'An instant') await dialog.getByLabel('The instant').fill(new Date(Date.now() - 3_600_000).toISOString().slice(0, 16))
        await dialog.getByRole('button', { name: 'Move the group' }).click()
      }
      await move('The oldest kept')
      await item.getByText('3 behind').waitFor(patience)
      await move('What comes from now on')
      await item.getByText('0 behind').waitFor(patience)
      await move('An instant')
      await item.getByText('3 behind').waitFor(patience)

      await item.getByRole('button', { name: `Remove ${group}` }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Remove the group' }).click()
      await item.waitFor({ state: 'detached' })
      expect([failures, problems]).toEqual([[], []])
    })
  })
}
