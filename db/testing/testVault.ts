import { readConfig } from '#ops/config.ts'
import { createVault, type Vault } from '../crypto/vault.ts'

/** The vault of the system under test. */
export const testVault = (): Vault => createVault(readConfig.collector().masterKeys)
