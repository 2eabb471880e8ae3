import { builder } from './builder.ts'
import './graphql/arrivals.ts'
import './graphql/attribution.ts'
import './graphql/catalog.ts'
import './graphql/cohorts.ts'
import './graphql/conversions.ts'
import './graphql/funnel.ts'
import './graphql/live.ts'
import './graphql/metrics.ts'
import './graphql/paths.ts'
import './graphql/users.ts'

export const schema = builder.toSubGraphSchema({})
