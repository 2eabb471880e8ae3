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
    "query Apps {\n  apps(first: 500) {\n    id\n    name\n    platform\n    currency\n  }\n  campaigns(first: 1) {\n    id\n    name\n  }\n}": typeof types.AppsDocument,
    "query Arrivals($first: Int!) {\n  arrivals(first: $first) {\n    events {\n      eventId\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      revenue {\n        amount\n        currency\n      }\n      campaign {\n        id\n        name\n      }\n      app {\n        id\n        name\n      }\n    }\n    rejected {\n      receivedAt\n      index\n      code\n      path\n      message\n      raw\n    }\n  }\n}": typeof types.ArrivalsDocument,
    "query Catalog {\n  catalog {\n    measures {\n      name\n      title\n      description\n      type\n      unit\n      isDerived\n      needsArguments\n      source\n    }\n    dimensions {\n      name\n      title\n      description\n      type\n    }\n    events {\n      name\n      isConversion\n      lastSeen\n      properties {\n        name\n        type\n      }\n    }\n  }\n}": typeof types.CatalogDocument,
    "mutation CreateIngestKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}": typeof types.CreateIngestKeyDocument,
    "mutation CreateSegment($input: CreateSegmentInput!) {\n  createSegment(input: $input) {\n    id\n    name\n  }\n}": typeof types.CreateSegmentDocument,
    "mutation DeleteSegment($id: ID!) {\n  deleteSegment(id: $id)\n}": typeof types.DeleteSegmentDocument,
    "query FieldTexts($type: String!) {\n  about: __type(name: $type) {\n    fields {\n      name\n      description\n    }\n  }\n}": typeof types.FieldTextsDocument,
    "mutation FreezeSegment($id: ID!, $isFrozen: Boolean!) {\n  updateSegment(id: $id, input: {isFrozen: $isFrozen}) {\n    id\n    updatedAt\n    frozenAt\n  }\n}": typeof types.FreezeSegmentDocument,
    "query IngestKeys {\n  keys(first: 500) {\n    id\n    kind\n    ingestKind\n    name\n    createdAt\n    expiresAt\n    revokedAt\n    lastUsedAt\n    maxRevenue\n    app {\n      id\n      name\n    }\n  }\n}": typeof types.IngestKeysDocument,
    "query Inputs($metrics: MetricsInput!, $compare: Compare, $cohorts: CohortsInput!, $attribution: AttributionInput!, $model: AttributionModel!, $funnel: FunnelInput!, $of: SegmentOfInput!) {\n  metrics(input: $metrics) {\n    totals {\n      installs(compare: $compare)\n    }\n  }\n  cohorts(input: $cohorts) {\n    info {\n      asOf\n    }\n  }\n  attribution(input: $attribution) {\n    totals {\n      conversions(model: $model)\n    }\n  }\n  funnel(input: $funnel) {\n    info {\n      asOf\n    }\n  }\n  segmentSize(of: $of) {\n    users\n  }\n}": typeof types.InputsDocument,
    "subscription Live($after: Cursor, $from: StreamStart, $where: ConversionFilter) {\n  conversions(after: $after, from: $from, where: $where) {\n    entries {\n      id\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      isTest\n      supersedes\n      revenue {\n        amount\n        currency\n      }\n      app {\n        id\n        name\n      }\n      campaign {\n        id\n        name\n      }\n      partner {\n        id\n        name\n      }\n      decision {\n        kind\n        matchedBy\n        touchedAt\n        reason\n      }\n    }\n    cursor\n    gap {\n      from\n      to\n      reason\n    }\n  }\n}": typeof types.LiveDocument,
    "query Me {\n  me {\n    account {\n      id\n      email\n      name\n    }\n    tenant {\n      id\n      slug\n      name\n      reportingCurrency\n    }\n    role\n    scopes\n    memberships {\n      tenantId\n      slug\n      name\n      role\n    }\n  }\n}": typeof types.MeDocument,
    "query Segments {\n  segments(first: 1000) {\n    id\n    name\n    description\n    definition\n    createdAt\n    updatedAt\n    frozenAt\n  }\n}": typeof types.SegmentsDocument,
    "mutation SendTestConversion($input: TestConversionInput!) {\n  sendTestConversion(input: $input) {\n    id\n  }\n}": typeof types.SendTestConversionDocument,
    "mutation SwitchTenant($tenantId: ID!) {\n  switchTenant(tenantId: $tenantId) {\n    accessToken\n    expiresIn\n  }\n}": typeof types.SwitchTenantDocument,
};
const documents: Documents = {
    "query Apps {\n  apps(first: 500) {\n    id\n    name\n    platform\n    currency\n  }\n  campaigns(first: 1) {\n    id\n    name\n  }\n}": types.AppsDocument,
    "query Arrivals($first: Int!) {\n  arrivals(first: $first) {\n    events {\n      eventId\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      revenue {\n        amount\n        currency\n      }\n      campaign {\n        id\n        name\n      }\n      app {\n        id\n        name\n      }\n    }\n    rejected {\n      receivedAt\n      index\n      code\n      path\n      message\n      raw\n    }\n  }\n}": types.ArrivalsDocument,
    "query Catalog {\n  catalog {\n    measures {\n      name\n      title\n      description\n      type\n      unit\n      isDerived\n      needsArguments\n      source\n    }\n    dimensions {\n      name\n      title\n      description\n      type\n    }\n    events {\n      name\n      isConversion\n      lastSeen\n      properties {\n        name\n        type\n      }\n    }\n  }\n}": types.CatalogDocument,
    "mutation CreateIngestKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}": types.CreateIngestKeyDocument,
    "mutation CreateSegment($input: CreateSegmentInput!) {\n  createSegment(input: $input) {\n    id\n    name\n  }\n}": types.CreateSegmentDocument,
    "mutation DeleteSegment($id: ID!) {\n  deleteSegment(id: $id)\n}": types.DeleteSegmentDocument,
    "query FieldTexts($type: String!) {\n  about: __type(name: $type) {\n    fields {\n      name\n      description\n    }\n  }\n}": types.FieldTextsDocument,
    "mutation FreezeSegment($id: ID!, $isFrozen: Boolean!) {\n  updateSegment(id: $id, input: {isFrozen: $isFrozen}) {\n    id\n    updatedAt\n    frozenAt\n  }\n}": types.FreezeSegmentDocument,
    "query IngestKeys {\n  keys(first: 500) {\n    id\n    kind\n    ingestKind\n    name\n    createdAt\n    expiresAt\n    revokedAt\n    lastUsedAt\n    maxRevenue\n    app {\n      id\n      name\n    }\n  }\n}": types.IngestKeysDocument,
    "query Inputs($metrics: MetricsInput!, $compare: Compare, $cohorts: CohortsInput!, $attribution: AttributionInput!, $model: AttributionModel!, $funnel: FunnelInput!, $of: SegmentOfInput!) {\n  metrics(input: $metrics) {\n    totals {\n      installs(compare: $compare)\n    }\n  }\n  cohorts(input: $cohorts) {\n    info {\n      asOf\n    }\n  }\n  attribution(input: $attribution) {\n    totals {\n      conversions(model: $model)\n    }\n  }\n  funnel(input: $funnel) {\n    info {\n      asOf\n    }\n  }\n  segmentSize(of: $of) {\n    users\n  }\n}": types.InputsDocument,
    "subscription Live($after: Cursor, $from: StreamStart, $where: ConversionFilter) {\n  conversions(after: $after, from: $from, where: $where) {\n    entries {\n      id\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      isTest\n      supersedes\n      revenue {\n        amount\n        currency\n      }\n      app {\n        id\n        name\n      }\n      campaign {\n        id\n        name\n      }\n      partner {\n        id\n        name\n      }\n      decision {\n        kind\n        matchedBy\n        touchedAt\n        reason\n      }\n    }\n    cursor\n    gap {\n      from\n      to\n      reason\n    }\n  }\n}": types.LiveDocument,
    "query Me {\n  me {\n    account {\n      id\n      email\n      name\n    }\n    tenant {\n      id\n      slug\n      name\n      reportingCurrency\n    }\n    role\n    scopes\n    memberships {\n      tenantId\n      slug\n      name\n      role\n    }\n  }\n}": types.MeDocument,
    "query Segments {\n  segments(first: 1000) {\n    id\n    name\n    description\n    definition\n    createdAt\n    updatedAt\n    frozenAt\n  }\n}": types.SegmentsDocument,
    "mutation SendTestConversion($input: TestConversionInput!) {\n  sendTestConversion(input: $input) {\n    id\n  }\n}": types.SendTestConversionDocument,
    "mutation SwitchTenant($tenantId: ID!) {\n  switchTenant(tenantId: $tenantId) {\n    accessToken\n    expiresIn\n  }\n}": types.SwitchTenantDocument,
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
export function graphql(source: "query Apps {\n  apps(first: 500) {\n    id\n    name\n    platform\n    currency\n  }\n  campaigns(first: 1) {\n    id\n    name\n  }\n}"): (typeof documents)["query Apps {\n  apps(first: 500) {\n    id\n    name\n    platform\n    currency\n  }\n  campaigns(first: 1) {\n    id\n    name\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Arrivals($first: Int!) {\n  arrivals(first: $first) {\n    events {\n      eventId\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      revenue {\n        amount\n        currency\n      }\n      campaign {\n        id\n        name\n      }\n      app {\n        id\n        name\n      }\n    }\n    rejected {\n      receivedAt\n      index\n      code\n      path\n      message\n      raw\n    }\n  }\n}"): (typeof documents)["query Arrivals($first: Int!) {\n  arrivals(first: $first) {\n    events {\n      eventId\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      revenue {\n        amount\n        currency\n      }\n      campaign {\n        id\n        name\n      }\n      app {\n        id\n        name\n      }\n    }\n    rejected {\n      receivedAt\n      index\n      code\n      path\n      message\n      raw\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Catalog {\n  catalog {\n    measures {\n      name\n      title\n      description\n      type\n      unit\n      isDerived\n      needsArguments\n      source\n    }\n    dimensions {\n      name\n      title\n      description\n      type\n    }\n    events {\n      name\n      isConversion\n      lastSeen\n      properties {\n        name\n        type\n      }\n    }\n  }\n}"): (typeof documents)["query Catalog {\n  catalog {\n    measures {\n      name\n      title\n      description\n      type\n      unit\n      isDerived\n      needsArguments\n      source\n    }\n    dimensions {\n      name\n      title\n      description\n      type\n    }\n    events {\n      name\n      isConversion\n      lastSeen\n      properties {\n        name\n        type\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateIngestKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}"): (typeof documents)["mutation CreateIngestKey($input: CreateKeyInput!) {\n  createKey(input: $input) {\n    text\n    key {\n      id\n      name\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateSegment($input: CreateSegmentInput!) {\n  createSegment(input: $input) {\n    id\n    name\n  }\n}"): (typeof documents)["mutation CreateSegment($input: CreateSegmentInput!) {\n  createSegment(input: $input) {\n    id\n    name\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DeleteSegment($id: ID!) {\n  deleteSegment(id: $id)\n}"): (typeof documents)["mutation DeleteSegment($id: ID!) {\n  deleteSegment(id: $id)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query FieldTexts($type: String!) {\n  about: __type(name: $type) {\n    fields {\n      name\n      description\n    }\n  }\n}"): (typeof documents)["query FieldTexts($type: String!) {\n  about: __type(name: $type) {\n    fields {\n      name\n      description\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation FreezeSegment($id: ID!, $isFrozen: Boolean!) {\n  updateSegment(id: $id, input: {isFrozen: $isFrozen}) {\n    id\n    updatedAt\n    frozenAt\n  }\n}"): (typeof documents)["mutation FreezeSegment($id: ID!, $isFrozen: Boolean!) {\n  updateSegment(id: $id, input: {isFrozen: $isFrozen}) {\n    id\n    updatedAt\n    frozenAt\n  }\n}"];
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
export function graphql(source: "subscription Live($after: Cursor, $from: StreamStart, $where: ConversionFilter) {\n  conversions(after: $after, from: $from, where: $where) {\n    entries {\n      id\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      isTest\n      supersedes\n      revenue {\n        amount\n        currency\n      }\n      app {\n        id\n        name\n      }\n      campaign {\n        id\n        name\n      }\n      partner {\n        id\n        name\n      }\n      decision {\n        kind\n        matchedBy\n        touchedAt\n        reason\n      }\n    }\n    cursor\n    gap {\n      from\n      to\n      reason\n    }\n  }\n}"): (typeof documents)["subscription Live($after: Cursor, $from: StreamStart, $where: ConversionFilter) {\n  conversions(after: $after, from: $from, where: $where) {\n    entries {\n      id\n      event\n      occurredAt\n      recordedAt\n      userId\n      country\n      platform\n      isTest\n      supersedes\n      revenue {\n        amount\n        currency\n      }\n      app {\n        id\n        name\n      }\n      campaign {\n        id\n        name\n      }\n      partner {\n        id\n        name\n      }\n      decision {\n        kind\n        matchedBy\n        touchedAt\n        reason\n      }\n    }\n    cursor\n    gap {\n      from\n      to\n      reason\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Me {\n  me {\n    account {\n      id\n      email\n      name\n    }\n    tenant {\n      id\n      slug\n      name\n      reportingCurrency\n    }\n    role\n    scopes\n    memberships {\n      tenantId\n      slug\n      name\n      role\n    }\n  }\n}"): (typeof documents)["query Me {\n  me {\n    account {\n      id\n      email\n      name\n    }\n    tenant {\n      id\n      slug\n      name\n      reportingCurrency\n    }\n    role\n    scopes\n    memberships {\n      tenantId\n      slug\n      name\n      role\n    }\n  }\n}"];
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
export function graphql(source: "mutation SwitchTenant($tenantId: ID!) {\n  switchTenant(tenantId: $tenantId) {\n    accessToken\n    expiresIn\n  }\n}"): (typeof documents)["mutation SwitchTenant($tenantId: ID!) {\n  switchTenant(tenantId: $tenantId) {\n    accessToken\n    expiresIn\n  }\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;