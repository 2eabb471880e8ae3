-- SortLimit cohort ASC, g1 ASC, first 1000
-- CollectCells: one row per cohort, and one of all together
SELECT
  is_mean,
  cohort,
  g1,
  groupArray(tuple(k, mature, members, a1, a2, a3, a4)) AS cells
FROM (
  SELECT
    is_mean,
    if(is_mean = 1, defaultValueOfArgumentType(s.cohort), s.cohort) AS cohort,
    if(is_mean = 1, defaultValueOfArgumentType(s.g1), s.g1) AS g1,
    s.k AS k,
    s.mature AS mature,
    sum(s.members) AS members,
    sum(s.a1) AS a1,
    sum(s.a2) AS a2,
    sum(s.a3) AS a3,
    sum(s.a4) AS a4
  FROM (
    -- MergeRuns: as further periods 0 on, 1 on, 0 to 2, 1 to 3, users counted once
    SELECT
      s.cohort AS cohort,
      s.g1 AS g1,
      period AS k,
      s.mature AS mature,
      sum(s.members) AS members,
      uniqExactMerge(s.a1) AS a1,
      sum(s.a2) AS a2,
      uniqExactMerge(s.a3) AS a3,
      sum(s.a4) AS a4
    FROM (
      -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund), a2 = revenue of touch is none, a3 = users of (event in ["purchase"] and not refund), a4 = rows of (event in ["purchase"] and not refund) by cohort = MONTH in America/New_York, g1, CALENDAR WEEK 0 to 3 in runs from 0, 1, 3, 4, observed until 2026-04-10T09:30:00.000Z, with all later ones as one
      SELECT
        toStartOfMonth(e.entry_at, {p1:String}) AS cohort,
        e.g1 AS g1,
        roundDown(least(intDiv(toInt32(toMonday(a.`occurred_at`, {p1:String})), 7) - intDiv(toInt32(toMonday(e.entry_at, {p1:String})), 7), 4), array(0, 1, 3, 4)) AS k,
        roundDown(least(intDiv(toInt32(toMonday({p2:DateTime64(3, 'UTC')}, {p1:String})), 7) - intDiv(toInt32(toMonday(e.entry_at, {p1:String})), 7), 4), array(0, 1, 3, 4)) AS mature,
        uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
        uniqExactStateIf(a.`user_id`, a.is_a1) AS a1,
        sumIf(a.`revenue`, a.is_a2) AS a2,
        uniqExactStateIf(a.`user_id`, a.is_a3) AS a3,
        countIf(a.is_a4) AS a4
      FROM (
        -- JoinMembers: activity at or after the entry of its user
        -- ScanEvents of tenant TENANT, from 2026-02-01T05:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and event in ["install"]) or touch is none or (event in ["purchase"] and not refund)))
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
        -- FirstEntries per user, ties by event id, at or after 2026-02-01T05:00:00.000Z, by g1 = platform, where all
        -- ScanEvents of tenant TENANT, since ever until before 2026-04-10T09:30:00.000Z, where (known user and not refund and event in ["install"])
        SELECT
          `user_id`,
          min(`occurred_at`) AS entry_at,
          argMin(tuple(`platform`), tuple(`occurred_at`, `event_id`)) AS entry_row,
          tupleElement(entry_row, 1) AS g1
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
      WHERE a.`occurred_at` >= e.entry_at
      GROUP BY cohort, g1, k, mature
    ) AS s
    ARRAY JOIN arrayPushFront(arrayFilter((span, begin, before) -> (begin <= s.k) AND (before > s.k), array(5, 6, 7, 8), array(0, 1, 0, 1), array(5, 5, 3, 4)), s.k) AS period
    GROUP BY s.cohort, s.g1, period, s.mature
  ) AS s
  ARRAY JOIN array(0, 1) AS is_mean
  GROUP BY is_mean, if(is_mean = 1, defaultValueOfArgumentType(s.cohort), s.cohort), if(is_mean = 1, defaultValueOfArgumentType(s.g1), s.g1), s.k, s.mature
)
GROUP BY is_mean, cohort, g1
ORDER BY is_mean DESC, cohort ASC NULLS LAST, empty(g1) ASC, g1 ASC
LIMIT 1002
-- p1 String = "America/New_York"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "none"
-- p4 String = "install"
-- p5 String = "purchase"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2026-02-01 05:00:00.000"
-- p8 String = ""
