-- SortLimit g1 ASC, first 1000
-- Divide nothing
-- Aggregate m1 = rows of event in ["session"], m2 = revenue of all by g1 = HOUR in Europe/Berlin
-- ScanEvents of tenant TENANT, from 2026-03-28T12:00:00.000Z until before 2026-03-30T12:00:00.000Z, where all
SELECT
  toUnixTimestamp(`occurred_at`) - modulo(toUnixTimestamp(`occurred_at`) + timezoneOffset(toTimeZone(`occurred_at`, {p1:String})), 3600) AS g1,
  countIf(`event` = {p2:String}) AS m1,
  sum(`revenue`) AS m2
FROM `events`
WHERE `tenant_id` = {p3:UUID} AND
  `occurred_at` >= {p4:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p5:DateTime64(3, 'UTC')}
GROUP BY g1
ORDER BY g1 ASC NULLS LAST
LIMIT 1001
-- p1 String = "Europe/Berlin"
-- p2 String = "session"
-- p3 UUID = "TENANT"
-- p4 DateTime64(3, 'UTC') = "2026-03-28 12:00:00.000"
-- p5 DateTime64(3, 'UTC') = "2026-03-30 12:00:00.000"
