-- SortLimit cohort ASC, g1 ASC, g2 ASC, first 1000
-- CollectCells: one row per cohort
SELECT
  cohort,
  g1,
  g2,
  groupArray(tuple(k, mature, members, a1, a2, a3)) AS cells
FROM (
  -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund), a2 = rows of event in ["purchase"], a3 = rows of (touch is none and not event in ["install"] and not refund) by cohort = MONTH in UTC, g1, g2, ROLLING WEEK 0 to 3, observed until 2026-04-10T09:30:00.000Z
  SELECT
    toStartOfMonth(e.entry_at, {p1:String}) AS cohort,
    e.g1 AS g1,
    e.g2 AS g2,
    intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 604800000) AS k,
    least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 604800000), 4) AS mature,
    uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
    uniqExactIf(a.`user_id`, a.is_a1) AS a1,
    countIf(a.is_a2) AS a2,
    countIf(a.is_a3) AS a3
  FROM (
    -- JoinMembers: activity at or after the entry of its user
    -- ScanEvents of tenant TENANT, from 2026-03-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and touch is none) or event in ["purchase"]))
    SELECT
      `user_id`,
      `occurred_at`,
      (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a1,
      `event` = {p5:String} AS is_a2,
      (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a3
    FROM `events`
    WHERE `tenant_id` = {p6:UUID} AND
      `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p8:String} AND
      (((NOT `is_refund`) AND (`touch` = {p3:String})) OR (`event` = {p5:String}))
  ) AS a
  INNER JOIN (
    -- FirstEntries per user, ties by event id, at or after 2026-03-01T00:00:00.000Z, by g1 = channel, g2 = app_id, where not country in [""]
    -- ScanEvents of tenant TENANT, since ever until before 2026-04-10T09:30:00.000Z, where (known user and not refund and touch is none)
    SELECT
      `user_id`,
      min(`occurred_at`) AS entry_at,
      argMin(tuple(`channel`, `app_id`, NOT (`country` = {p8:String})), tuple(`occurred_at`, `event_id`)) AS entry_row,
      tupleElement(entry_row, 1) AS g1,
      tupleElement(entry_row, 2) AS g2
    FROM `events`
    WHERE `tenant_id` = {p6:UUID} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p8:String} AND
      (NOT `is_refund`) AND
      `touch` = {p3:String}
    GROUP BY `user_id`
    HAVING entry_at >= {p7:DateTime64(3, 'UTC')} AND
      tupleElement(entry_row, 3)
  ) AS e
  ON a.`user_id` = e.`user_id`
  WHERE a.`occurred_at` >= e.entry_at AND
    k < 4
  GROUP BY cohort, g1, g2, k, mature
)
GROUP BY cohort, g1, g2
ORDER BY cohort ASC NULLS LAST, empty(g1) ASC, g1 ASC, empty(g2) ASC, toString(g2) ASC
LIMIT 1001
-- p1 String = "UTC"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "none"
-- p4 String = "install"
-- p5 String = "purchase"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p8 String = ""
