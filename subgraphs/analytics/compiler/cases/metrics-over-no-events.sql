-- SortLimit in no order, first 1000
-- Divide q1 = m2 / m3
-- Aggregate m1 = rows of event in ["install"], m2 = revenue of all, m3 = users of (known user and touch is none and not event in ["install"] and not refund) by nothing
-- ScanEvents of tenant TENANT, from 1999-01-01T00:00:00.000Z until before 1999-02-01T00:00:00.000Z, where all
SELECT
  countIf(`event` = {p1:String}) AS m1,
  sum(`revenue`) AS m2,
  uniqExactIf(`user_id`, (`user_id` != {p2:String}) AND (`touch` = {p3:String}) AND (NOT (`event` = {p1:String})) AND (NOT `is_refund`)) AS m3,
  if(m3 = 0, NULL, round(divideDecimal(toDecimal256(m2, 6), toDecimal256(m3, 0), 12), 6)) AS q1
FROM `events`
WHERE `tenant_id` = {p4:UUID} AND
  `occurred_at` >= {p5:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p6:DateTime64(3, 'UTC')}
LIMIT 1001
-- p1 String = "install"
-- p2 String = ""
-- p3 String = "none"
-- p4 UUID = "TENANT"
-- p5 DateTime64(3, 'UTC') = "1999-01-01 00:00:00.000"
-- p6 DateTime64(3, 'UTC') = "1999-02-01 00:00:00.000"
