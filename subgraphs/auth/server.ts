import { createOrm } from '#db/orm.ts'
import { readConfig } from '#ops/config.ts'
import { announceReady } from '#ops/lifecycle.ts'
import { shareCores } from '#ops/security/passwords.ts'
import { startSubgraph } from '#ops/service/startSubgraph.ts'
import { startProcess } from '#ops/startProcess.ts'
import { createAuthService } from './authService.ts'
import { schema } from './schema.ts'

const { config, log, lifecycle } = await startProcess(() => readConfig.auth())
shareCores(config.hashes)
const orm = await createOrm(config.postgres)
lifecycle.onStop('postgres', () => orm.close())
const auth = createAuthService({ orm, settings: config })
await startSubgraph({ config, schema, createContext: (base, http) => ({ ...base, auth, http, isProduction: config.isProduction }), log, lifecycle })
announceReady()
