import { builder } from './builder.ts'
import './adGroup.ts'
import './campaign.ts'
import './creative.ts'
import './partner.ts'

export const schema = builder.toSubGraphSchema({})
