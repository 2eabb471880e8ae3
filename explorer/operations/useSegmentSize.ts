import type { SegmentOfInput } from './generated/graphql.ts'
import { figureOf, rowOf, type Figure } from './answer.ts'
import { useAnalysis } from './useAnalysis.ts'

/** Members, all known users, and the share of the ones in the others, 0 to 1. */
export type SegmentSize = { readonly users: Figure; readonly knownUsers: Figure; readonly share: Figure }

const text = `query SegmentSize($of: SegmentOfInput!) {
  segmentSize(of: $of) {
    users
    knownUsers
    share
  }
}
`

/** How many users a segment has, saved or not; asked whenever it changes, and not for null. */
export function useSegmentSize(of: () => SegmentOfInput | null) {
  return useAnalysis<SegmentSize>(
    () => {
      const asked = of()
      return asked === null ? null : { text, variables: { of: asked } }
    },
    (data) => {
      const { segmentSize } = rowOf(data)
      if (segmentSize === null || segmentSize === undefined) return null
      const { users, knownUsers, share } = rowOf(segmentSize)
      return { users: figureOf(users), knownUsers: figureOf(knownUsers), share: figureOf(share) }
    },
    { mayBeLive: false },
  )
}
