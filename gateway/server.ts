import { readFile } from 'node:fs/promises'
import { readConfig } from '#ops/config.ts'
import { announceReady, createLifecycle } from '#ops/lifecycle.ts'
import { createLogger } from '#ops/logging.ts'
import { startTelemetry } from '#ops/telemetry.ts'
import { startGateway } from './startGateway.ts'

const config = readConfig.gateway()
const log = createLogger({ name: config.name, level: config.logLevel })
const lifecycle = createLifecycle({ log, graceMs: config.shutdownGraceMs })
const telemetry = await startTelemetry(config)
lifecycle.onStop('telemetry', telemetry.stop)
const supergraphSdl = await readFile(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8')
await startGateway({ config, supergraphSdl, log, lifecycle })
announceReady()
