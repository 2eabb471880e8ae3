import { GraphQLError } from 'graphql'
import { describe, expect, it } from 'vitest'
import { failure } from './errors.ts'
import { createErrorMask } from './masking.ts'
import { inRequest } from './requestScope.ts'

describe('errors on their way out', () => {
  const logged: object[] = []
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: (fields: object) => void logged.push(fields) }
  const mask = createErrorMask({ codes: { OWN_CODE: { status: 400, description: '' } } })
  const answer = (error: GraphQLError) => inRequest({ requestId: 'request-1', log }, () => mask(error.toJSON(), error))

  it('keep a code of the tables with its sentence, and only named extensions', () => {
    expect(answer(failure('NOT_FOUND', { what: 'campaign' }, { stacktrace: ['at x'], fields: [] }))).toMatchObject({
      message: 'There is no such campaign.',
      extensions: { code: 'NOT_FOUND', fields: [] },
    })
    expect(answer(failure('NOT_FOUND', { what: 'campaign' }, { stacktrace: ['at x'] })).extensions).toEqual({ code: 'NOT_FOUND' })
    expect(answer(new GraphQLError('Mine.', { extensions: { code: 'OWN_CODE' } })).message).toBe('Mine.')
  })

  it.each([
    ['without a code', new GraphQLError('secret', { originalError: new Error('secret') })],
    ['with a code that no table has', new GraphQLError('secret', { extensions: { code: '23505' } })],
    [
      'that a library threw under one of our codes',
      new GraphQLError('secret', { originalError: Object.assign(new Error('secret'), { extensions: { code: 'NOT_FOUND' } }) }),
    ],
  ])('%s become INTERNAL with the request id, and are logged once', (_what, error) => {
    logged.length = 0
    expect(answer(error)).toEqual({
      message: 'Something went wrong on our side. The request id is request-1.',
      locations: undefined,
      path: undefined,
      extensions: { code: 'INTERNAL', requestId: 'request-1' },
    })
    expect(logged).toMatchObject([{ requestId: 'request-1' }])
  })

  it.each([
    ['that was lost', new Error('Connection terminated unexpectedly')],
    ['that is refused', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['that stops, inside of the error of the ORM', new Error('query failed', { cause: Object.assign(new Error('bye'), { code: '57P01' }) })],
  ])('a connection %s can be tried again, and is logged as well', (_what, cause) => {
    logged.length = 0
    expect(answer(new GraphQLError('secret', { originalError: cause }))).toMatchObject({
      message: 'The data service is not available at the moment.',
      extensions: { code: 'DOWNSTREAM_UNAVAILABLE', requestId: 'request-1' },
    })
    expect(logged).toMatchObject([{ requestId: 'request-1' }])
  })

  it('a statement that was cancelled, or refused, is no connection that was lost', () => {
    for (const code of ['57014', '23505', '42P01'])
      expect(answer(new GraphQLError('x', { originalError: Object.assign(new Error('x'), { code }) })).extensions).toMatchObject({ code: 'INTERNAL' })
  })
})
