-- SortLimit cohort ASC, first 1000
-- CollectCells: one row per cohort
SELECT
  cohort,
  groupArray(tuple(k, mature, members, a1, a2)) AS cells
FROM (
  -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund and not member of segment "Asleep" (as of 2026-04-10T09:30:00.000Z: (did (event in ["session"] and not refund) at least 1 times and did (touch is none and not event in ["install"] and not refund) at most 1 times from 2026-04-03T09:30:00.000Z))), a2 = revenue of touch is none by cohort = WEEK in UTC, ROLLING WEEK 0 to 3, observed until 2026-04-10T09:30:00.000Z
  SELECT
    toMonday(e.entry_at, {p1:String}) AS cohort,
    intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 604800000) AS k,
    least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 604800000), 4) AS mature,
    uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
    uniqExactIf(a.`user_id`, a.is_a1) AS a1,
    sumIf(a.`revenue`, a.is_a2) AS a2
  FROM (
    -- JoinMembers: activity at or after the entry of its user
    -- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and event in ["install"]) or touch is none))
    SELECT
      `user_id`,
      `occurred_at`,
      `revenue`,
      (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AND (NOT (`user_id` IN (
      -- Members of segment "Asleep" (as of 2026-04-10T09:30:00.000Z: (did (event in ["session"] and not refund) at least 1 times and did (touch is none and not event in ["install"] and not refund) at most 1 times from 2026-04-03T09:30:00.000Z))
      SELECT
        `user_id`
      FROM `events`
      WHERE `tenant_id` = {p5:UUID} AND
        `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
        `user_id` != {p6:String} AND
        (((`event` = {p7:String}) AND (NOT `is_refund`)) OR ((`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`)))
      GROUP BY `user_id`
      HAVING ((countIf((`event` = {p7:String}) AND (NOT `is_refund`)) >= 1)) AND
        ((countIf((`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AND (`occurred_at` >= {p8:DateTime64(3, 'UTC')})) <= 1))
    ))) AS is_a1,
      `touch` = {p3:String} AS is_a2
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` >= {p9:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p6:String} AND
      (((NOT `is_refund`) AND (`event` = {p4:String})) OR (`touch` = {p3:String}))
  ) AS a
  INNER JOIN (
    -- FirstEntries per user, ties by event id, at or after 2026-02-01T00:00:00.000Z, by nothing, where member of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
    -- ScanEvents of tenant TENANT, since ever until before 2026-04-10T09:30:00.000Z, where (known user and not refund and event in ["install"])
    SELECT
      `user_id`,
      min(`occurred_at`) AS entry_at,
      argMin(tuple(`user_id` IN (
      -- Members of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
      SELECT
        `user_id`
      FROM `events`
      WHERE `tenant_id` = {p5:UUID} AND
        `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
        `user_id` != {p6:String} AND
        `event` = {p10:String} AND
        (NOT `is_refund`)
      GROUP BY `user_id`
      HAVING countIf((`event` = {p10:String}) AND (NOT `is_refund`)) >= 4
    )), tuple(`occurred_at`, `event_id`)) AS entry_row
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p6:String} AND
      (NOT `is_refund`) AND
      `event` = {p4:String}
    GROUP BY `user_id`
    HAVING entry_at >= {p9:DateTime64(3, 'UTC')} AND
      tupleElement(entry_row, 1)
  ) AS e
  ON a.`user_id` = e.`user_id`
  WHERE a.`occurred_at` >= e.entry_at AND
    k < 4
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
-- p6 String = ""
-- p7 String = "session"
-- p8 DateTime64(3, 'UTC') = "2026-04-03 09:30:00.000"
-- p9 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p10 String = "purchase"
