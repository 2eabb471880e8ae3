import { builder } from './builder.ts'
import './app.ts'
import './auditLog.ts'
import './exchangeRate.ts'
import './invitation.ts'
import './key.ts'
import './personalData.ts'
import './member.ts'
import './permission.ts'
import './provisioning.ts'
import './tenant.ts'
import './verifyKey.ts'

export const schema = builder.toSubGraphSchema({})
