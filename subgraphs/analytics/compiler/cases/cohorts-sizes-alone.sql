-- SortLimit cohort ASC, first 1
-- CollectCells: one row per cohort
SELECT
  cohort,
  groupArray(tuple(k, mature, members)) AS cells
FROM (
  -- AggregatePeriods nothing by cohort = MONTH in UTC, ROLLING MONTH 0 to 2, observed until 2026-04-10T09:30:00.000Z
  SELECT
    toStartOfMonth(e.entry_at, {p1:String}) AS cohort,
    intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 2592000000) AS k,
    least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 2592000000), 3) AS mature,
    uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members
  FROM (
    -- JoinMembers: activity at or after the entry of its user
    -- ScanEvents of tenant TENANT, from 2026-01-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and not refund and event in ["install"])
    SELECT
      `user_id`,
      `occurred_at`
    FROM `events`
    WHERE `tenant_id` = {p3:UUID} AND
      `occurred_at` >= {p4:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p5:String} AND
      (NOT `is_refund`) AND
      `event` = {p6:String}
  ) AS a
  INNER JOIN (
    -- FirstEntries per user, at or after 2026-01-01T00:00:00.000Z, by nothing, where all
    -- ScanEvents of tenant TENANT, since ever until before 2026-04-01T00:00:00.000Z, where (known user and not refund and event in ["install"])
    SELECT
      `user_id`,
      min(`occurred_at`) AS entry_at
    FROM `events`
    WHERE `tenant_id` = {p3:UUID} AND
      `occurred_at` < {p7:DateTime64(3, 'UTC')} AND
      `user_id` != {p5:String} AND
      (NOT `is_refund`) AND
      `event` = {p6:String}
    GROUP BY `user_id`
    HAVING entry_at >= {p4:DateTime64(3, 'UTC')}
  ) AS e
  ON a.`user_id` = e.`user_id`
  WHERE a.`occurred_at` >= e.entry_at AND
    k < 3
  GROUP BY cohort, k, mature
)
GROUP BY cohort
ORDER BY cohort ASC NULLS LAST
LIMIT 2
-- p1 String = "UTC"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 UUID = "TENANT"
-- p4 DateTime64(3, 'UTC') = "2026-01-01 00:00:00.000"
-- p5 String = ""
-- p6 String = "install"
-- p7 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
