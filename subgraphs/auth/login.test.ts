import { GraphQLError } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOrm } from '#db/orm.ts'
import type { MikroORM } from '#db/tenantScope.ts'
import { readConfig } from '#ops/config.ts'
import { createAuthService } from './authService.ts'

describe('guessing passwords', () => {
  let orm: MikroORM
  beforeAll(async () => {
    orm = await createOrm({ ...readConfig.auth().postgres, poolSize: 4 })
  })
  afterAll(() => orm?.close())

  it('of many accounts all at once gets no more attempts from one address than one after another', async () => {
    const { login } = createAuthService({ orm, settings: readConfig.auth() })
    // Too long to be any account's, so that the slow hash is not what this test waits for.
    const guess = { password: 'x'.repeat(1_025), rememberMe: false, client: { clientAddress: '192.0.2.1', userAgent: null } }
    const all = Array.from({ length: 260 }, (_, index) => login({ ...guess, email: `nobody-${index}@example.test` }))
    const codes = (await Promise.allSettled(all)).map((each) =>
      each.status === 'rejected' && each.reason instanceof GraphQLError ? each.reason.extensions['code'] : each.status,
    )
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(200)
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(60)
  })
})
