-- What readers see of costs; see 0002_events_view.sql.
CREATE VIEW {readers}.costs DEFINER = migrate SQL SECURITY DEFINER AS
SELECT
  tenant_id,
  day,
  app_id,
  platform,
  country,
  channel,
  partner_id,
  campaign_id,
  ad_group_id,
  source,
  cost,
  original_amount,
  original_currency,
  recorded_at
FROM {tables}.costs
