-- SortLimit g1 ASC, first 1000
SELECT
  g1 AS g1,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4
FROM (
  -- Divide nothing
  -- Aggregate m1 = rows of event in ["session"], m2 = users of (known user and touch is none and not event in ["install"] and not refund), m3 = rows of event in ["session"] in PREVIOUS_PERIOD, m4 = users of (known user and touch is none and not event in ["install"] and not refund) in PREVIOUS_PERIOD by g1 = WEEK in UTC, PREVIOUS_PERIOD being 2025-11-04T00:00:00.000Z to 2026-02-01T00:00:00.000Z, with totals
  SELECT
    g1 AS g1,
    countIf(f1 AND (w = 0)) AS m1,
    uniqExactIf(u, f2 AND (w = 0)) AS m2,
    countIf(f1 AND (w = 1)) AS m3,
    uniqExactIf(u, f2 AND (w = 1)) AS m4,
    countIf(w = 0) AS in_range
  FROM (
    -- ScanEvents of tenant TENANT, from 2025-11-04T00:00:00.000Z until before 2026-05-01T00:00:00.000Z, where member of segment "Asleep" (as of 2026-04-10T09:30:00.000Z: (did (event in ["session"] and not refund) at least 1 times and did (touch is none and not event in ["install"] and not refund) at most 1 times from 2026-04-03T09:30:00.000Z))
    SELECT
      multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, 1) AS w,
      multiIf(w = 1, addDays({p3:Date}, toMonday(`occurred_at`, {p4:String}) - {p5:Date}), toMonday(`occurred_at`, {p4:String})) AS g1,
      `user_id` AS u,
      `event` = {p6:String} AS f1,
      (`user_id` != {p7:String}) AND (`touch` = {p8:String}) AND (NOT (`event` = {p9:String})) AND (NOT `is_refund`) AS f2
    FROM `events`
    WHERE `tenant_id` = {p10:UUID} AND
      `occurred_at` >= {p11:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      (`user_id` IN (
      -- Members of segment "Asleep" (as of 2026-04-10T09:30:00.000Z: (did (event in ["session"] and not refund) at least 1 times and did (touch is none and not event in ["install"] and not refund) at most 1 times from 2026-04-03T09:30:00.000Z))
      SELECT
        `user_id`
      FROM `events`
      WHERE `tenant_id` = {p10:UUID} AND
        `occurred_at` < {p12:DateTime64(3, 'UTC')} AND
        `user_id` != {p7:String} AND
        (((`event` = {p6:String}) AND (NOT `is_refund`)) OR ((`touch` = {p8:String}) AND (NOT (`event` = {p9:String})) AND (NOT `is_refund`)))
      GROUP BY `user_id`
      HAVING ((countIf((`event` = {p6:String}) AND (NOT `is_refund`)) >= 1)) AND
        ((countIf((`touch` = {p8:String}) AND (NOT (`event` = {p9:String})) AND (NOT `is_refund`) AND (`occurred_at` >= {p13:DateTime64(3, 'UTC')})) <= 1))
    ))
  )
  GROUP BY g1 WITH TOTALS
)
WHERE in_range > 0
ORDER BY g1 ASC NULLS LAST
LIMIT 1001
-- p1 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-05-01 00:00:00.000"
-- p3 Date = "2026-01-26"
-- p4 String = "UTC"
-- p5 Date = "2025-11-03"
-- p6 String = "session"
-- p7 String = ""
-- p8 String = "none"
-- p9 String = "install"
-- p10 UUID = "TENANT"
-- p11 DateTime64(3, 'UTC') = "2025-11-04 00:00:00.000"
-- p12 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p13 DateTime64(3, 'UTC') = "2026-04-03 09:30:00.000"
