import { readConfig } from '#ops/config.ts'
import { createPool, type Pool } from '../pool.ts'

export type TestPools = { readonly owner: Pool; readonly app: Pool; readonly auth: Pool; readonly worker: Pool; readonly close: () => Promise<void> }

/** Connections as each role to the PostgreSQL that `npm test` started; close them in `afterAll`. */
export function openTestPools(): TestPools {
  const { ownerUrl, appUrl, authUrl, workerUrl } = readConfig.owner()
  const open = (url: string): Pool => createPool({ url, poolSize: 4, name: 'test' })
  const pools = { owner: open(ownerUrl), app: open(appUrl), auth: open(authUrl), worker: open(workerUrl) }
  return { ...pools, close: async () => void (await Promise.all(Object.values(pools).map((pool) => pool.end()))) }
}
