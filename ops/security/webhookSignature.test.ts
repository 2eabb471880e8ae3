import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSignedWebhook, webhookSecretOf } from './webhookSignature.ts'

// The example of the Standard Webhooks specification and of Svix's documentation, which our own code did not make.
const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
} as const
const SIGNED_AT = new Date(1_614_265_330_000)

function isSigned(change: { readonly [Name in keyof typeof PUBLISHED]?: unknown } = {}, at = SIGNED_AT): boolean {
  const { secret, body, ...signs } = { ...PUBLISHED, ...change }
  return isSignedWebhook({ signs, body: Buffer.from(String(body)), secret: webhookSecretOf(String(secret)) ?? Buffer.alloc(0), at })
}

describe('the signature of a webhook that comes in', () => {
  it('is right for the published example', () => expect(isSigned()).toBe(true))

  it('is right when any of several is, as while the sender changes its secret', () => {
    const other = `v1,${randomBytes(32).toString('base64')}`
    expect(isSigned({ signature: `${other} ${PUBLISHED.signature}` })).toBe(true)
    expect(isSigned({ signature: `v1a,${other.slice(3)} ${PUBLISHED.signature} ${other}` })).toBe(true)
    expect(isSigned({ signature: `${other} ${other}` })).toBe(false)
  })

  it('holds for five minutes, before and after', () => {
    const at = (seconds: number) => new Date(SIGNED_AT.getTime() + seconds * 1000)
    expect([-301, -300, 300, 301].map((seconds) => isSigned({}, at(seconds)))).toEqual([false, true, true, false])
  })

  it.each([
    ['another body', { body: '{"test": 2432232315}' }],
    ['another id', { id: 'msg_other' }],
    ['another time', { timestamp: '1614265331' }],
    ['another secret', { secret: `whsec_${randomBytes(24).toString('base64')}` }],
    ['a signature cut short', { signature: PUBLISHED.signature.slice(0, -4) }],
    ['a signature that is longer', { signature: `${PUBLISHED.signature}=` }],
    ['no version', { signature: PUBLISHED.signature.slice(3) }],
    ['another version', { signature: `v2${PUBLISHED.signature.slice(2)}` }],
    ['no signature', { signature: undefined }],
    ['an empty one', { signature: '' }],
    ['several headers', { signature: [PUBLISHED.signature] }],
    ['no id', { id: undefined }],
    ['no time', { timestamp: undefined }],
    ['a time that is no number', { timestamp: 'NaN' }],
    ['a time with a fraction', { timestamp: '1614265330.0' }],
    ['a time with a sign', { timestamp: '+1614265330' }],
  ])('is wrong with %s', (_what, change) => expect(isSigned(change)).toBe(false))

  it('is wrong where a part of the id is said to be the time', () => {
    const secret = randomBytes(32)
    const signature = `v1,${createHmac('sha256', secret).update('msg.1614265330.1614265330.{}').digest('base64')}`
    const signs = { id: 'msg.1614265330', timestamp: '1614265330', signature }
    expect(isSignedWebhook({ signs, body: Buffer.from('{}'), secret, at: SIGNED_AT })).toBe(false)
  })
})

it('a secret is base 64 of 16 bytes or more behind whsec_', () => {
  expect(webhookSecretOf(PUBLISHED.secret)).toEqual(Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'))
  const short = `whsec_${randomBytes(15).toString('base64')}`
  for (const wrong of ['', 'whsec_', short, PUBLISHED.secret.slice(6), `${PUBLISHED.secret}!`, 'whsec_not base 64 at all, but long enough'])
    expect(webhookSecretOf(wrong)).toBeNull()
})
