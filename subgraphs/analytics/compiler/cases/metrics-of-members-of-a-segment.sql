-- SortLimit g1 ASC, first 1000
-- Divide q1 = m4 / m2
-- Aggregate m1 = rows of event in ["session"], m2 = users of (known user and touch is none and not event in ["install"] and not refund), m3 = rows of (event in ["purchase"] and not refund), m4 = revenue of all by g1 = country, with totals
-- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-05-01T00:00:00.000Z, where (member of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times) and not country in [""])
SELECT
  `country` AS g1,
  countIf(`event` = {p1:String}) AS m1,
  uniqExactIf(`user_id`, (`user_id` != {p2:String}) AND (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`)) AS m2,
  countIf((`event` = {p5:String}) AND (NOT `is_refund`)) AS m3,
  sum(`revenue`) AS m4,
  if(m2 = 0, NULL, round(divideDecimal(toDecimal256(m4, 6), toDecimal256(m2, 0), 12), 6)) AS q1
FROM `events`
WHERE `tenant_id` = {p6:UUID} AND
  `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
  (`user_id` IN (
  -- Members of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
  SELECT
    `user_id`
  FROM `events`
  WHERE `tenant_id` = {p6:UUID} AND
    `occurred_at` < {p9:DateTime64(3, 'UTC')} AND
    `user_id` != {p2:String} AND
    `event` = {p5:String} AND
    (NOT `is_refund`)
  GROUP BY `user_id`
  HAVING countIf((`event` = {p5:String}) AND (NOT `is_refund`)) >= 4
)) AND
  (NOT (`country` = {p2:String}))
GROUP BY g1 WITH TOTALS
ORDER BY empty(g1) ASC, g1 ASC
LIMIT 1001
-- p1 String = "session"
-- p2 String = ""
-- p3 String = "none"
-- p4 String = "install"
-- p5 String = "purchase"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-05-01 00:00:00.000"
-- p9 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
