/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "mutation AcceptInvitation($token: String!) {\n  acceptInvitation(token: $token) {\n    tenantId\n    name\n  }\n}": typeof types.AcceptInvitationDocument,
    "query Apps {\n  apps(first: 500) {\n    id\n    name\n    platform\n    currency\n  }\n  campaigns(first: 1) {\n    id\n    name\n  }\n}": typeof types.AppsDocument,
    "query Arrivals($first: Int!) {\n  arrivals(first: $first) {\n    events {\n      eventId\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      revenue {\n        amount\n        currency\n      }\n      campaign {\n        id\n        name\n      }\n      app {\n        id\n        name\n      }\n    }\n    rejected {\n      receivedAt\n      index\n      code\n      path\n      message\n      raw\n    }\n  }\n}": typeof types.ArrivalsDocument,
    "query AuditLog($first: Int!, $after: Cursor, $where: AuditFilter) {\n  auditLog(first: $first, after: $after, where: $where) {\n    nodes {\n      sequence\n      at\n      actor {\n        kind\n        id\n        account {\n          id\n          name\n          email\n        }\n      }\n      action\n      target\n      before\n      after\n      address\n      note\n      requestId\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": typeof types.AuditLogDocument,
    "query AuditNames {\n  keys(first: 500) {\n    id\n    name\n  }\n  members(first: 500) {\n    account {\n      id\n      name\n      email\n    }\n  }\n}": typeof types.AuditNamesDocument,
    "query Catalog {\n  catalog {\n    measures {\n      name\n      title\n      description\n      type\n      unit\n      isDerived\n      needsArguments\n      source\n    }\n    dimensions {\n      name\n      title\n      description\n      type\n    }\n    events {\n      name\n      isConversion\n      lastSeen\n      properties {\n        name\n        type\n      }\n    }\n  }\n}": typeof types.CatalogDocument,
    "mutation ChangeMemberRole($accountId: ID!, $role: String!) {\n  changeMemberRole(accountId: $accountId, role: $role) {\n    role\n  }\n}": typeof types.ChangeMemberRoleDocument,
    "mutation ChangePassword($current: String!, $next: String!) {\n  changePassword(current: $current, next: $next)\n}": typeof types.ChangePasswordDocument,
    "query CheckEmail($email: String!) {\n  checkEmail(email: $email) {\n    isValid\n    isAvailable\n  }\n}": typeof types.CheckEmailDocument,
    "mutation ConfirmTotp($code: String!) {\n  confirmTotp(code: $code) {\n    codes\n  }\n}": typeof types.ConfirmTotpDocument,
    "query ConversionGroups {\n  conversionGroups {\n    name\n    isOwn\n    question\n    positionAt\n    lag\n    inFlight\n    members\n    lastAcknowledgedAt\n  }\n}": typeof types.ConversionGroupsDocument,
    "mutation CreateApp($input: CreateAppInput!) {\n  createApp(input: $input) {\n    id\n  }\n}": typeof types.CreateAppDocument,
    "mutation CreateIngestKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}": typeof types.CreateIngestKeyDocument,
    "mutation CreateKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}": typeof types.CreateKeyDocument,
    "mutation CreateSegment($input: CreateSegmentInput!) {\n  createSegment(input: $input) {\n    id\n    name\n  }\n}": typeof types.CreateSegmentDocument,
    "mutation CreateTenant($input: CreateTenantInput!) {\n  createTenant(input: $input) {\n    id\n    status\n    step\n    problem\n    keys {\n      id\n      kind\n      name\n      text\n    }\n  }\n}": typeof types.CreateTenantDocument,
    "mutation CreateWebhook($input: CreateWebhookInput!) {\n  createWebhook(input: $input) {\n    secret\n    webhook {\n      id\n      url\n    }\n  }\n}": typeof types.CreateWebhookDocument,
    "mutation DeleteSegment($id: ID!) {\n  deleteSegment(id: $id)\n}": typeof types.DeleteSegmentDocument,
    "mutation DeleteWebhook($id: ID!) {\n  deleteWebhook(id: $id)\n}": typeof types.DeleteWebhookDocument,
    "mutation DestroyPersonalData($confirm: String!) {\n  destroyPersonalData(confirm: $confirm)\n}": typeof types.DestroyPersonalDataDocument,
    "mutation DisableTotp($password: String!) {\n  disableTotp(password: $password)\n}": typeof types.DisableTotpDocument,
    "query FieldTexts($type: String!) {\n  about: __type(name: $type) {\n    fields {\n      name\n      description\n    }\n  }\n}": typeof types.FieldTextsDocument,
    "mutation FinishPasskeyLogin($response: JSON!, $rememberMe: Boolean!) {\n  finishPasskeyLogin(response: $response, rememberMe: $rememberMe) {\n    accessToken\n    expiresIn\n    account {\n      id\n      email\n      name\n    }\n  }\n}": typeof types.FinishPasskeyLoginDocument,
    "mutation FinishPasskeyRegistration($name: String!, $response: JSON!) {\n  finishPasskeyRegistration(name: $name, response: $response) {\n    id\n  }\n}": typeof types.FinishPasskeyRegistrationDocument,
    "mutation FreezeSegment($id: ID!, $isFrozen: Boolean!) {\n  updateSegment(id: $id, input: {isFrozen: $isFrozen}) {\n    id\n    updatedAt\n    frozenAt\n  }\n}": typeof types.FreezeSegmentDocument,
    "query GeneratePassword($style: PasswordStyle!) {\n  generatePassword(style: $style) {\n    password\n  }\n}": typeof types.GeneratePasswordDocument,
    "query IngestKeys {\n  keys(first: 500) {\n    id\n    kind\n    ingestKind\n    name\n    createdAt\n    expiresAt\n    revokedAt\n    lastUsedAt\n    maxRevenue\n    app {\n      id\n      name\n    }\n  }\n}": typeof types.IngestKeysDocument,
    "query Inputs($metrics: MetricsInput!, $compare: Compare, $cohorts: CohortsInput!, $attribution: AttributionInput!, $model: AttributionModel!, $funnel: FunnelInput!, $of: SegmentOfInput!) {\n  metrics(input: $metrics) {\n    totals {\n      installs(compare: $compare)\n    }\n  }\n  cohorts(input: $cohorts) {\n    info {\n      asOf\n    }\n  }\n  attribution(input: $attribution) {\n    totals {\n      conversions(model: $model)\n    }\n  }\n  funnel(input: $funnel) {\n    info {\n      asOf\n    }\n  }\n  segmentSize(of: $of) {\n    users\n  }\n}": typeof types.InputsDocument,
    "query InvitationPreview($token: String!) {\n  invitationPreview(token: $token) {\n    tenantName\n    email\n    role\n    expiresAt\n  }\n}": typeof types.InvitationPreviewDocument,
    "query Invitations {\n  invitations(first: 500) {\n    id\n    email\n    role\n    invitedBy {\n      id\n      name\n      email\n    }\n    createdAt\n    expiresAt\n  }\n}": typeof types.InvitationsDocument,
    "mutation InviteMember($email: String!, $role: String!) {\n  inviteMember(email: $email, role: $role) {\n    id\n  }\n}": typeof types.InviteMemberDocument,
    "query Keys {\n  keys(first: 500) {\n    id\n    kind\n    ingestKind\n    name\n    scopes\n    filters {\n      dimension\n      in\n    }\n    masks\n    app {\n      id\n      name\n    }\n    maxRevenue\n    allowedNetworks\n    replaces\n    createdAt\n    expiresAt\n    revokedAt\n    lastUsedAt\n  }\n}": typeof types.KeysDocument,
    "subscription Live($after: Cursor, $from: StreamStart, $where: ConversionFilter) {\n  conversions(after: $after, from: $from, where: $where) {\n    entries {\n      id\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      isTest\n      supersedes\n      isRetraction\n      correction: reason\n      revenue {\n        amount\n        currency\n      }\n      app {\n        id\n        name\n      }\n      campaign {\n        id\n        name\n      }\n      partner {\n        id\n        name\n      }\n      decision {\n        kind\n        matchedBy\n        touchedAt\n        reason\n      }\n    }\n    cursor\n    gap {\n      from\n      to\n      reason\n    }\n  }\n}": typeof types.LiveDocument,
    "query Me {\n  me {\n    account {\n      id\n      email\n      name\n    }\n    tenant {\n      id\n      slug\n      name\n      reportingCurrency\n    }\n    role\n    scopes\n    memberships {\n      tenantId\n      slug\n      name\n      role\n    }\n  }\n}": typeof types.MeDocument,
    "query Members {\n  members(first: 500) {\n    account {\n      id\n      name\n      email\n    }\n    role\n    joinedAt\n  }\n}": typeof types.MembersDocument,
    "mutation MoveConversionGroup($name: String!, $to: StreamStart!) {\n  moveConversionGroup(name: $name, to: $to)\n}": typeof types.MoveConversionGroupDocument,
    "query PasswordStrength($password: String!, $email: String!, $name: String!) {\n  passwordStrength(password: $password, email: $email, name: $name) {\n    score\n    isAccepted\n    reasons\n    suggestions\n  }\n}": typeof types.PasswordStrengthDocument,
    "query Permissions {\n  permissions {\n    scope\n    title\n    description\n    roles\n    keyKinds\n  }\n}": typeof types.PermissionsDocument,
    "query Profile {\n  me {\n    account {\n      id\n      email\n      name\n      emailVerifiedAt\n      createdAt\n      hasTotp\n      recoveryCodesLeft\n      passkeys {\n        id\n        name\n        createdAt\n        lastUsedAt\n      }\n    }\n  }\n}": typeof types.ProfileDocument,
    "mutation RedeliverWebhook($deliveryId: ID!) {\n  redeliverWebhook(deliveryId: $deliveryId) {\n    id\n  }\n}": typeof types.RedeliverWebhookDocument,
    "mutation RegenerateRecoveryCodes($password: String!) {\n  regenerateRecoveryCodes(password: $password) {\n    codes\n  }\n}": typeof types.RegenerateRecoveryCodesDocument,
    "mutation RemoveConversionGroup($name: String!) {\n  removeConversionGroup(name: $name)\n}": typeof types.RemoveConversionGroupDocument,
    "mutation RemoveMember($accountId: ID!) {\n  removeMember(accountId: $accountId)\n}": typeof types.RemoveMemberDocument,
    "mutation RemovePasskey($id: ID!, $password: String!) {\n  removePasskey(id: $id, password: $password)\n}": typeof types.RemovePasskeyDocument,
    "mutation RevokeInvitation($id: ID!) {\n  revokeInvitation(id: $id) {\n    id\n  }\n}": typeof types.RevokeInvitationDocument,
    "mutation RevokeKey($id: ID!) {\n  revokeKey(id: $id) {\n    id\n    revokedAt\n  }\n}": typeof types.RevokeKeyDocument,
    "mutation RevokeOtherSessions {\n  revokeSessions(keepCurrent: true)\n}": typeof types.RevokeOtherSessionsDocument,
    "mutation RevokeSession($id: ID!) {\n  revokeSession(id: $id)\n}": typeof types.RevokeSessionDocument,
    "mutation RotateDataKey {\n  rotateDataKey\n}": typeof types.RotateDataKeyDocument,
    "mutation RotateKey($id: ID!, $overlapMinutes: Int!) {\n  rotateKey(id: $id, overlapMinutes: $overlapMinutes) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}": typeof types.RotateKeyDocument,
    "mutation RotateWebhookSecret($id: ID!, $overlapMinutes: Int!) {\n  rotateWebhookSecret(id: $id, overlapMinutes: $overlapMinutes) {\n    secret\n    webhook {\n      id\n      url\n    }\n  }\n}": typeof types.RotateWebhookSecretDocument,
    "query Segments {\n  segments(first: 1000) {\n    id\n    name\n    description\n    definition\n    createdAt\n    updatedAt\n    frozenAt\n  }\n}": typeof types.SegmentsDocument,
    "mutation SendTestConversion($input: TestConversionInput!) {\n  sendTestConversion(input: $input) {\n    id\n  }\n}": typeof types.SendTestConversionDocument,
    "mutation SendTestWebhook($id: ID!) {\n  sendTestWebhook(id: $id) {\n    id\n  }\n}": typeof types.SendTestWebhookDocument,
    "mutation SendVerificationMail {\n  sendVerificationMail\n}": typeof types.SendVerificationMailDocument,
    "query Sessions {\n  sessions {\n    id\n    device\n    address\n    createdAt\n    lastUsedAt\n    expiresAt\n    isRemembered\n    isCurrent\n  }\n}": typeof types.SessionsDocument,
    "mutation StartPasskeyLogin($challenge: String) {\n  startPasskeyLogin(challenge: $challenge)\n}": typeof types.StartPasskeyLoginDocument,
    "mutation StartPasskeyRegistration($password: String) {\n  startPasskeyRegistration(password: $password)\n}": typeof types.StartPasskeyRegistrationDocument,
    "mutation StartTotp($password: String) {\n  startTotp(password: $password) {\n    secret\n    uri\n  }\n}": typeof types.StartTotpDocument,
    "mutation SwitchTenant($tenantId: ID!) {\n  switchTenant(tenantId: $tenantId) {\n    accessToken\n    expiresIn\n  }\n}": typeof types.SwitchTenantDocument,
    "mutation SwitchWebhook($id: ID!, $isEnabled: Boolean!) {\n  updateWebhook(id: $id, input: {isEnabled: $isEnabled}) {\n    id\n  }\n}": typeof types.SwitchWebhookDocument,
    "query TenantProvisioning($id: ID!) {\n  tenantProvisioning(id: $id) {\n    id\n    status\n    step\n    problem\n    tenant {\n      id\n      name\n    }\n  }\n}": typeof types.TenantProvisioningDocument,
    "query TenantSettings {\n  tenant {\n    id\n    slug\n    name\n    reportingCurrency\n    plan {\n      name\n      title\n      description\n    }\n    usage {\n      events {\n        used\n        limit\n        resetsAt\n      }\n      queries {\n        used\n        limit\n        resetsAt\n      }\n      members {\n        used\n        limit\n      }\n      keys {\n        used\n        limit\n      }\n      apps {\n        used\n        limit\n      }\n    }\n  }\n  apps(first: 500) {\n    id\n    name\n    platform\n    bundleId\n    timeZone\n    currency\n    clickLookbackDays\n    viewLookbackDays\n    conversionEvents\n  }\n}": typeof types.TenantSettingsDocument,
    "mutation UpdateApp($id: ID!, $input: UpdateAppInput!) {\n  updateApp(id: $id, input: $input) {\n    id\n  }\n}": typeof types.UpdateAppDocument,
    "mutation UpdateProfile($name: String!) {\n  updateProfile(name: $name) {\n    id\n    name\n  }\n}": typeof types.UpdateProfileDocument,
    "mutation UpdateTenant($input: UpdateTenantInput!) {\n  updateTenant(input: $input) {\n    id\n    name\n    reportingCurrency\n  }\n}": typeof types.UpdateTenantDocument,
    "query WebhookDeliveries($webhook: ID!, $status: WebhookDeliveryStatus, $after: Cursor) {\n  webhookDeliveries(webhook: $webhook, status: $status, after: $after, first: 25) {\n    nodes {\n      id\n      kind\n      conversionId\n      sequence\n      status\n      attempts\n      nextAttemptAt\n      lastStatusCode\n      lastError\n      durationMs\n      createdAt\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": typeof types.WebhookDeliveriesDocument,
    "query Webhooks {\n  webhooks {\n    id\n    url\n    description\n    isEnabled\n    where\n    state\n    problem\n    lag\n    gap {\n      from\n      to\n      reason\n    }\n    previousSecretUntil\n    lastDeliveryAt\n  }\n}": typeof types.WebhooksDocument,
};
const documents: Documents = {
    "mutation AcceptInvitation($token: String!) {\n  acceptInvitation(token: $token) {\n    tenantId\n    name\n  }\n}": types.AcceptInvitationDocument,
    "query Apps {\n  apps(first: 500) {\n    id\n    name\n    platform\n    currency\n  }\n  campaigns(first: 1) {\n    id\n    name\n  }\n}": types.AppsDocument,
    "query Arrivals($first: Int!) {\n  arrivals(first: $first) {\n    events {\n      eventId\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      revenue {\n        amount\n        currency\n      }\n      campaign {\n        id\n        name\n      }\n      app {\n        id\n        name\n      }\n    }\n    rejected {\n      receivedAt\n      index\n      code\n      path\n      message\n      raw\n    }\n  }\n}": types.ArrivalsDocument,
    "query AuditLog($first: Int!, $after: Cursor, $where: AuditFilter) {\n  auditLog(first: $first, after: $after, where: $where) {\n    nodes {\n      sequence\n      at\n      actor {\n        kind\n        id\n        account {\n          id\n          name\n          email\n        }\n      }\n      action\n      target\n      before\n      after\n      address\n      note\n      requestId\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": types.AuditLogDocument,
    "query AuditNames {\n  keys(first: 500) {\n    id\n    name\n  }\n  members(first: 500) {\n    account {\n      id\n      name\n      email\n    }\n  }\n}": types.AuditNamesDocument,
    "query Catalog {\n  catalog {\n    measures {\n      name\n      title\n      description\n      type\n      unit\n      isDerived\n      needsArguments\n      source\n    }\n    dimensions {\n      name\n      title\n      description\n      type\n    }\n    events {\n      name\n      isConversion\n      lastSeen\n      properties {\n        name\n        type\n      }\n    }\n  }\n}": types.CatalogDocument,
    "mutation ChangeMemberRole($accountId: ID!, $role: String!) {\n  changeMemberRole(accountId: $accountId, role: $role) {\n    role\n  }\n}": types.ChangeMemberRoleDocument,
    "mutation ChangePassword($current: String!, $next: String!) {\n  changePassword(current: $current, next: $next)\n}": types.ChangePasswordDocument,
    "query CheckEmail($email: String!) {\n  checkEmail(email: $email) {\n    isValid\n    isAvailable\n  }\n}": types.CheckEmailDocument,
    "mutation ConfirmTotp($code: String!) {\n  confirmTotp(code: $code) {\n    codes\n  }\n}": types.ConfirmTotpDocument,
    "query ConversionGroups {\n  conversionGroups {\n    name\n    isOwn\n    question\n    positionAt\n    lag\n    inFlight\n    members\n    lastAcknowledgedAt\n  }\n}": types.ConversionGroupsDocument,
    "mutation CreateApp($input: CreateAppInput!) {\n  createApp(input: $input) {\n    id\n  }\n}": types.CreateAppDocument,
    "mutation CreateIngestKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}": types.CreateIngestKeyDocument,
    "mutation CreateKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}": types.CreateKeyDocument,
    "mutation CreateSegment($input: CreateSegmentInput!) {\n  createSegment(input: $input) {\n    id\n    name\n  }\n}": types.CreateSegmentDocument,
    "mutation CreateTenant($input: CreateTenantInput!) {\n  createTenant(input: $input) {\n    id\n    status\n    step\n    problem\n    keys {\n      id\n      kind\n      name\n      text\n    }\n  }\n}": types.CreateTenantDocument,
    "mutation CreateWebhook($input: CreateWebhookInput!) {\n  createWebhook(input: $input) {\n    secret\n    webhook {\n      id\n      url\n    }\n  }\n}": types.CreateWebhookDocument,
    "mutation DeleteSegment($id: ID!) {\n  deleteSegment(id: $id)\n}": types.DeleteSegmentDocument,
    "mutation DeleteWebhook($id: ID!) {\n  deleteWebhook(id: $id)\n}": types.DeleteWebhookDocument,
    "mutation DestroyPersonalData($confirm: String!) {\n  destroyPersonalData(confirm: $confirm)\n}": types.DestroyPersonalDataDocument,
    "mutation DisableTotp($password: String!) {\n  disableTotp(password: $password)\n}": types.DisableTotpDocument,
    "query FieldTexts($type: String!) {\n  about: __type(name: $type) {\n    fields {\n      name\n      description\n    }\n  }\n}": types.FieldTextsDocument,
    "mutation FinishPasskeyLogin($response: JSON!, $rememberMe: Boolean!) {\n  finishPasskeyLogin(response: $response, rememberMe: $rememberMe) {\n    accessToken\n    expiresIn\n    account {\n      id\n      email\n      name\n    }\n  }\n}": types.FinishPasskeyLoginDocument,
    "mutation FinishPasskeyRegistration($name: String!, $response: JSON!) {\n  finishPasskeyRegistration(name: $name, response: $response) {\n    id\n  }\n}": types.FinishPasskeyRegistrationDocument,
    "mutation FreezeSegment($id: ID!, $isFrozen: Boolean!) {\n  updateSegment(id: $id, input: {isFrozen: $isFrozen}) {\n    id\n    updatedAt\n    frozenAt\n  }\n}": types.FreezeSegmentDocument,
    "query GeneratePassword($style: PasswordStyle!) {\n  generatePassword(style: $style) {\n    password\n  }\n}": types.GeneratePasswordDocument,
    "query IngestKeys {\n  keys(first: 500) {\n    id\n    kind\n    ingestKind\n    name\n    createdAt\n    expiresAt\n    revokedAt\n    lastUsedAt\n    maxRevenue\n    app {\n      id\n      name\n    }\n  }\n}": types.IngestKeysDocument,
    "query Inputs($metrics: MetricsInput!, $compare: Compare, $cohorts: CohortsInput!, $attribution: AttributionInput!, $model: AttributionModel!, $funnel: FunnelInput!, $of: SegmentOfInput!) {\n  metrics(input: $metrics) {\n    totals {\n      installs(compare: $compare)\n    }\n  }\n  cohorts(input: $cohorts) {\n    info {\n      asOf\n    }\n  }\n  attribution(input: $attribution) {\n    totals {\n      conversions(model: $model)\n    }\n  }\n  funnel(input: $funnel) {\n    info {\n      asOf\n    }\n  }\n  segmentSize(of: $of) {\n    users\n  }\n}": types.InputsDocument,
    "query InvitationPreview($token: String!) {\n  invitationPreview(token: $token) {\n    tenantName\n    email\n    role\n    expiresAt\n  }\n}": types.InvitationPreviewDocument,
    "query Invitations {\n  invitations(first: 500) {\n    id\n    email\n    role\n    invitedBy {\n      id\n      name\n      email\n    }\n    createdAt\n    expiresAt\n  }\n}": types.InvitationsDocument,
    "mutation InviteMember($email: String!, $role: String!) {\n  inviteMember(email: $email, role: $role) {\n    id\n  }\n}": types.InviteMemberDocument,
    "query Keys {\n  keys(first: 500) {\n    id\n    kind\n    ingestKind\n    name\n    scopes\n    filters {\n      dimension\n      in\n    }\n    masks\n    app {\n      id\n      name\n    }\n    maxRevenue\n    allowedNetworks\n    replaces\n    createdAt\n    expiresAt\n    revokedAt\n    lastUsedAt\n  }\n}": types.KeysDocument,
    "subscription Live($after: Cursor, $from: StreamStart, $where: ConversionFilter) {\n  conversions(after: $after, from: $from, where: $where) {\n    entries {\n      id\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      isTest\n      supersedes\n      isRetraction\n      correction: reason\n      revenue {\n        amount\n        currency\n      }\n      app {\n        id\n        name\n      }\n      campaign {\n        id\n        name\n      }\n      partner {\n        id\n        name\n      }\n      decision {\n        kind\n        matchedBy\n        touchedAt\n        reason\n      }\n    }\n    cursor\n    gap {\n      from\n      to\n      reason\n    }\n  }\n}": types.LiveDocument,
    "query Me {\n  me {\n    account {\n      id\n      email\n      name\n    }\n    tenant {\n      id\n      slug\n      name\n      reportingCurrency\n    }\n    role\n    scopes\n    memberships {\n      tenantId\n      slug\n      name\n      role\n    }\n  }\n}": types.MeDocument,
    "query Members {\n  members(first: 500) {\n    account {\n      id\n      name\n      email\n    }\n    role\n    joinedAt\n  }\n}": types.MembersDocument,
    "mutation MoveConversionGroup($name: String!, $to: StreamStart!) {\n  moveConversionGroup(name: $name, to: $to)\n}": types.MoveConversionGroupDocument,
    "query PasswordStrength($password: String!, $email: String!, $name: String!) {\n  passwordStrength(password: $password, email: $email, name: $name) {\n    score\n    isAccepted\n    reasons\n    suggestions\n  }\n}": types.PasswordStrengthDocument,
    "query Permissions {\n  permissions {\n    scope\n    title\n    description\n    roles\n    keyKinds\n  }\n}": types.PermissionsDocument,
    "query Profile {\n  me {\n    account {\n      id\n      email\n      name\n      emailVerifiedAt\n      createdAt\n      hasTotp\n      recoveryCodesLeft\n      passkeys {\n        id\n        name\n        createdAt\n        lastUsedAt\n      }\n    }\n  }\n}": types.ProfileDocument,
    "mutation RedeliverWebhook($deliveryId: ID!) {\n  redeliverWebhook(deliveryId: $deliveryId) {\n    id\n  }\n}": types.RedeliverWebhookDocument,
    "mutation RegenerateRecoveryCodes($password: String!) {\n  regenerateRecoveryCodes(password: $password) {\n    codes\n  }\n}": types.RegenerateRecoveryCodesDocument,
    "mutation RemoveConversionGroup($name: String!) {\n  removeConversionGroup(name: $name)\n}": types.RemoveConversionGroupDocument,
    "mutation RemoveMember($accountId: ID!) {\n  removeMember(accountId: $accountId)\n}": types.RemoveMemberDocument,
    "mutation RemovePasskey($id: ID!, $password: String!) {\n  removePasskey(id: $id, password: $password)\n}": types.RemovePasskeyDocument,
    "mutation RevokeInvitation($id: ID!) {\n  revokeInvitation(id: $id) {\n    id\n  }\n}": types.RevokeInvitationDocument,
    "mutation RevokeKey($id: ID!) {\n  revokeKey(id: $id) {\n    id\n    revokedAt\n  }\n}": types.RevokeKeyDocument,
    "mutation RevokeOtherSessions {\n  revokeSessions(keepCurrent: true)\n}": types.RevokeOtherSessionsDocument,
    "mutation RevokeSession($id: ID!) {\n  revokeSession(id: $id)\n}": types.RevokeSessionDocument,
    "mutation RotateDataKey {\n  rotateDataKey\n}": types.RotateDataKeyDocument,
    "mutation RotateKey($id: ID!, $overlapMinutes: Int!) {\n  rotateKey(id: $id, overlapMinutes: $overlapMinutes) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}": types.RotateKeyDocument,
    "mutation RotateWebhookSecret($id: ID!, $overlapMinutes: Int!) {\n  rotateWebhookSecret(id: $id, overlapMinutes: $overlapMinutes) {\n    secret\n    webhook {\n      id\n      url\n    }\n  }\n}": types.RotateWebhookSecretDocument,
    "query Segments {\n  segments(first: 1000) {\n    id\n    name\n    description\n    definition\n    createdAt\n    updatedAt\n    frozenAt\n  }\n}": types.SegmentsDocument,
    "mutation SendTestConversion($input: TestConversionInput!) {\n  sendTestConversion(input: $input) {\n    id\n  }\n}": types.SendTestConversionDocument,
    "mutation SendTestWebhook($id: ID!) {\n  sendTestWebhook(id: $id) {\n    id\n  }\n}": types.SendTestWebhookDocument,
    "mutation SendVerificationMail {\n  sendVerificationMail\n}": types.SendVerificationMailDocument,
    "query Sessions {\n  sessions {\n    id\n    device\n    address\n    createdAt\n    lastUsedAt\n    expiresAt\n    isRemembered\n    isCurrent\n  }\n}": types.SessionsDocument,
    "mutation StartPasskeyLogin($challenge: String) {\n  startPasskeyLogin(challenge: $challenge)\n}": types.StartPasskeyLoginDocument,
    "mutation StartPasskeyRegistration($password: String) {\n  startPasskeyRegistration(password: $password)\n}": types.StartPasskeyRegistrationDocument,
    "mutation StartTotp($password: String) {\n  startTotp(password: $password) {\n    secret\n    uri\n  }\n}": types.StartTotpDocument,
    "mutation SwitchTenant($tenantId: ID!) {\n  switchTenant(tenantId: $tenantId) {\n    accessToken\n    expiresIn\n  }\n}": types.SwitchTenantDocument,
    "mutation SwitchWebhook($id: ID!, $isEnabled: Boolean!) {\n  updateWebhook(id: $id, input: {isEnabled: $isEnabled}) {\n    id\n  }\n}": types.SwitchWebhookDocument,
    "query TenantProvisioning($id: ID!) {\n  tenantProvisioning(id: $id) {\n    id\n    status\n    step\n    problem\n    tenant {\n      id\n      name\n    }\n  }\n}": types.TenantProvisioningDocument,
    "query TenantSettings {\n  tenant {\n    id\n    slug\n    name\n    reportingCurrency\n    plan {\n      name\n      title\n      description\n    }\n    usage {\n      events {\n        used\n        limit\n        resetsAt\n      }\n      queries {\n        used\n        limit\n        resetsAt\n      }\n      members {\n        used\n        limit\n      }\n      keys {\n        used\n        limit\n      }\n      apps {\n        used\n        limit\n      }\n    }\n  }\n  apps(first: 500) {\n    id\n    name\n    platform\n    bundleId\n    timeZone\n    currency\n    clickLookbackDays\n    viewLookbackDays\n    conversionEvents\n  }\n}": types.TenantSettingsDocument,
    "mutation UpdateApp($id: ID!, $input: UpdateAppInput!) {\n  updateApp(id: $id, input: $input) {\n    id\n  }\n}": types.UpdateAppDocument,
    "mutation UpdateProfile($name: String!) {\n  updateProfile(name: $name) {\n    id\n    name\n  }\n}": types.UpdateProfileDocument,
    "mutation UpdateTenant($input: UpdateTenantInput!) {\n  updateTenant(input: $input) {\n    id\n    name\n    reportingCurrency\n  }\n}": types.UpdateTenantDocument,
    "query WebhookDeliveries($webhook: ID!, $status: WebhookDeliveryStatus, $after: Cursor) {\n  webhookDeliveries(webhook: $webhook, status: $status, after: $after, first: 25) {\n    nodes {\n      id\n      kind\n      conversionId\n      sequence\n      status\n      attempts\n      nextAttemptAt\n      lastStatusCode\n      lastError\n      durationMs\n      createdAt\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}": types.WebhookDeliveriesDocument,
    "query Webhooks {\n  webhooks {\n    id\n    url\n    description\n    isEnabled\n    where\n    state\n    problem\n    lag\n    gap {\n      from\n      to\n      reason\n    }\n    previousSecretUntil\n    lastDeliveryAt\n  }\n}": types.WebhooksDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation AcceptInvitation($token: String!) {\n  acceptInvitation(token: $token) {\n    tenantId\n    name\n  }\n}"): (typeof documents)["mutation AcceptInvitation($token: String!) {\n  acceptInvitation(token: $token) {\n    tenantId\n    name\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Apps {\n  apps(first: 500) {\n    id\n    name\n    platform\n    currency\n  }\n  campaigns(first: 1) {\n    id\n    name\n  }\n}"): (typeof documents)["query Apps {\n  apps(first: 500) {\n    id\n    name\n    platform\n    currency\n  }\n  campaigns(first: 1) {\n    id\n    name\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Arrivals($first: Int!) {\n  arrivals(first: $first) {\n    events {\n      eventId\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      revenue {\n        amount\n        currency\n      }\n      campaign {\n        id\n        name\n      }\n      app {\n        id\n        name\n      }\n    }\n    rejected {\n      receivedAt\n      index\n      code\n      path\n      message\n      raw\n    }\n  }\n}"): (typeof documents)["query Arrivals($first: Int!) {\n  arrivals(first: $first) {\n    events {\n      eventId\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      revenue {\n        amount\n        currency\n      }\n      campaign {\n        id\n        name\n      }\n      app {\n        id\n        name\n      }\n    }\n    rejected {\n      receivedAt\n      index\n      code\n      path\n      message\n      raw\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AuditLog($first: Int!, $after: Cursor, $where: AuditFilter) {\n  auditLog(first: $first, after: $after, where: $where) {\n    nodes {\n      sequence\n      at\n      actor {\n        kind\n        id\n        account {\n          id\n          name\n          email\n        }\n      }\n      action\n      target\n      before\n      after\n      address\n      note\n      requestId\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"): (typeof documents)["query AuditLog($first: Int!, $after: Cursor, $where: AuditFilter) {\n  auditLog(first: $first, after: $after, where: $where) {\n    nodes {\n      sequence\n      at\n      actor {\n        kind\n        id\n        account {\n          id\n          name\n          email\n        }\n      }\n      action\n      target\n      before\n      after\n      address\n      note\n      requestId\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AuditNames {\n  keys(first: 500) {\n    id\n    name\n  }\n  members(first: 500) {\n    account {\n      id\n      name\n      email\n    }\n  }\n}"): (typeof documents)["query AuditNames {\n  keys(first: 500) {\n    id\n    name\n  }\n  members(first: 500) {\n    account {\n      id\n      name\n      email\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Catalog {\n  catalog {\n    measures {\n      name\n      title\n      description\n      type\n      unit\n      isDerived\n      needsArguments\n      source\n    }\n    dimensions {\n      name\n      title\n      description\n      type\n    }\n    events {\n      name\n      isConversion\n      lastSeen\n      properties {\n        name\n        type\n      }\n    }\n  }\n}"): (typeof documents)["query Catalog {\n  catalog {\n    measures {\n      name\n      title\n      description\n      type\n      unit\n      isDerived\n      needsArguments\n      source\n    }\n    dimensions {\n      name\n      title\n      description\n      type\n    }\n    events {\n      name\n      isConversion\n      lastSeen\n      properties {\n        name\n        type\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation ChangeMemberRole($accountId: ID!, $role: String!) {\n  changeMemberRole(accountId: $accountId, role: $role) {\n    role\n  }\n}"): (typeof documents)["mutation ChangeMemberRole($accountId: ID!, $role: String!) {\n  changeMemberRole(accountId: $accountId, role: $role) {\n    role\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation ChangePassword($current: String!, $next: String!) {\n  changePassword(current: $current, next: $next)\n}"): (typeof documents)["mutation ChangePassword($current: String!, $next: String!) {\n  changePassword(current: $current, next: $next)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query CheckEmail($email: String!) {\n  checkEmail(email: $email) {\n    isValid\n    isAvailable\n  }\n}"): (typeof documents)["query CheckEmail($email: String!) {\n  checkEmail(email: $email) {\n    isValid\n    isAvailable\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation ConfirmTotp($code: String!) {\n  confirmTotp(code: $code) {\n    codes\n  }\n}"): (typeof documents)["mutation ConfirmTotp($code: String!) {\n  confirmTotp(code: $code) {\n    codes\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ConversionGroups {\n  conversionGroups {\n    name\n    isOwn\n    question\n    positionAt\n    lag\n    inFlight\n    members\n    lastAcknowledgedAt\n  }\n}"): (typeof documents)["query ConversionGroups {\n  conversionGroups {\n    name\n    isOwn\n    question\n    positionAt\n    lag\n    inFlight\n    members\n    lastAcknowledgedAt\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateApp($input: CreateAppInput!) {\n  createApp(input: $input) {\n    id\n  }\n}"): (typeof documents)["mutation CreateApp($input: CreateAppInput!) {\n  createApp(input: $input) {\n    id\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateIngestKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}"): (typeof documents)["mutation CreateIngestKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}"): (typeof documents)["mutation CreateKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateSegment($input: CreateSegmentInput!) {\n  createSegment(input: $input) {\n    id\n    name\n  }\n}"): (typeof documents)["mutation CreateSegment($input: CreateSegmentInput!) {\n  createSegment(input: $input) {\n    id\n    name\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateTenant($input: CreateTenantInput!) {\n  createTenant(input: $input) {\n    id\n    status\n    step\n    problem\n    keys {\n      id\n      kind\n      name\n      text\n    }\n  }\n}"): (typeof documents)["mutation CreateTenant($input: CreateTenantInput!) {\n  createTenant(input: $input) {\n    id\n    status\n    step\n    problem\n    keys {\n      id\n      kind\n      name\n      text\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateWebhook($input: CreateWebhookInput!) {\n  createWebhook(input: $input) {\n    secret\n    webhook {\n      id\n      url\n    }\n  }\n}"): (typeof documents)["mutation CreateWebhook($input: CreateWebhookInput!) {\n  createWebhook(input: $input) {\n    secret\n    webhook {\n      id\n      url\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DeleteSegment($id: ID!) {\n  deleteSegment(id: $id)\n}"): (typeof documents)["mutation DeleteSegment($id: ID!) {\n  deleteSegment(id: $id)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DeleteWebhook($id: ID!) {\n  deleteWebhook(id: $id)\n}"): (typeof documents)["mutation DeleteWebhook($id: ID!) {\n  deleteWebhook(id: $id)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DestroyPersonalData($confirm: String!) {\n  destroyPersonalData(confirm: $confirm)\n}"): (typeof documents)["mutation DestroyPersonalData($confirm: String!) {\n  destroyPersonalData(confirm: $confirm)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DisableTotp($password: String!) {\n  disableTotp(password: $password)\n}"): (typeof documents)["mutation DisableTotp($password: String!) {\n  disableTotp(password: $password)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query FieldTexts($type: String!) {\n  about: __type(name: $type) {\n    fields {\n      name\n      description\n    }\n  }\n}"): (typeof documents)["query FieldTexts($type: String!) {\n  about: __type(name: $type) {\n    fields {\n      name\n      description\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation FinishPasskeyLogin($response: JSON!, $rememberMe: Boolean!) {\n  finishPasskeyLogin(response: $response, rememberMe: $rememberMe) {\n    accessToken\n    expiresIn\n    account {\n      id\n      email\n      name\n    }\n  }\n}"): (typeof documents)["mutation FinishPasskeyLogin($response: JSON!, $rememberMe: Boolean!) {\n  finishPasskeyLogin(response: $response, rememberMe: $rememberMe) {\n    accessToken\n    expiresIn\n    account {\n      id\n      email\n      name\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation FinishPasskeyRegistration($name: String!, $response: JSON!) {\n  finishPasskeyRegistration(name: $name, response: $response) {\n    id\n  }\n}"): (typeof documents)["mutation FinishPasskeyRegistration($name: String!, $response: JSON!) {\n  finishPasskeyRegistration(name: $name, response: $response) {\n    id\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation FreezeSegment($id: ID!, $isFrozen: Boolean!) {\n  updateSegment(id: $id, input: {isFrozen: $isFrozen}) {\n    id\n    updatedAt\n    frozenAt\n  }\n}"): (typeof documents)["mutation FreezeSegment($id: ID!, $isFrozen: Boolean!) {\n  updateSegment(id: $id, input: {isFrozen: $isFrozen}) {\n    id\n    updatedAt\n    frozenAt\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query GeneratePassword($style: PasswordStyle!) {\n  generatePassword(style: $style) {\n    password\n  }\n}"): (typeof documents)["query GeneratePassword($style: PasswordStyle!) {\n  generatePassword(style: $style) {\n    password\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query IngestKeys {\n  keys(first: 500) {\n    id\n    kind\n    ingestKind\n    name\n    createdAt\n    expiresAt\n    revokedAt\n    lastUsedAt\n    maxRevenue\n    app {\n      id\n      name\n    }\n  }\n}"): (typeof documents)["query IngestKeys {\n  keys(first: 500) {\n    id\n    kind\n    ingestKind\n    name\n    createdAt\n    expiresAt\n    revokedAt\n    lastUsedAt\n    maxRevenue\n    app {\n      id\n      name\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Inputs($metrics: MetricsInput!, $compare: Compare, $cohorts: CohortsInput!, $attribution: AttributionInput!, $model: AttributionModel!, $funnel: FunnelInput!, $of: SegmentOfInput!) {\n  metrics(input: $metrics) {\n    totals {\n      installs(compare: $compare)\n    }\n  }\n  cohorts(input: $cohorts) {\n    info {\n      asOf\n    }\n  }\n  attribution(input: $attribution) {\n    totals {\n      conversions(model: $model)\n    }\n  }\n  funnel(input: $funnel) {\n    info {\n      asOf\n    }\n  }\n  segmentSize(of: $of) {\n    users\n  }\n}"): (typeof documents)["query Inputs($metrics: MetricsInput!, $compare: Compare, $cohorts: CohortsInput!, $attribution: AttributionInput!, $model: AttributionModel!, $funnel: FunnelInput!, $of: SegmentOfInput!) {\n  metrics(input: $metrics) {\n    totals {\n      installs(compare: $compare)\n    }\n  }\n  cohorts(input: $cohorts) {\n    info {\n      asOf\n    }\n  }\n  attribution(input: $attribution) {\n    totals {\n      conversions(model: $model)\n    }\n  }\n  funnel(input: $funnel) {\n    info {\n      asOf\n    }\n  }\n  segmentSize(of: $of) {\n    users\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query InvitationPreview($token: String!) {\n  invitationPreview(token: $token) {\n    tenantName\n    email\n    role\n    expiresAt\n  }\n}"): (typeof documents)["query InvitationPreview($token: String!) {\n  invitationPreview(token: $token) {\n    tenantName\n    email\n    role\n    expiresAt\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Invitations {\n  invitations(first: 500) {\n    id\n    email\n    role\n    invitedBy {\n      id\n      name\n      email\n    }\n    createdAt\n    expiresAt\n  }\n}"): (typeof documents)["query Invitations {\n  invitations(first: 500) {\n    id\n    email\n    role\n    invitedBy {\n      id\n      name\n      email\n    }\n    createdAt\n    expiresAt\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation InviteMember($email: String!, $role: String!) {\n  inviteMember(email: $email, role: $role) {\n    id\n  }\n}"): (typeof documents)["mutation InviteMember($email: String!, $role: String!) {\n  inviteMember(email: $email, role: $role) {\n    id\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Keys {\n  keys(first: 500) {\n    id\n    kind\n    ingestKind\n    name\n    scopes\n    filters {\n      dimension\n      in\n    }\n    masks\n    app {\n      id\n      name\n    }\n    maxRevenue\n    allowedNetworks\n    replaces\n    createdAt\n    expiresAt\n    revokedAt\n    lastUsedAt\n  }\n}"): (typeof documents)["query Keys {\n  keys(first: 500) {\n    id\n    kind\n    ingestKind\n    name\n    scopes\n    filters {\n      dimension\n      in\n    }\n    masks\n    app {\n      id\n      name\n    }\n    maxRevenue\n    allowedNetworks\n    replaces\n    createdAt\n    expiresAt\n    revokedAt\n    lastUsedAt\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription Live($after: Cursor, $from: StreamStart, $where: ConversionFilter) {\n  conversions(after: $after, from: $from, where: $where) {\n    entries {\n      id\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      isTest\n      supersedes\n      isRetraction\n      correction: reason\n      revenue {\n        amount\n        currency\n      }\n      app {\n        id\n        name\n      }\n      campaign {\n        id\n        name\n      }\n      partner {\n        id\n        name\n      }\n      decision {\n        kind\n        matchedBy\n        touchedAt\n        reason\n      }\n    }\n    cursor\n    gap {\n      from\n      to\n      reason\n    }\n  }\n}"): (typeof documents)["subscription Live($after: Cursor, $from: StreamStart, $where: ConversionFilter) {\n  conversions(after: $after, from: $from, where: $where) {\n    entries {\n      id\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      isTest\n      supersedes\n      isRetraction\n      correction: reason\n      revenue {\n        amount\n        currency\n      }\n      app {\n        id\n        name\n      }\n      campaign {\n        id\n        name\n      }\n      partner {\n        id\n        name\n      }\n      decision {\n        kind\n        matchedBy\n        touchedAt\n        reason\n      }\n    }\n    cursor\n    gap {\n      from\n      to\n      reason\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Me {\n  me {\n    account {\n      id\n      email\n      name\n    }\n    tenant {\n      id\n      slug\n      name\n      reportingCurrency\n    }\n    role\n    scopes\n    memberships {\n      tenantId\n      slug\n      name\n      role\n    }\n  }\n}"): (typeof documents)["query Me {\n  me {\n    account {\n      id\n      email\n      name\n    }\n    tenant {\n      id\n      slug\n      name\n      reportingCurrency\n    }\n    role\n    scopes\n    memberships {\n      tenantId\n      slug\n      name\n      role\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Members {\n  members(first: 500) {\n    account {\n      id\n      name\n      email\n    }\n    role\n    joinedAt\n  }\n}"): (typeof documents)["query Members {\n  members(first: 500) {\n    account {\n      id\n      name\n      email\n    }\n    role\n    joinedAt\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation MoveConversionGroup($name: String!, $to: StreamStart!) {\n  moveConversionGroup(name: $name, to: $to)\n}"): (typeof documents)["mutation MoveConversionGroup($name: String!, $to: StreamStart!) {\n  moveConversionGroup(name: $name, to: $to)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query PasswordStrength($password: String!, $email: String!, $name: String!) {\n  passwordStrength(password: $password, email: $email, name: $name) {\n    score\n    isAccepted\n    reasons\n    suggestions\n  }\n}"): (typeof documents)["query PasswordStrength($password: String!, $email: String!, $name: String!) {\n  passwordStrength(password: $password, email: $email, name: $name) {\n    score\n    isAccepted\n    reasons\n    suggestions\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Permissions {\n  permissions {\n    scope\n    title\n    description\n    roles\n    keyKinds\n  }\n}"): (typeof documents)["query Permissions {\n  permissions {\n    scope\n    title\n    description\n    roles\n    keyKinds\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Profile {\n  me {\n    account {\n      id\n      email\n      name\n      emailVerifiedAt\n      createdAt\n      hasTotp\n      recoveryCodesLeft\n      passkeys {\n        id\n        name\n        createdAt\n        lastUsedAt\n      }\n    }\n  }\n}"): (typeof documents)["query Profile {\n  me {\n    account {\n      id\n      email\n      name\n      emailVerifiedAt\n      createdAt\n      hasTotp\n      recoveryCodesLeft\n      passkeys {\n        id\n        name\n        createdAt\n        lastUsedAt\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RedeliverWebhook($deliveryId: ID!) {\n  redeliverWebhook(deliveryId: $deliveryId) {\n    id\n  }\n}"): (typeof documents)["mutation RedeliverWebhook($deliveryId: ID!) {\n  redeliverWebhook(deliveryId: $deliveryId) {\n    id\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RegenerateRecoveryCodes($password: String!) {\n  regenerateRecoveryCodes(password: $password) {\n    codes\n  }\n}"): (typeof documents)["mutation RegenerateRecoveryCodes($password: String!) {\n  regenerateRecoveryCodes(password: $password) {\n    codes\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RemoveConversionGroup($name: String!) {\n  removeConversionGroup(name: $name)\n}"): (typeof documents)["mutation RemoveConversionGroup($name: String!) {\n  removeConversionGroup(name: $name)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RemoveMember($accountId: ID!) {\n  removeMember(accountId: $accountId)\n}"): (typeof documents)["mutation RemoveMember($accountId: ID!) {\n  removeMember(accountId: $accountId)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RemovePasskey($id: ID!, $password: String!) {\n  removePasskey(id: $id, password: $password)\n}"): (typeof documents)["mutation RemovePasskey($id: ID!, $password: String!) {\n  removePasskey(id: $id, password: $password)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RevokeInvitation($id: ID!) {\n  revokeInvitation(id: $id) {\n    id\n  }\n}"): (typeof documents)["mutation RevokeInvitation($id: ID!) {\n  revokeInvitation(id: $id) {\n    id\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RevokeKey($id: ID!) {\n  revokeKey(id: $id) {\n    id\n    revokedAt\n  }\n}"): (typeof documents)["mutation RevokeKey($id: ID!) {\n  revokeKey(id: $id) {\n    id\n    revokedAt\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RevokeOtherSessions {\n  revokeSessions(keepCurrent: true)\n}"): (typeof documents)["mutation RevokeOtherSessions {\n  revokeSessions(keepCurrent: true)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RevokeSession($id: ID!) {\n  revokeSession(id: $id)\n}"): (typeof documents)["mutation RevokeSession($id: ID!) {\n  revokeSession(id: $id)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RotateDataKey {\n  rotateDataKey\n}"): (typeof documents)["mutation RotateDataKey {\n  rotateDataKey\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RotateKey($id: ID!, $overlapMinutes: Int!) {\n  rotateKey(id: $id, overlapMinutes: $overlapMinutes) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}"): (typeof documents)["mutation RotateKey($id: ID!, $overlapMinutes: Int!) {\n  rotateKey(id: $id, overlapMinutes: $overlapMinutes) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RotateWebhookSecret($id: ID!, $overlapMinutes: Int!) {\n  rotateWebhookSecret(id: $id, overlapMinutes: $overlapMinutes) {\n    secret\n    webhook {\n      id\n      url\n    }\n  }\n}"): (typeof documents)["mutation RotateWebhookSecret($id: ID!, $overlapMinutes: Int!) {\n  rotateWebhookSecret(id: $id, overlapMinutes: $overlapMinutes) {\n    secret\n    webhook {\n      id\n      url\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Segments {\n  segments(first: 1000) {\n    id\n    name\n    description\n    definition\n    createdAt\n    updatedAt\n    frozenAt\n  }\n}"): (typeof documents)["query Segments {\n  segments(first: 1000) {\n    id\n    name\n    description\n    definition\n    createdAt\n    updatedAt\n    frozenAt\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SendTestConversion($input: TestConversionInput!) {\n  sendTestConversion(input: $input) {\n    id\n  }\n}"): (typeof documents)["mutation SendTestConversion($input: TestConversionInput!) {\n  sendTestConversion(input: $input) {\n    id\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SendTestWebhook($id: ID!) {\n  sendTestWebhook(id: $id) {\n    id\n  }\n}"): (typeof documents)["mutation SendTestWebhook($id: ID!) {\n  sendTestWebhook(id: $id) {\n    id\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SendVerificationMail {\n  sendVerificationMail\n}"): (typeof documents)["mutation SendVerificationMail {\n  sendVerificationMail\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Sessions {\n  sessions {\n    id\n    device\n    address\n    createdAt\n    lastUsedAt\n    expiresAt\n    isRemembered\n    isCurrent\n  }\n}"): (typeof documents)["query Sessions {\n  sessions {\n    id\n    device\n    address\n    createdAt\n    lastUsedAt\n    expiresAt\n    isRemembered\n    isCurrent\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation StartPasskeyLogin($challenge: String) {\n  startPasskeyLogin(challenge: $challenge)\n}"): (typeof documents)["mutation StartPasskeyLogin($challenge: String) {\n  startPasskeyLogin(challenge: $challenge)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation StartPasskeyRegistration($password: String) {\n  startPasskeyRegistration(password: $password)\n}"): (typeof documents)["mutation StartPasskeyRegistration($password: String) {\n  startPasskeyRegistration(password: $password)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation StartTotp($password: String) {\n  startTotp(password: $password) {\n    secret\n    uri\n  }\n}"): (typeof documents)["mutation StartTotp($password: String) {\n  startTotp(password: $password) {\n    secret\n    uri\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SwitchTenant($tenantId: ID!) {\n  switchTenant(tenantId: $tenantId) {\n    accessToken\n    expiresIn\n  }\n}"): (typeof documents)["mutation SwitchTenant($tenantId: ID!) {\n  switchTenant(tenantId: $tenantId) {\n    accessToken\n    expiresIn\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SwitchWebhook($id: ID!, $isEnabled: Boolean!) {\n  updateWebhook(id: $id, input: {isEnabled: $isEnabled}) {\n    id\n  }\n}"): (typeof documents)["mutation SwitchWebhook($id: ID!, $isEnabled: Boolean!) {\n  updateWebhook(id: $id, input: {isEnabled: $isEnabled}) {\n    id\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query TenantProvisioning($id: ID!) {\n  tenantProvisioning(id: $id) {\n    id\n    status\n    step\n    problem\n    tenant {\n      id\n      name\n    }\n  }\n}"): (typeof documents)["query TenantProvisioning($id: ID!) {\n  tenantProvisioning(id: $id) {\n    id\n    status\n    step\n    problem\n    tenant {\n      id\n      name\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query TenantSettings {\n  tenant {\n    id\n    slug\n    name\n    reportingCurrency\n    plan {\n      name\n      title\n      description\n    }\n    usage {\n      events {\n        used\n        limit\n        resetsAt\n      }\n      queries {\n        used\n        limit\n        resetsAt\n      }\n      members {\n        used\n        limit\n      }\n      keys {\n        used\n        limit\n      }\n      apps {\n        used\n        limit\n      }\n    }\n  }\n  apps(first: 500) {\n    id\n    name\n    platform\n    bundleId\n    timeZone\n    currency\n    clickLookbackDays\n    viewLookbackDays\n    conversionEvents\n  }\n}"): (typeof documents)["query TenantSettings {\n  tenant {\n    id\n    slug\n    name\n    reportingCurrency\n    plan {\n      name\n      title\n      description\n    }\n    usage {\n      events {\n        used\n        limit\n        resetsAt\n      }\n      queries {\n        used\n        limit\n        resetsAt\n      }\n      members {\n        used\n        limit\n      }\n      keys {\n        used\n        limit\n      }\n      apps {\n        used\n        limit\n      }\n    }\n  }\n  apps(first: 500) {\n    id\n    name\n    platform\n    bundleId\n    timeZone\n    currency\n    clickLookbackDays\n    viewLookbackDays\n    conversionEvents\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation UpdateApp($id: ID!, $input: UpdateAppInput!) {\n  updateApp(id: $id, input: $input) {\n    id\n  }\n}"): (typeof documents)["mutation UpdateApp($id: ID!, $input: UpdateAppInput!) {\n  updateApp(id: $id, input: $input) {\n    id\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation UpdateProfile($name: String!) {\n  updateProfile(name: $name) {\n    id\n    name\n  }\n}"): (typeof documents)["mutation UpdateProfile($name: String!) {\n  updateProfile(name: $name) {\n    id\n    name\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation UpdateTenant($input: UpdateTenantInput!) {\n  updateTenant(input: $input) {\n    id\n    name\n    reportingCurrency\n  }\n}"): (typeof documents)["mutation UpdateTenant($input: UpdateTenantInput!) {\n  updateTenant(input: $input) {\n    id\n    name\n    reportingCurrency\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query WebhookDeliveries($webhook: ID!, $status: WebhookDeliveryStatus, $after: Cursor) {\n  webhookDeliveries(webhook: $webhook, status: $status, after: $after, first: 25) {\n    nodes {\n      id\n      kind\n      conversionId\n      sequence\n      status\n      attempts\n      nextAttemptAt\n      lastStatusCode\n      lastError\n      durationMs\n      createdAt\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"): (typeof documents)["query WebhookDeliveries($webhook: ID!, $status: WebhookDeliveryStatus, $after: Cursor) {\n  webhookDeliveries(webhook: $webhook, status: $status, after: $after, first: 25) {\n    nodes {\n      id\n      kind\n      conversionId\n      sequence\n      status\n      attempts\n      nextAttemptAt\n      lastStatusCode\n      lastError\n      durationMs\n      createdAt\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Webhooks {\n  webhooks {\n    id\n    url\n    description\n    isEnabled\n    where\n    state\n    problem\n    lag\n    gap {\n      from\n      to\n      reason\n    }\n    previousSecretUntil\n    lastDeliveryAt\n  }\n}"): (typeof documents)["query Webhooks {\n  webhooks {\n    id\n    url\n    description\n    isEnabled\n    where\n    state\n    problem\n    lag\n    gap {\n      from\n      to\n      reason\n    }\n    previousSecretUntil\n    lastDeliveryAt\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;