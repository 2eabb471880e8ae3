import { createOrm } from '#db/orm.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady } from '#ops/lifecycle.ts'
import { startSubgraph } from '#ops/service/startSubgraph.ts'
import { startProcess } from '#ops/startProcess.ts'
import { campaignContext } from './createContext.ts'
import { schema } from './schema.ts'

const { config, log, lifecycle } = await startProcess(() => readConfig.campaign())
const orm = await createOrm(config.postgres)
lifecycle.onStop('postgres', () => orm.close())
await startSubgraph({ config, schema, createContext: campaignContext({ orm }), log, lifecycle })
announceReady()
