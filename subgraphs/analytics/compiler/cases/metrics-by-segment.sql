-- SortLimit g1 ASC, g2 ASC, g3 ASC, first 1000
-- Divide nothing
-- Aggregate m1 = rows of touch is click, m2 = rows of event in ["session"], m3 = users of (known user and touch is none and not event in ["install"] and not refund), m4 = revenue of all by g1 = whether member of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times), g2 = whether member of segment "In Germany in March" (frozen at 2026-03-15T00:00:00.000Z: last known values meet country in ["DE"]), g3 = MONTH in UTC, with totals
-- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-05-01T00:00:00.000Z, where all
SELECT
  toString(`user_id` IN (
  -- Members of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
  SELECT
    `user_id`
  FROM `events`
  WHERE `tenant_id` = {p1:UUID} AND
    `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
    `user_id` != {p3:String} AND
    `event` = {p4:String} AND
    (NOT `is_refund`)
  GROUP BY `user_id`
  HAVING countIf((`event` = {p4:String}) AND (NOT `is_refund`)) >= 4
)) AS g1,
  toString(`user_id` IN (
  -- Members of segment "In Germany in March" (frozen at 2026-03-15T00:00:00.000Z: last known values meet country in ["DE"])
  SELECT
    `user_id`
  FROM `events`
  WHERE `tenant_id` = {p1:UUID} AND
    `occurred_at` < {p5:DateTime64(3, 'UTC')} AND
    `recorded_at` < {p5:DateTime64(3, 'UTC')} AND
    `user_id` != {p3:String}
  GROUP BY `user_id`
  HAVING argMaxIf(`country`, concat(reinterpretAsFixedString(byteSwap(toUInt64(toUnixTimestamp64Milli(`occurred_at`) + 8796093022208))), `event_id`), `country` != {p3:String}) = {p6:String}
)) AS g2,
  toStartOfMonth(`occurred_at`, {p7:String}) AS g3,
  countIf(`touch` = {p8:String}) AS m1,
  countIf(`event` = {p9:String}) AS m2,
  uniqExactIf(`user_id`, (`user_id` != {p3:String}) AND (`touch` = {p10:String}) AND (NOT (`event` = {p11:String})) AND (NOT `is_refund`)) AS m3,
  sum(`revenue`) AS m4
FROM `events`
WHERE `tenant_id` = {p1:UUID} AND
  `occurred_at` >= {p12:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p13:DateTime64(3, 'UTC')}
GROUP BY g1, g2, g3 WITH TOTALS
ORDER BY empty(g1) ASC, g1 ASC, empty(g2) ASC, g2 ASC, g3 ASC NULLS LAST
LIMIT 1001
-- p1 UUID = "TENANT"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = ""
-- p4 String = "purchase"
-- p5 DateTime64(3, 'UTC') = "2026-03-15 00:00:00.000"
-- p6 String = "DE"
-- p7 String = "UTC"
-- p8 String = "click"
-- p9 String = "session"
-- p10 String = "none"
-- p11 String = "install"
-- p12 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p13 DateTime64(3, 'UTC') = "2026-05-01 00:00:00.000"
