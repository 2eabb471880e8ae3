import { GraphQLError } from 'graphql'
import type { Login } from '../issuer.ts'
import type { Credentials } from '../login.ts'
import type { LoginHistory } from './loginHistory.ts'

/** The same login; what fails by its address or password is written down. What was not even tried, because of too many before, is not. */
export function noticingFailures(login: (credentials: Credentials) => Promise<Login>, history: LoginHistory): (credentials: Credentials) => Promise<Login> {
  return async (credentials) => {
    try {
      return await login(credentials)
    } catch (error) {
      if (error instanceof GraphQLError && error.extensions['code'] === 'UNAUTHENTICATED') await history.failedAt(credentials.email, credentials.client)
      throw error
    }
  }
}
