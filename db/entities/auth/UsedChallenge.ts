import { defineEntity, p, type InferEntity } from '@mikro-orm/core'

/** A challenge that was answered, kept until it would have expired. Global. */
export const UsedChallenge = defineEntity({
  name: 'UsedChallenge',
  tableName: 'used_challenges',
  properties: {
    id: p.uuid().primary(),
    expiresAt: p.datetime(),
  },
})
export type UsedChallenge = InferEntity<typeof UsedChallenge>
