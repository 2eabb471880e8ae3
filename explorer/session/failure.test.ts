import { ApolloError } from '@apollo/client/core'
import { GraphQLError } from 'graphql'
import { describe, expect, it } from 'vitest'
import { failureOf, failureOfErrors, issuesAt } from './failure.ts'

const error = (extensions: Record<string, unknown>, message = 'It says why.') => new GraphQLError(message, { extensions })

describe('a failure', () => {
  it('that the caller can fix holds all issues with their places', () => {
    const issues = [
      { code: 'UNKNOWN_MEASURE', path: ['orderBy', 0], message: 'There is no measure "x".', didYouMean: [] },
      { code: 'RANGE_TOO_LONG', path: ['range'], message: 'Too long.' },
      'nonsense',
    ]
    expect(failureOfErrors([error({ code: 'BAD_QUERY', issues })])).toEqual({
      kind: 'issues',
      issues: [
        { code: 'UNKNOWN_MEASURE', path: ['orderBy', 0], message: 'There is no measure "x".' },
        { code: 'RANGE_TOO_LONG', path: ['range'], message: 'Too long.' },
      ],
    })
  })

  it('of a part that is down may be tried again', () => {
    expect(failureOfErrors([error({ code: 'DOWNSTREAM_UNAVAILABLE' })])).toEqual({ kind: 'unavailable', message: 'It says why.' })
    expect(failureOf(new ApolloError({ networkError: new TypeError('Failed to fetch') }))).toMatchObject({ kind: 'unavailable' })
  })

  it('of rights says so, and any other one has the request id', () => {
    expect(failureOfErrors([error({ code: 'FORBIDDEN' })])).toEqual({ kind: 'forbidden', message: 'It says why.' })
    expect(failureOfErrors([error({ code: 'INTERNAL', requestId: 'r1' })])).toEqual({ kind: 'failed', message: 'It says why.', requestId: 'r1' })
  })

  it('that came with a status of its own is read from the body', () => {
    const network = Object.assign(new Error('400'), {
      result: { errors: [{ message: 'Syntax Error', extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] },
      statusCode: 400,
      name: 'ServerError',
      response: new Response(),
    })
    expect(failureOf(new ApolloError({ networkError: network }))).toEqual({ kind: 'failed', message: 'Syntax Error', requestId: null })
  })

  it('is none without an error', () => {
    expect([failureOf(undefined), failureOf(null), failureOfErrors([])]).toEqual([null, null, null])
  })

  it('of issues says them at the input they are about', () => {
    const issue = (...path: readonly (string | number)[]) => ({ code: 'X', path, message: path.join('.') })
    const failure = { kind: 'issues', issues: [issue('steps', 0, 'event'), issue('steps', 1), issue('steps'), issue('where', 'segment')] } as const
    const at = (...path: readonly (string | number)[]) => issuesAt(failure, path).map(({ message }) => message)
    expect([at('steps', 0), at('steps'), at('where'), at('range')]).toEqual([['steps.0.event'], ['steps.0.event', 'steps.1', 'steps'], ['where.segment'], []])
    expect(issuesAt({ kind: 'failed', message: '', requestId: null }, ['steps'])).toEqual([])
  })
})
