-- The demo world's fraud, labelled: each fraudulent click of `events` and what it was. For `migrate` alone.
CREATE TABLE demo_truth_fraud
(
  tenant_id UUID,
  event_id String,
  user_id String,
  kind Enum8('click_flooding' = 1, 'click_injection' = 2),
  partner_id LowCardinality(String),
  campaign_id LowCardinality(String),
  occurred_at DateTime64(3, 'UTC'),
  -- Of the person's install; null for one who never installs.
  installed_at Nullable(DateTime64(3, 'UTC')),
  -- Whether the install is credited to this click.
  took_install Bool,
  CONSTRAINT tenant_is_known CHECK tenant_id != toUUID('00000000-0000-0000-0000-000000000000')
)
ENGINE = MergeTree
ORDER BY (tenant_id, occurred_at)
SETTINGS fsync_after_insert = 1
