import { amountOf, type Kind } from './isoTenant.ts'
import { idOf, newName, type Asking } from './asking.ts'
import { chance, pick } from './draw.ts'

/** Makes the value of one argument or input field; `trail` leads to it, the last is itself. */
export type Leaf = (asking: Asking, trail: readonly string[]) => unknown

const id =
  (kind: Kind): Leaf =>
  (asking) =>
    idOf(asking, kind)
const one =
  (...values: readonly unknown[]): Leaf =>
  ({ draw }) =>
    pick(draw, values)
const upTo =
  (most: number): Leaf =>
  ({ draw }) =>
    1 + draw(most)
const daysAgo =
  (days: number): Leaf =>
  ({ draw }) =>
    new Date(Date.now() - draw(days) * 86_400_000).toISOString()
const amount: Leaf = ({ draw, tenant }) => (tenant === null ? '1' : amountOf(tenant, 1 + draw(9)))

/** By the name of what is filtered. */
const WORDS: Readonly<Record<string, Kind>> = {
  adGroup: 'adGroup',
  app: 'app',
  appVersion: 'appVersion',
  campaign: 'campaign',
  channel: 'channel',
  creative: 'creative',
  event: 'event',
  partner: 'partner',
  text: 'value',
}
const PLAIN: Readonly<Record<string, readonly string[]>> = { country: ['DE', 'FR'], platform: ['ios', 'android'] }

const nameOf = (coordinate: string): string => coordinate.slice(coordinate.lastIndexOf('.') + 1)

/** What a StringFilter or IDFilter compares with: words of the dimension that it stands under. */
const compared: Leaf = (asking, trail) => {
  for (const coordinate of trail.toReversed()) {
    const name = nameOf(coordinate)
    const plain = PLAIN[name]
    if (plain !== undefined) return pick(asking.draw, plain)
    const kind = WORDS[name]
    if (kind !== undefined && name !== 'in') return idOf(asking, kind)
  }
  return idOf(asking, 'any')
}

/**
 * A generator for every argument and input field that is no object, enum or flag. `*.name` is of every place with that name that is not listed
 * itself. A place without one fails the suite: add it here (or to shapes.ts, when its neighbours must fit).
 */
export const LEAVES: Readonly<Record<string, Leaf>> = {
  '*.first': upTo(60),
  '*.limit': upTo(100),
  '*.timeZone': ({ draw }) => (chance(draw, 90) ? 'UTC' : 'Europe/Berlin'),
  '*.event': id('event'),
  '*.segment': id('segment'),
  '*.name': newName,
  '*.currency': one('USD'),
  '*.amount': amount,
  '*.maxRevenue': amount,
  '*.days': one(7, 3),
  '*.eq': compared,
  '*.in': compared,
  '*.notIn': compared,
  '*.contains': compared,
  '*.startsWith': compared,
  'NumberFilter.eq': upTo(9),
  '*.gt': one(0, 1),
  '*.gte': one(0, 1),
  '*.lt': upTo(90),
  '*.lte': upTo(90),
  '*.level': one(0.5, 0.95),
  '*.last': upTo(60),
  '*.start': daysAgo(60),
  '*.end': daysAgo(2),
  '*.from': daysAgo(60),
  '*.to': daysAgo(2),
  '*.at': daysAgo(3),
  '*.expiresAt': () => new Date(Date.now() + 90 * 86_400_000).toISOString(),
  '*.conversionEvents': id('event'),
  '*.description': newName,
  '*.email': id('email'),
  '*.password': ({ draw }) => `wrong password ${draw(1_000_000)}`,
  '*.halfLifeDays': upTo(10),
  '*.order': upTo(2),
  '*.count': upTo(5),
  '*.by': one('activeUsers'),
  '*.measure': one('activeUsers', 'revenue'),
  '*.alias': one('revenue'),
  '*.of': one('revenue', 'installs'),
  '*.property': id('property'),
  'Mutation.acknowledgeConversions.cursor': id('conversionsCursor'),
  'Mutation.moveConversionGroup.name': newName,
  'Mutation.removeConversionGroup.name': newName,
  'Mutation.rejectConversion.id': id('conversion'),
  'Mutation.rejectConversion.reason': newName,
  '*.group': newName,
  '*.windowSeconds': one(86_400, 604_800),
  '*.periods': upTo(10),
  '*.clickDays': upTo(30),
  '*.viewDays': upTo(7),
  '*.depth': upTo(5),
  '*.graphEvents': upTo(10),
  '*.lookbackDays': upTo(60),
  '*.atLeast': upTo(2),
  '*.atMost': one(5, 9),
  '*.maxInFlight': upTo(100),
  '*.minIntervalMs': one(1000),
  'PropertyFilter.name': id('property'),
  ...Object.fromEntries(
    ['AttributionRow', 'CohortRow', 'FunnelRow', 'MetricsRow'].flatMap((row) => [
      [`${row}.property.name`, id('property')],
      [`${row}.segment.id`, id('segment')],
    ]),
  ),
  'MetricsRow.events.name': id('event'),
  'MetricsRow.eventUsers.name': id('event'),
  'CohortPeriod.events.name': id('event'),
  'Mutation.createKey.input.app': id('app'),
  'CreateKeyInput.app': id('app'),
  '*.channel': id('channel'),
  '*.partner': id('partner'),
  '*.campaign': id('campaign'),
  '*.platform': one('ios', 'android'),
  'Query.segment.id': id('segment'),
  'Query.user.id': id('user'),
  'Mutation.deleteSegment.id': id('segment'),
  'Mutation.updateSegment.id': id('segment'),
  'Mutation.revokeKey.id': id('key'),
  'Mutation.revokeSession.id': id('session'),
  'Mutation.saveAdGroup.id': id('adGroup'),
  'Mutation.saveCreative.id': id('creative'),
  'Mutation.savePartner.id': id('partner'),
  'SaveCampaignInput.id': id('campaign'),
  'Mutation.switchTenant.tenantId': id('tenant'),
  'Mutation.destroyPersonalData.confirm': id('slug'),
  'Query.conversions.after': id('conversionsCursor'),
  'Subscription.conversions.after': id('conversionsCursor'),
  'Query.auditLog.after': id('auditCursor'),
  'Query.users.after': id('usersCursor'),
  'User.timeline.after': id('timelineCursor'),
  'UsersInput.cell': id('cell'),
  '*.segmentId': id('segment'),
  'AuditFilter.action': one('campaign', 'segment.created', 'key'),
  'AuditFilter.actor': id('account'),
  'AuditFilter.target': id('target'),
  'AuditFilter.text': id('value'),
  'ExchangeRateInput.currency': one('EUR', 'GBP', 'JPY'),
  '*.day': ({ draw }) => new Date(Date.UTC(2026, 0, 1 + draw(300))).toISOString().slice(0, 10),
  '*.rate': ({ draw }) => `1.${10 + draw(80)}`,
  'CreateKeyInput.masks': one('revenue', 'country', 'userId:hash'),
  'CreateKeyInput.scopes': one('analytics:read', 'campaigns:read'),
  'KeyFilterInput.in': (asking) => (chance(asking.draw, 80) ? idOf(asking, 'partner') : idOf(asking, 'campaign')),
}

