/**
 * Tags of root fields (`@tag(name: …)` of federation), by which a subgraph tells the gateway what is true of a field whatever is asked of it.
 *
 * `shared-by-rights`: the answer depends on tenant, role, scopes, filters, masks and hash family alone, not on who of those that have the same asks, so that they
 * may share it. `newest-only`: each event of the subscription is a whole answer that takes the place of those before.
 */
export const SHARED_BY_RIGHTS = 'shared-by-rights'
export const NEWEST_ONLY = 'newest-only'
