-- SortLimit g1 ASC, g2 ASC, first 1000
-- Divide nothing
-- Aggregate m1 = rows of event in ["level_up"], m2 = users of (known user and touch is none and not event in ["install"] and not refund) by g1 = app_id, g2 = property "mode"
-- ScanEvents of tenant TENANT, from 2026-03-01T05:00:00.000Z until before 2026-04-10T09:30:00.000Z, where all
SELECT
  `app_id` AS g1,
  identity(`properties`)[{p1:String}] AS g2,
  countIf(`event` = {p2:String}) AS m1,
  uniqExactIf(`user_id`, (`user_id` != {p3:String}) AND (`touch` = {p4:String}) AND (NOT (`event` = {p5:String})) AND (NOT `is_refund`)) AS m2
FROM `events`
WHERE `tenant_id` = {p6:UUID} AND
  `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p8:DateTime64(3, 'UTC')}
GROUP BY g1, g2
ORDER BY empty(g1) ASC, toString(g1) ASC, empty(g2) ASC, g2 ASC
LIMIT 1001
-- p1 String = "mode"
-- p2 String = "level_up"
-- p3 String = ""
-- p4 String = "none"
-- p5 String = "install"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-03-01 05:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
