-- The demo world's truth: what each channel really caused, which no analysis can see. For `migrate` alone. Several rows of a channel add up.
-- `installs`: installs of people whom the channel touched before; `purchases` and `revenue` (net of refunds): those of these people and those it
-- reminded of. `incremental_…`: how many of them would not have happened without the channel.
CREATE TABLE demo_truth_channels
(
  tenant_id UUID,
  channel LowCardinality(String),
  installs UInt64,
  incremental_installs UInt64,
  purchases UInt64,
  incremental_purchases UInt64,
  revenue Decimal(38, 6),
  incremental_revenue Decimal(38, 6),
  CONSTRAINT tenant_is_known CHECK tenant_id != toUUID('00000000-0000-0000-0000-000000000000')
)
ENGINE = MergeTree
ORDER BY (tenant_id, channel)
SETTINGS fsync_after_insert = 1
