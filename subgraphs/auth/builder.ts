import { addMembership, createBuilder } from '#ops/service/builder.ts'
import type { HttpExchange, ServiceContext } from '#ops/service/context.ts'
import type { AuthService } from './authService.ts'

export type AuthContext = ServiceContext & { readonly auth: AuthService; readonly http: HttpExchange; readonly isProduction: boolean }

export const builder = createBuilder<AuthContext>({ hasMutations: true })
export const MembershipRef = addMembership(builder)
