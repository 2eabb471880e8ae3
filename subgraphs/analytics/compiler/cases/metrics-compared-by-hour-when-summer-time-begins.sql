-- SortLimit g1 ASC, first 1000
SELECT
  g1 AS g1,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4
FROM (
  -- Divide nothing
  -- Aggregate m1 = revenue of all, m2 = revenue of all in PREVIOUS_PERIOD, m3 = rows of event in ["session"], m4 = rows of event in ["session"] in SAME_WEEKDAYS by g1 = HOUR in Europe/Berlin, PREVIOUS_PERIOD being 2026-03-27T23:00:00.000Z to 2026-03-28T23:00:00.000Z, SAME_WEEKDAYS being 2026-03-21T23:00:00.000Z to 2026-03-22T23:00:00.000Z, with totals
  SELECT
    g1 AS g1,
    sumIf(r, w = 0) AS m1,
    sumIf(r, w = 1) AS m2,
    countIf(f1 AND (w = 0)) AS m3,
    countIf(f1 AND (w = 2)) AS m4,
    countIf(w = 0) AS in_range
  FROM (
    -- ScanEvents of tenant TENANT, from 2026-03-21T23:00:00.000Z until before 2026-03-29T22:00:00.000Z, of it 2026-03-21T23:00:00.000Z to 2026-03-22T23:00:00.000Z and 2026-03-27T23:00:00.000Z to 2026-03-29T22:00:00.000Z, where all
    SELECT
      multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, (`occurred_at` >= {p3:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p1:DateTime64(3, 'UTC')}), 1, 2) AS w,
      multiIf(w = 1, (toUnixTimestamp(`occurred_at`) - modulo(toUnixTimestamp(`occurred_at`) + timezoneOffset(toTimeZone(`occurred_at`, {p4:String})), 3600)) + 86400, w = 2, (toUnixTimestamp(`occurred_at`) - modulo(toUnixTimestamp(`occurred_at`) + timezoneOffset(toTimeZone(`occurred_at`, {p4:String})), 3600)) + 604800, toUnixTimestamp(`occurred_at`) - modulo(toUnixTimestamp(`occurred_at`) + timezoneOffset(toTimeZone(`occurred_at`, {p4:String})), 3600)) AS g1,
      `revenue` AS r,
      `event` = {p5:String} AS f1
    FROM `events`
    WHERE `tenant_id` = {p6:UUID} AND
      `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      (((`occurred_at` >= {p7:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p8:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p3:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')})))
  )
  GROUP BY g1 WITH TOTALS
)
WHERE in_range > 0
ORDER BY g1 ASC NULLS LAST
LIMIT 1001
-- p1 DateTime64(3, 'UTC') = "2026-03-28 23:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-03-29 22:00:00.000"
-- p3 DateTime64(3, 'UTC') = "2026-03-27 23:00:00.000"
-- p4 String = "Europe/Berlin"
-- p5 String = "session"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-03-21 23:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-03-22 23:00:00.000"
