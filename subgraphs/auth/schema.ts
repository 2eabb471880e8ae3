import { builder } from './builder.ts'
import './accessKeys.ts'
import './account.ts'
import './emailAddress.ts'
import './ownPassword.ts'
import './ownSession.ts'
import './secondFactor/passkeyFields.ts'
import './secondFactor/totpFields.ts'
import './session.ts'
import './tenant.ts'
import './verifySession.ts'
import './viewer.ts'

export const schema = builder.toSubGraphSchema({})
