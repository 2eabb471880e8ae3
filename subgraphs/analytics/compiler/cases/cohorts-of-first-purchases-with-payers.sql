-- SortLimit cohort ASC, first 1000
-- CollectCells: one row per cohort
SELECT
  cohort,
  groupArray(tuple(k, mature, members, a1, a2)) AS cells
FROM (
  -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund and property "level" > 9.5), a2 = users of (event in ["purchase"] and not refund) by cohort = WEEK in Europe/Berlin, ROLLING WEEK 0 to 2, observed until 2026-04-10T09:30:00.000Z
  SELECT
    toMonday(e.entry_at, {p1:String}) AS cohort,
    intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 604800000) AS k,
    least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 604800000), 3) AS mature,
    uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
    uniqExactIf(a.`user_id`, a.is_a1) AS a1,
    uniqExactIf(a.`user_id`, a.is_a2) AS a2
  FROM (
    -- JoinMembers: activity at or after the entry of its user
    -- ScanEvents of tenant TENANT, from 2026-02-20T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and event in ["purchase"]) or (touch is none and not event in ["install"] and not refund and property "level" > 9.5)))
    SELECT
      `user_id`,
      `occurred_at`,
      (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AND (match(identity(`properties`)[{p5:String}], {p6:String}) AND (toFloat64OrZero(identity(`properties`)[{p5:String}]) > {p7:Float64})) AS is_a1,
      (`event` = {p8:String}) AND (NOT `is_refund`) AS is_a2
    FROM `events`
    WHERE `tenant_id` = {p9:UUID} AND
      `occurred_at` >= {p10:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p11:String} AND
      (((NOT `is_refund`) AND (`event` = {p8:String})) OR ((`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AND (match(identity(`properties`)[{p5:String}], {p6:String}) AND (toFloat64OrZero(identity(`properties`)[{p5:String}]) > {p7:Float64}))))
  ) AS a
  INNER JOIN (
    -- FirstEntries per user, at or after 2026-02-20T00:00:00.000Z, by nothing, where all
    -- ScanEvents of tenant TENANT, since ever until before 2026-04-10T00:00:00.000Z, where (known user and not refund and event in ["purchase"])
    SELECT
      `user_id`,
      min(`occurred_at`) AS entry_at
    FROM `events`
    WHERE `tenant_id` = {p9:UUID} AND
      `occurred_at` < {p12:DateTime64(3, 'UTC')} AND
      `user_id` != {p11:String} AND
      (NOT `is_refund`) AND
      `event` = {p8:String}
    GROUP BY `user_id`
    HAVING entry_at >= {p10:DateTime64(3, 'UTC')}
  ) AS e
  ON a.`user_id` = e.`user_id`
  WHERE a.`occurred_at` >= e.entry_at AND
    k < 3
  GROUP BY cohort, k, mature
)
GROUP BY cohort
ORDER BY cohort ASC NULLS LAST
LIMIT 1001
-- p1 String = "Europe/Berlin"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "none"
-- p4 String = "install"
-- p5 String = "level"
-- p6 String = "^-?[0-9]+(\\.[0-9]+)?$"
-- p7 Float64 = 9.5
-- p8 String = "purchase"
-- p9 UUID = "TENANT"
-- p10 DateTime64(3, 'UTC') = "2026-02-20 00:00:00.000"
-- p11 String = ""
-- p12 DateTime64(3, 'UTC') = "2026-04-10 00:00:00.000"
