-- SortLimit g1 ASC, first 1000
-- Divide nothing
-- Aggregate m1 = rows of event in ["session"] by g1 = DAY in Asia/Calcutta
-- ScanEvents of tenant TENANT, from 2026-03-29T18:30:00.000Z until before 2026-04-10T09:30:00.000Z, where all
SELECT
  toDate(`occurred_at`, {p1:String}) AS g1,
  countIf(`event` = {p2:String}) AS m1
FROM `events`
WHERE `tenant_id` = {p3:UUID} AND
  `occurred_at` >= {p4:DateTime64(3, 'UTC')} AND
  `occurred_at` < {p5:DateTime64(3, 'UTC')}
GROUP BY g1
ORDER BY g1 ASC NULLS LAST
LIMIT 1001
-- p1 String = "Asia/Calcutta"
-- p2 String = "session"
-- p3 UUID = "TENANT"
-- p4 DateTime64(3, 'UTC') = "2026-03-29 18:30:00.000"
-- p5 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
