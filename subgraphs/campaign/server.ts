import { createRoutedOrm } from '#db/routing/routed.ts'
import { openRoutes } from '#db/routing/routes.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady } from '#ops/lifecycle.ts'
import { startSubgraph } from '#ops/service/startSubgraph.ts'
import { startProcess } from '#ops/startProcess.ts'
import { campaignContext } from './createContext.ts'
import { schema } from './schema.ts'

const { config, log, lifecycle } = await startProcess(() => readConfig.campaign())
const routes = openRoutes(config)
lifecycle.onStop('routes', async () => routes?.close())
const orm = await createRoutedOrm(config.postgres, routes)
lifecycle.onStop('postgres', () => orm.close())
await startSubgraph({ config, schema, createContext: campaignContext({ orm }), log, lifecycle })
announceReady()
