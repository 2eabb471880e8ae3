-- What advertising cost, by calendar day and in the reporting currency. Rows of several sources may state the same cost: for each day, app,
-- channel, partner and campaign the best source present counts alone (the order of the enum), and of rows that are equal in every column before
-- `cost` the newest. Readers choose; nothing is taken away here. '' means absent.
CREATE TABLE costs
(
  tenant_id UUID,
  day Date,
  app_id UUID,
  platform LowCardinality(String),
  country LowCardinality(String),
  channel LowCardinality(String),
  partner_id LowCardinality(String),
  campaign_id LowCardinality(String),
  ad_group_id LowCardinality(String),
  source Enum8('api' = 1, 'import' = 2, 'link' = 3),
  cost Decimal(38, 6),
  original_amount Decimal(38, 6),
  original_currency LowCardinality(String),
  recorded_at DateTime64(3, 'UTC'),
  CONSTRAINT tenant_is_known CHECK tenant_id != toUUID('00000000-0000-0000-0000-000000000000')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (tenant_id, day, campaign_id, ad_group_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
