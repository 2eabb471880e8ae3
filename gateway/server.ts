import { readFile } from 'node:fs/promises'
import { readConfig } from '#ops/config.ts'
import { announceReady } from '#ops/lifecycle.ts'
import { startProcess } from '#ops/startProcess.ts'
import { startGateway } from './startGateway.ts'

const { config, log, lifecycle } = await startProcess(() => readConfig.gateway())
const supergraphSdl = await readFile(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8')
await startGateway({ config, supergraphSdl, log, lifecycle })
announceReady()
