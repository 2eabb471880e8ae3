import { builder } from './builder.ts'
import './account.ts'
import './session.ts'
import './tenant.ts'
import './viewer.ts'

export const schema = builder.toSubGraphSchema({})
