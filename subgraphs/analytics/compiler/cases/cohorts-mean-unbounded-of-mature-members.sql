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
        -- AggregatePeriods a1 = users of not event in ["install"] by cohort = DAY in Asia/Calcutta, ROLLING WEEK 0 to 4, observed until 2026-04-10T09:30:00.000Z, with all later ones as one
        SELECT
          toDate(e.entry_at, {p1:String}) AS cohort,
          least(intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 604800000), 5) AS k,
          least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 604800000), 5) AS mature,
          uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
          uniqExactStateIf(a.`user_id`, a.is_a1) AS a1
        FROM (
          -- JoinMembers: activity at or after the entry of its user
          -- ScanEvents of tenant TENANT, from 2026-02-28T18:30:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and not refund and touch is none)
          SELECT
            `user_id`,
            `occurred_at`,
            NOT (`event` = {p3:String}) AS is_a1
          FROM `events`
          WHERE `tenant_id` = {p4:UUID} AND
            `occurred_at` >= {p5:DateTime64(3, 'UTC')} AND
            `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
            `user_id` != {p6:String} AND
            (NOT `is_refund`) AND
            `touch` = {p7:String}
        ) AS a
        INNER JOIN (
          -- FirstEntries per user, at or after 2026-02-28T18:30:00.000Z, by nothing, where all
          -- ScanEvents of tenant TENANT, since ever until before 2026-04-09T18:30:00.000Z, where (known user and not refund and touch is none)
          SELECT
            `user_id`,
            min(`occurred_at`) AS entry_at
          FROM `events`
          WHERE `tenant_id` = {p4:UUID} AND
            `occurred_at` < {p8:DateTime64(3, 'UTC')} AND
            `user_id` != {p6:String} AND
            (NOT `is_refund`) AND
            `touch` = {p7:String}
          GROUP BY `user_id`
          HAVING entry_at >= {p5:DateTime64(3, 'UTC')}
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
-- p1 String = "Asia/Calcutta"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "install"
-- p4 UUID = "TENANT"
-- p5 DateTime64(3, 'UTC') = "2026-02-28 18:30:00.000"
-- p6 String = ""
-- p7 String = "none"
-- p8 DateTime64(3, 'UTC') = "2026-04-09 18:30:00.000"
