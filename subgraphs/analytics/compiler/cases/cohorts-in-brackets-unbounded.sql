-- SortLimit cohort ASC, first 1000
-- CollectCells: one row per cohort, and one of all together
SELECT
  is_mean,
  cohort,
  groupArray(tuple(k, mature, members, a1)) AS cells
FROM (
  SELECT
    is_mean,
    if(is_mean = 1, defaultValueOfArgumentType(s.cohort), s.cohort) AS cohort,
    s.k AS k,
    s.mature AS mature,
    sum(s.members) AS members,
    sum(s.a1) AS a1
  FROM (
    -- KeepLast a1: users of whom it is the last period
    SELECT
      s.cohort AS cohort,
      s.k AS k,
      s.mature AS mature,
      s.members AS members,
      s.a1 - (lagInFrame(s.a1) OVER (PARTITION BY s.cohort, s.mature ORDER BY s.k DESC)) AS a1
    FROM (
      SELECT
        s.cohort AS cohort,
        s.k AS k,
        s.mature AS mature,
        s.members AS members,
        uniqExactMerge(s.a1) OVER (PARTITION BY s.cohort, s.mature ORDER BY s.k DESC) AS a1
      FROM (
        -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund) by cohort = MONTH in UTC, ROLLING WEEK 0 to 5 in runs from 0, 1, 2, 3, 4, 6, observed until 2026-04-10T09:30:00.000Z, with all later ones as one
        SELECT
          toStartOfMonth(e.entry_at, {p1:String}) AS cohort,
          roundDown(least(intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 604800000), 6), array(0, 1, 2, 3, 4, 6)) AS k,
          roundDown(least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 604800000), 6), array(0, 1, 2, 3, 4, 6)) AS mature,
          uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
          uniqExactStateIf(a.`user_id`, a.is_a1) AS a1
        FROM (
          -- JoinMembers: activity at or after the entry of its user
          -- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and event in ["session"]) or (touch is none and not event in ["install"] and not refund)))
          SELECT
            `user_id`,
            `occurred_at`,
            (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a1
          FROM `events`
          WHERE `tenant_id` = {p5:UUID} AND
            `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
            `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
            `user_id` != {p7:String} AND
            (((NOT `is_refund`) AND (`event` = {p8:String})) OR ((`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`)))
        ) AS a
        INNER JOIN (
          -- FirstEntries per user, at or after 2026-02-01T00:00:00.000Z, by nothing, where all
          -- ScanEvents of tenant TENANT, since ever until before 2026-04-10T09:30:00.000Z, where (known user and not refund and event in ["session"])
          SELECT
            `user_id`,
            min(`occurred_at`) AS entry_at
          FROM `events`
          WHERE `tenant_id` = {p5:UUID} AND
            `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
            `user_id` != {p7:String} AND
            (NOT `is_refund`) AND
            `event` = {p8:String}
          GROUP BY `user_id`
          HAVING entry_at >= {p6:DateTime64(3, 'UTC')}
        ) AS e
        ON a.`user_id` = e.`user_id`
        WHERE a.`occurred_at` >= e.entry_at
        GROUP BY cohort, k, mature
      ) AS s
    ) AS s
  ) AS s
  ARRAY JOIN array(0, 1) AS is_mean
  GROUP BY is_mean, if(is_mean = 1, defaultValueOfArgumentType(s.cohort), s.cohort), s.k, s.mature
)
GROUP BY is_mean, cohort
ORDER BY is_mean DESC, cohort ASC NULLS LAST
LIMIT 1002
-- p1 String = "UTC"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "none"
-- p4 String = "install"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p7 String = ""
-- p8 String = "session"
