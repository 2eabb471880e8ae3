-- SortLimit cohort ASC, first 1000
-- CollectCells: one row per cohort
SELECT
  cohort,
  groupArray(tuple(k, mature, members, a1, a2, a3, a4)) AS cells
FROM (
  -- MergeRuns: as further periods 0 to 30, 1 to 7, 5 to 9, 2 to 2, users counted once
  SELECT
    s.cohort AS cohort,
    period AS k,
    s.mature AS mature,
    sum(s.members) AS members,
    uniqExactMerge(s.a1) AS a1,
    sum(s.a2) AS a2,
    uniqExactMerge(s.a3) AS a3,
    sum(s.a4) AS a4
  FROM (
    -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund), a2 = revenue of touch is none, a3 = users of (event in ["purchase"] and not refund), a4 = rows of (event in ["purchase"] and not refund) by cohort = MONTH in Europe/Berlin, ROLLING DAY 0 to 30 in runs from 0, 1, 2, 3, 5, 8, 10, 31, observed until 2026-04-10T09:30:00.000Z
    SELECT
      toStartOfMonth(e.entry_at, {p1:String}) AS cohort,
      roundDown(intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 86400000), array(0, 1, 2, 3, 5, 8, 10, 31)) AS k,
      roundDown(least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 86400000), 31), array(0, 1, 2, 3, 5, 8, 10, 31)) AS mature,
      uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
      uniqExactStateIf(a.`user_id`, a.is_a1) AS a1,
      sumIf(a.`revenue`, a.is_a2) AS a2,
      uniqExactStateIf(a.`user_id`, a.is_a3) AS a3,
      countIf(a.is_a4) AS a4
    FROM (
      -- JoinMembers: activity at or after the entry of its user
      -- ScanEvents of tenant TENANT, from 2026-01-31T23:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and event in ["install"]) or touch is none or (event in ["purchase"] and not refund)))
      SELECT
        `user_id`,
        `occurred_at`,
        `revenue`,
        (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a1,
        `touch` = {p3:String} AS is_a2,
        (`event` = {p5:String}) AND (NOT `is_refund`) AS is_a3,
        (`event` = {p5:String}) AND (NOT `is_refund`) AS is_a4
      FROM `events`
      WHERE `tenant_id` = {p6:UUID} AND
        `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
        `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
        `user_id` != {p8:String} AND
        (((NOT `is_refund`) AND (`event` = {p4:String})) OR (`touch` = {p3:String}) OR ((`event` = {p5:String}) AND (NOT `is_refund`)))
    ) AS a
    INNER JOIN (
      -- FirstEntries per user, at or after 2026-01-31T23:00:00.000Z, by nothing, where all
      -- ScanEvents of tenant TENANT, since ever until before 2026-04-10T09:30:00.000Z, where (known user and not refund and event in ["install"])
      SELECT
        `user_id`,
        min(`occurred_at`) AS entry_at
      FROM `events`
      WHERE `tenant_id` = {p6:UUID} AND
        `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
        `user_id` != {p8:String} AND
        (NOT `is_refund`) AND
        `event` = {p4:String}
      GROUP BY `user_id`
      HAVING entry_at >= {p7:DateTime64(3, 'UTC')}
    ) AS e
    ON a.`user_id` = e.`user_id`
    WHERE a.`occurred_at` >= e.entry_at AND
      k < 31
    GROUP BY cohort, k, mature
  ) AS s
  ARRAY JOIN arrayPushFront(arrayFilter((span, begin, before) -> (begin <= s.k) AND (before > s.k), array(32, 33, 34, 35), array(0, 1, 5, 2), array(31, 8, 10, 3)), s.k) AS period
  GROUP BY s.cohort, period, s.mature
)
GROUP BY cohort
ORDER BY cohort ASC NULLS LAST
LIMIT 1001
-- p1 String = "Europe/Berlin"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "none"
-- p4 String = "install"
-- p5 String = "purchase"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-01-31 23:00:00.000"
-- p8 String = ""
