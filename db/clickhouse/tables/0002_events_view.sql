-- What readers see of events. They hold no right on the table itself, since table functions such as mergeTreeIndex show the keys of a granted
-- table past its row policy; the row policy is on this view, is pushed down into it, and prunes as it would on the table.
CREATE VIEW {readers}.events DEFINER = migrate SQL SECURITY DEFINER AS
SELECT
  tenant_id,
  app_id,
  user_id,
  event,
  occurred_at,
  recorded_at,
  event_id,
  touch,
  platform,
  country,
  app_version,
  channel,
  partner_id,
  campaign_id,
  ad_group_id,
  creative_id,
  revenue,
  original_amount,
  original_currency,
  is_refund,
  properties,
  device_ids,
  copy_group
FROM {tables}.events
