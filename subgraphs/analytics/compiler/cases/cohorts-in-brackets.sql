-- SortLimit cohort ASC, first 1000
-- CollectCells: one row per cohort
SELECT
  cohort,
  groupArray(tuple(k, mature, members, a1, a2, a3)) AS cells
FROM (
  -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund), a2 = revenue of touch is none, a3 = rows of (touch is none and not event in ["install"] and not refund) by cohort = WEEK in UTC, ROLLING DAY 0 to 14 in runs from 0, 1, 4, 8, 10, 15, observed until 2026-04-10T09:30:00.000Z
  SELECT
    toMonday(e.entry_at, {p1:String}) AS cohort,
    roundDown(intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 86400000), array(0, 1, 4, 8, 10, 15)) AS k,
    roundDown(least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 86400000), 15), array(0, 1, 4, 8, 10, 15)) AS mature,
    uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
    uniqExactIf(a.`user_id`, a.is_a1) AS a1,
    sumIf(a.`revenue`, a.is_a2) AS a2,
    countIf(a.is_a3) AS a3
  FROM (
    -- JoinMembers: activity at or after the entry of its user
    -- ScanEvents of tenant TENANT, from 2026-03-02T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and event in ["install"]) or touch is none))
    SELECT
      `user_id`,
      `occurred_at`,
      `revenue`,
      (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a1,
      `touch` = {p3:String} AS is_a2,
      (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a3
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p7:String} AND
      (((NOT `is_refund`) AND (`event` = {p4:String})) OR (`touch` = {p3:String}))
  ) AS a
  INNER JOIN (
    -- FirstEntries per user, at or after 2026-03-02T00:00:00.000Z, by nothing, where all
    -- ScanEvents of tenant TENANT, since ever until before 2026-04-06T00:00:00.000Z, where (known user and not refund and event in ["install"])
    SELECT
      `user_id`,
      min(`occurred_at`) AS entry_at
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
      `user_id` != {p7:String} AND
      (NOT `is_refund`) AND
      `event` = {p4:String}
    GROUP BY `user_id`
    HAVING entry_at >= {p6:DateTime64(3, 'UTC')}
  ) AS e
  ON a.`user_id` = e.`user_id`
  WHERE a.`occurred_at` >= e.entry_at AND
    k < 15
  GROUP BY cohort, k, mature
)
GROUP BY cohort
ORDER BY cohort ASC NULLS LAST
LIMIT 1001
-- p1 String = "UTC"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "none"
-- p4 String = "install"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-03-02 00:00:00.000"
-- p7 String = ""
-- p8 DateTime64(3, 'UTC') = "2026-04-06 00:00:00.000"
