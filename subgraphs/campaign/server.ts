import { createOrm } from '#db/orm.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady, createLifecycle } from '#ops/lifecycle.ts'
import { createLogger } from '#ops/logging.ts'
import { startSubgraph } from '#ops/service/startSubgraph.ts'
import { startTelemetry } from '#ops/telemetry.ts'
import { campaignContext } from './createContext.ts'
import { schema } from './schema.ts'

const config = readConfig.campaign()
const log = createLogger({ name: config.name, level: config.logLevel })
const lifecycle = createLifecycle({ log, graceMs: config.shutdownGraceMs })
const telemetry = await startTelemetry(config)
lifecycle.onStop('telemetry', telemetry.stop)
const orm = await createOrm(config.postgres)
lifecycle.onStop('postgres', () => orm.close())
await startSubgraph({ config, schema, createContext: campaignContext({ orm }), log, lifecycle })
announceReady()