// The token of an invitation or of a reset is a right in itself, whoever has it: none but invented ones are sent.
const secret: Leaf = ({ draw }) => `invented-${draw(1_000_000)}-${'a'.repeat(32)}`
const ROLE: Leaf = one('viewer', 'user', 'admin')

const ACCOUNTS: Readonly<Record<string, Leaf>> = {
  '*.token': secret,
  '*.challenge': secret,
  '*.recaptchaToken': secret,
  '*.code': one('000000', '123456'),
  '*.recoveryCode': secret,
  '*.current': secret,
  '*.next': secret,
  'Mutation.completeLogin.passkey': () => ({ id: 'nobody' }),
  'Mutation.finishPasskeyLogin.response': () => ({ id: 'nobody' }),
  'Mutation.finishPasskeyRegistration.response': () => ({ id: 'nobody' }),
  'Mutation.removePasskey.id': id('session'),
  'Mutation.acceptInvitation.role': ROLE,
  'Mutation.changeMemberRole.accountId': id('account'),
  'Mutation.changeMemberRole.role': ROLE,
  'Mutation.removeMember.accountId': id('account'),
  'Mutation.inviteMember.role': ROLE,
  'Mutation.inviteMember.email': (asking) => `${newName(asking)}@example.test`,
  'Mutation.revokeInvitation.id': id('invitation'),
  'Mutation.rotateKey.id': id('key'),
  'Mutation.rotateKey.overlapMinutes': one(1, 60),
  'Mutation.updateApp.id': id('app'),
  // Whoever is a member of two tenants has one name in both, and sees what each is called.
  'Mutation.updateProfile.name': ({ draw }) => `Somebody ${draw(1000)}`,
  'UpdateTenantInput.name': ({ draw, tenant }) => `${tenant?.label ?? 'nobody'} name ${draw(1000)}`,
  'CreateTenantInput.name': ({ draw }) => `Another tenant ${draw(1000)}`,
  'CreateTenantInput.slug': ({ draw }) => `another-${draw(1_000_000_000).toString(36)}`,
  'CreateTenantInput.reportingCurrency': one('USD'),
  'Query.tenantProvisioning.id': id('provisioning'),
  'UpdateTenantInput.reportingCurrency': one('USD'),
  '*.bundleId': ({ draw }) => `com.example.app${draw(1000)}`,
  '*.clickLookbackDays': upTo(30),
  '*.viewLookbackDays': upTo(3),
  'CreateKeyInput.allowedNetworks': one('127.0.0.1/32', '192.0.2.0/24'),
  'JourneysInput.cell': (asking) => idOf(asking, chance(asking.draw, 80) ? 'attributionCell' : 'cell'),
  'Query.journeys.after': id('journeysCursor'),
  'Query.webhookDeliveries.webhook': id('webhook'),
  'Query.webhookDeliveries.after': id('deliveriesCursor'),
  'Mutation.deleteWebhook.id': id('webhook'),
  'Mutation.updateWebhook.id': id('webhook'),
  'Mutation.rotateWebhookSecret.id': id('webhook'),
  'Mutation.rotateWebhookSecret.overlapMinutes': one(0, 60),
  'Mutation.sendTestWebhook.id': id('webhook'),
  'Mutation.redeliverWebhook.deliveryId': id('delivery'),
  '*.url': (asking) => `http://127.0.0.1:9/${newName(asking)}`,
}

export function leafOf(coordinate: string): Leaf | null {
  const wild = `*.${nameOf(coordinate)}`
  return LEAVES[coordinate] ?? ACCOUNTS[coordinate] ?? LEAVES[wild] ?? ACCOUNTS[wild] ?? null
}
