import { afterEach, describe, expect, it, vi } from 'vitest'
import { askAuth, type LoginError } from './authRequest.ts'

describe('a request of somebody who is not logged in', () => {
  afterEach(() => vi.unstubAllGlobals())
  const answered = (status: number, text: string) => vi.stubGlobal('fetch', async () => Promise.resolve(new Response(text, { status })))
  const refusal = async (): Promise<LoginError> =>
    askAuth('/login', {}).then(
      () => expect.fail('it was answered'),
      (error: LoginError) => error,
    )

  it('has the body of a good answer', async () => {
    answered(200, '{"isValid":true}')
    expect(await askAuth('/check-email', {})).toEqual({ isValid: true })
  })

  it('is refused with the sentence for people, the fields that are bad, and what completes a login', async () => {
    const error = {
      code: 'SECOND_FACTOR_REQUIRED',
      message: 'One more.',
      challenge: 'sealed',
      methods: ['TOTP', 7],
      fields: [{ field: 'code', message: 'is wrong' }, 'x'],
    }
    answered(401, JSON.stringify({ error }))
    expect(await refusal()).toMatchObject({
      code: 'SECOND_FACTOR_REQUIRED',
      message: 'One more.',
      fields: [{ field: 'code', message: 'is wrong' }],
      secondStep: { challenge: 'sealed', methods: ['TOTP'] },
    })
  })

  it('says so when nobody answers, or nobody of ours', async () => {
    answered(502, '<html>')
    expect(await refusal()).toMatchObject({ code: 'UNREACHABLE', fields: [], secondStep: null })
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('Failed to fetch')))
    expect(await refusal()).toMatchObject({ code: 'UNREACHABLE' })
  })
})
