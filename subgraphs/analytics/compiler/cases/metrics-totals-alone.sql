-- SortLimit in no order, first 1000, only totals shown
-- Divide q1 = m2 / m3
-- Aggregate m1 = rows of event in ["session"], m2 = revenue of all, m3 = users of (known user and touch is none and not event in ["install"] and not refund) by nothing
-- ScanEvents of tenant TENANT, from 2026-03-13T00:00:00.000Z until before 2026-04-10T00:00:00.000Z, where all
SELECT
  countIf(`event` = {p1:String}) AS m1,
  sum(`revenue`) AS m2,
  uniqExactIf(`user_id`, (`user_id` != {p2:String}) AND (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`)) AS m3,
  if(m3 = 0, NULL, round(divideDecimal(toDecimal256(m2, 6), toDecimal256(m3, 0), 12), 6)) AS q1
FROM `events`
WHERE `tenant_id` = {p5:UUID} AND
  `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p7:DateTime64(3, 'UTC')}
LIMIT 1001
-- p1 String = "session"
-- p2 String = ""
-- p3 String = "none"
-- p4 String = "install"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-03-13 00:00:00.000"
-- p7 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
