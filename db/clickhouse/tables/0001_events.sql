-- Every tracked event and touch, once: duplicates are kept out by PostgreSQL's event_ids before a row comes here.
-- The order serves scans, retention and attribution (ENGINE.md, section 3); '' means absent in every column of text.
CREATE TABLE events
(
  tenant_id UUID,
  app_id UUID,
  user_id String,
  event LowCardinality(String),
  occurred_at DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  event_id String,
  touch Enum8('none' = 0, 'click' = 1, 'impression' = 2),
  platform LowCardinality(String),
  country LowCardinality(String),
  app_version LowCardinality(String),
  channel LowCardinality(String),
  partner_id LowCardinality(String),
  campaign_id LowCardinality(String),
  ad_group_id LowCardinality(String),
  creative_id LowCardinality(String),
  revenue Decimal(38, 6),
  original_amount Decimal(38, 6),
  original_currency LowCardinality(String),
  is_refund Bool,
  properties Map(LowCardinality(String), String),
  device_ids Map(LowCardinality(String), String),
  device_sealed String,
  copy_group UInt64,
  INDEX copy_group_range copy_group TYPE minmax GRANULARITY 1,
  CONSTRAINT tenant_is_known CHECK tenant_id != toUUID('00000000-0000-0000-0000-000000000000')
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant_id, toDate(occurred_at), touch, event, app_id)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
