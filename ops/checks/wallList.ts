import { GRANT_WALLS } from './grantWalls.ts'
import { TENANT_WALLS } from './tenantWalls.ts'
import type { Wall } from './wall.ts'

/** Every marked guard. */
export const WALLS: readonly Wall[] = [...TENANT_WALLS, ...GRANT_WALLS]
