/** ClickHouse types of the catalogued columns, spelled as the server spells them. */
export type ColumnType =
  | 'UUID'
  | 'Date'
  | 'String'
  | 'LowCardinality(String)'
  | "DateTime64(3, 'UTC')"
  | "Enum8('none' = 0, 'click' = 1, 'impression' = 2)"
  | "Enum8('api' = 1, 'import' = 2, 'link' = 3)"
  | 'Decimal(38, 6)'
  | 'Bool'
  | 'Map(LowCardinality(String), String)'
  | 'UInt64'

/**
 * The tables and columns that a reader of ClickHouse may read: the compiler binds against them, the checker of finished statements knows no
 * others, and the grants and row policies are made from them. Readers see each table as a view of the same name. A test compares this with the
 * live tables and views.
 */
export const CATALOG = {
  costs: {
    tenant_id: 'UUID',
    day: 'Date',
    app_id: 'UUID',
    platform: 'LowCardinality(String)',
    country: 'LowCardinality(String)',
    channel: 'LowCardinality(String)',
    partner_id: 'LowCardinality(String)',
    campaign_id: 'LowCardinality(String)',
    ad_group_id: 'LowCardinality(String)',
    source: "Enum8('api' = 1, 'import' = 2, 'link' = 3)",
    cost: 'Decimal(38, 6)',
    original_amount: 'Decimal(38, 6)',
    original_currency: 'LowCardinality(String)',
    recorded_at: "DateTime64(3, 'UTC')",
  },
  events: {
    tenant_id: 'UUID',
    app_id: 'UUID',
    user_id: 'String',
    event: 'LowCardinality(String)',
    occurred_at: "DateTime64(3, 'UTC')",
    recorded_at: "DateTime64(3, 'UTC')",
    event_id: 'String',
    touch: "Enum8('none' = 0, 'click' = 1, 'impression' = 2)",
    platform: 'LowCardinality(String)',
    country: 'LowCardinality(String)',
    app_version: 'LowCardinality(String)',
    channel: 'LowCardinality(String)',
    partner_id: 'LowCardinality(String)',
    campaign_id: 'LowCardinality(String)',
    ad_group_id: 'LowCardinality(String)',
    creative_id: 'LowCardinality(String)',
    revenue: 'Decimal(38, 6)',
    original_amount: 'Decimal(38, 6)',
    original_currency: 'LowCardinality(String)',
    is_refund: 'Bool',
    properties: 'Map(LowCardinality(String), String)',
    device_ids: 'Map(LowCardinality(String), String)',
    copy_group: 'UInt64',
  },
} as const satisfies Record<string, Record<string, ColumnType>>

export type CatalogTable = keyof typeof CATALOG
// Distributes: a column of any of the tables, and not only of all of them.
export type CatalogColumn<Table extends CatalogTable = CatalogTable> = Table extends CatalogTable ? keyof (typeof CATALOG)[Table] & string : never

/** Columns that exist and that no reader's view has: the sealed device ids are opened by nobody who asks in SQL. */
export const WITHHELD_COLUMNS: Readonly<Record<CatalogTable, readonly string[]>> = { costs: [], events: ['device_sealed'] }

/** Tables of the server's own bookkeeping and the demo world's truth, readable by `migrate` alone. */
export const BOOKKEEPING_TABLES: readonly string[] = ['demo_truth_channels', 'demo_truth_fraud', 'schema_versions']

export const CATALOG_TABLES: readonly CatalogTable[] = ['costs', 'events']
