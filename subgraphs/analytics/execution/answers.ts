import type { Identity } from '#ops/security/identity.ts'
import type { BoundQuery } from '../compiler/bound.ts'
import type { Compiled } from '../compiler/compile.ts'
import type { FilterInput } from '../compiler/request.ts'
import type { AttributionRows } from './shapeAttribution.ts'
import type { CohortRows } from './shapeCohorts.ts'
import type { FunnelRows } from './shapeFunnel.ts'
import type { MetricsRows } from './shapeMetrics.ts'
import type { PathRows } from './shapePaths.ts'
import type { SegmentSizeRows } from './shapeSegmentSize.ts'
import type { UserRows } from './shapeUsers.ts'

/** Who asks, and what ends the question early. `isAgain`: it was counted when it was asked first, and is looked at again for whoever watches it. */
export type Asker = { readonly identity: Identity; readonly signal: AbortSignal | null; readonly isAgain?: boolean }

/** What QueryInfo says. Numbers of what was read are null when nothing ran. */
export type QueryInfoValue = {
  readonly compiled: Compiled<BoundQuery>
  readonly rowsRead: number | null
  readonly bytesRead: number | null
  readonly estimatedRows: number | null
  readonly estimatedBytes: number | null
  readonly elapsedMs: number | null
  readonly asOf: Date
  readonly isTruncated: boolean
}

export type MetricsAnswer = MetricsRows & { readonly info: QueryInfoValue }
export type AttributionAnswer = AttributionRows & { readonly info: QueryInfoValue }
export type FunnelAnswer = FunnelRows & { readonly info: QueryInfoValue }
export type PathsAnswer = PathRows & { readonly info: QueryInfoValue }
export type SegmentSizeAnswer = SegmentSizeRows & { readonly info: QueryInfoValue }
export type CohortsAnswer = CohortRows & { readonly info: QueryInfoValue }

export type UsersAnswer = UserRows & { readonly endCursor: string | null; readonly info: QueryInfoValue }
export type UsersArguments = {
  readonly input: { readonly cell: string; readonly where?: FilterInput | null }
  readonly first: number
  readonly after?: string | null
}
