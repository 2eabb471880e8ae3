-- SortLimit g1 ASC, g2 ASC, first 1000
-- Divide q1 = m4 / m1
-- Aggregate m1 = users of (known user and touch is none and not event in ["install"] and not refund), m2 = users of (known user and event in ["purchase"] and not refund), m3 = rows of (event in ["purchase"] and not refund), m4 = revenue of all, m5 = revenue of not refund, m6 = -revenue of refund by g1 = WEEK in Europe/Berlin, g2 = country, with totals
-- ScanEvents of tenant TENANT, from 2026-03-01T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where all
SELECT
  toMonday(`occurred_at`, {p1:String}) AS g1,
  `country` AS g2,
  uniqExactIf(`user_id`, (`user_id` != {p2:String}) AND (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`)) AS m1,
  uniqExactIf(`user_id`, (`user_id` != {p2:String}) AND (`event` = {p5:String}) AND (NOT `is_refund`)) AS m2,
  countIf((`event` = {p5:String}) AND (NOT `is_refund`)) AS m3,
  sum(`revenue`) AS m4,
  sumIf(`revenue`, NOT `is_refund`) AS m5,
  negate(sumIf(`revenue`, `is_refund`)) AS m6,
  if(m1 = 0, NULL, round(divideDecimal(toDecimal256(m4, 6), toDecimal256(m1, 0), 12), 6)) AS q1
FROM `events`
WHERE `tenant_id` = {p6:UUID} AND
  `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p8:DateTime64(3, 'UTC')}
GROUP BY g1, g2 WITH TOTALS
ORDER BY g1 ASC NULLS LAST, empty(g2) ASC, g2 ASC
LIMIT 1001
-- p1 String = "Europe/Berlin"
-- p2 String = ""
-- p3 String = "none"
-- p4 String = "install"
-- p5 String = "purchase"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
