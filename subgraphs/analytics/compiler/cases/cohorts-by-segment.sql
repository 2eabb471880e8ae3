-- SortLimit cohort ASC, g1 ASC, g2 ASC, first 1000
-- CollectCells: one row per cohort
SELECT
  cohort,
  g1,
  g2,
  groupArray(tuple(k, mature, members, a1, a2)) AS cells
FROM (
  -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund), a2 = revenue of touch is none by cohort = MONTH in UTC, g1, g2, ROLLING MONTH 0 to 2, observed until 2026-04-10T09:30:00.000Z
  SELECT
    toStartOfMonth(e.entry_at, {p1:String}) AS cohort,
    e.g1 AS g1,
    e.g2 AS g2,
    intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 2592000000) AS k,
    least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 2592000000), 3) AS mature,
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
      (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a1,
      `touch` = {p3:String} AS is_a2
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p7:String} AND
      (((NOT `is_refund`) AND (`event` = {p4:String})) OR (`touch` = {p3:String}))
  ) AS a
  INNER JOIN (
    -- FirstEntries per user, ties by event id, at or after 2026-02-01T00:00:00.000Z, by g1 = whether member of segment "Busy players" (as of 2026-04-10T09:30:00.000Z: did (event in ["level_up"] and not refund and property "level" >= 3) at least 2 times from 2026-03-31T09:30:00.000Z), g2 = platform, where all
    -- ScanEvents of tenant TENANT, since ever until before 2026-04-10T09:30:00.000Z, where (known user and not refund and event in ["install"])
    SELECT
      `user_id`,
      min(`occurred_at`) AS entry_at,
      argMin(tuple(toString(`user_id` IN (
      -- Members of segment "Busy players" (as of 2026-04-10T09:30:00.000Z: did (event in ["level_up"] and not refund and property "level" >= 3) at least 2 times from 2026-03-31T09:30:00.000Z)
      SELECT
        `user_id`
      FROM `events`
      WHERE `tenant_id` = {p5:UUID} AND
        `occurred_at` >= {p8:DateTime64(3, 'UTC')} AND
        `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
        `user_id` != {p7:String} AND
        `event` = {p9:String} AND
        (NOT `is_refund`) AND
        (match(identity(`properties`)[{p10:String}], {p11:String}) AND (toFloat64OrZero(identity(`properties`)[{p10:String}]) >= {p12:Float64}))
      GROUP BY `user_id`
      HAVING countIf((`event` = {p9:String}) AND (NOT `is_refund`) AND (match(identity(`properties`)[{p10:String}], {p11:String}) AND (toFloat64OrZero(identity(`properties`)[{p10:String}]) >= {p12:Float64})) AND (`occurred_at` >= {p8:DateTime64(3, 'UTC')})) >= 2
    )), `platform`), tuple(`occurred_at`, `event_id`)) AS entry_row,
      tupleElement(entry_row, 1) AS g1,
      tupleElement(entry_row, 2) AS g2
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p7:String} AND
      (NOT `is_refund`) AND
      `event` = {p4:String}
    GROUP BY `user_id`
    HAVING entry_at >= {p6:DateTime64(3, 'UTC')}
  ) AS e
  ON a.`user_id` = e.`user_id`
  WHERE a.`occurred_at` >= e.entry_at AND
    k < 3
  GROUP BY cohort, g1, g2, k, mature
)
GROUP BY cohort, g1, g2
ORDER BY cohort ASC NULLS LAST, empty(g1) ASC, g1 ASC, empty(g2) ASC, g2 ASC
LIMIT 1001
-- p1 String = "UTC"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "none"
-- p4 String = "install"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p7 String = ""
-- p8 DateTime64(3, 'UTC') = "2026-03-31 09:30:00.000"
-- p9 String = "level_up"
-- p10 String = "level"
-- p11 String = "^-?[0-9]+(\\.[0-9]+)?$"
-- p12 Float64 = 3
