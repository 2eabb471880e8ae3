-- SortLimit in no order, first 1000, only totals shown
-- Divide nothing
-- Aggregate m1 = rows of event in ["install"], m2 = rows of event in ["session"], m3 = users of (known user and touch is none and not event in ["install"] and not refund), m4 = rows of touch is click by nothing
-- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-05-01T00:00:00.000Z, where (not member of segment "In Germany in March" (frozen at 2026-03-15T00:00:00.000Z: last known values meet country in ["DE"]) and (event in ["install", "session"] or (known user and touch is none and not event in ["install"] and not refund) or touch is click))
SELECT
  countIf(`event` = {p1:String}) AS m1,
  countIf(`event` = {p2:String}) AS m2,
  uniqExactIf(`user_id`, (`user_id` != {p3:String}) AND (`touch` = {p4:String}) AND (NOT (`event` = {p1:String})) AND (NOT `is_refund`)) AS m3,
  countIf(`touch` = {p5:String}) AS m4
FROM `events`
WHERE `tenant_id` = {p6:UUID} AND
  `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
  (NOT (`user_id` IN (
  -- Members of segment "In Germany in March" (frozen at 2026-03-15T00:00:00.000Z: last known values meet country in ["DE"])
  SELECT
    `user_id`
  FROM `events`
  WHERE `tenant_id` = {p6:UUID} AND
    `occurred_at` < {p9:DateTime64(3, 'UTC')} AND
    `recorded_at` < {p9:DateTime64(3, 'UTC')} AND
    `user_id` != {p3:String}
  GROUP BY `user_id`
  HAVING argMaxIf(`country`, concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`), `country` != {p3:String}) = {p10:String}
))) AND
  ((`event` IN {p11:Array(String)}) OR ((`user_id` != {p3:String}) AND (`touch` = {p4:String}) AND (NOT (`event` = {p1:String})) AND (NOT `is_refund`)) OR (`touch` = {p5:String}))
LIMIT 1001
-- p1 String = "install"
-- p2 String = "session"
-- p3 String = ""
-- p4 String = "none"
-- p5 String = "click"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-05-01 00:00:00.000"
-- p9 DateTime64(3, 'UTC') = "2026-03-15 00:00:00.000"
-- p10 String = "DE"
-- p11 Array(String) = ["install","session"]
