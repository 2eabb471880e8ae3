-- SortLimit cohort ASC, first 1000
-- CollectCells: one row per cohort
SELECT
  cohort,
  groupArray(tuple(k, mature, members, a1)) AS cells
FROM (
  -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund and event in ["session"] and platform in ["ios", "android"]) by cohort = WEEK in Europe/Berlin, CALENDAR DAY 0 to 9, observed until 2026-04-10T09:30:00.000Z
  SELECT
    toMonday(e.entry_at, {p1:String}) AS cohort,
    toInt32(toDate(a.`occurred_at`, {p1:String})) - toInt32(toDate(e.entry_at, {p1:String})) AS k,
    least(toInt32(toDate({p2:DateTime64(3, 'UTC')}, {p1:String})) - toInt32(toDate(e.entry_at, {p1:String})), 10) AS mature,
    uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
    uniqExactIf(a.`user_id`, a.is_a1) AS a1
  FROM (
    -- JoinMembers: activity at or after the entry of its user
    -- ScanEvents of tenant TENANT, from 2026-03-20T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((not refund and event in ["sign_up"]) or (touch is none and not event in ["install"] and not refund and event in ["session"] and platform in ["ios", "android"])))
    SELECT
      `user_id`,
      `occurred_at`,
      (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AND (`event` = {p5:String}) AND (`platform` IN {p6:Array(String)}) AS is_a1
    FROM `events`
    WHERE `tenant_id` = {p7:UUID} AND
      `occurred_at` >= {p8:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p9:String} AND
      (((NOT `is_refund`) AND (`event` = {p10:String})) OR ((`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AND (`event` = {p5:String}) AND (`platform` IN {p6:Array(String)})))
  ) AS a
  INNER JOIN (
    -- FirstEntries per user, at or after 2026-03-20T00:00:00.000Z, by nothing, where all
    -- ScanEvents of tenant TENANT, since ever until before 2026-04-05T00:00:00.000Z, where (known user and not refund and event in ["sign_up"])
    SELECT
      `user_id`,
      min(`occurred_at`) AS entry_at
    FROM `events`
    WHERE `tenant_id` = {p7:UUID} AND
      `occurred_at` < {p11:DateTime64(3, 'UTC')} AND
      `user_id` != {p9:String} AND
      (NOT `is_refund`) AND
      `event` = {p10:String}
    GROUP BY `user_id`
    HAVING entry_at >= {p8:DateTime64(3, 'UTC')}
  ) AS e
  ON a.`user_id` = e.`user_id`
  WHERE a.`occurred_at` >= e.entry_at AND
    k < 10
  GROUP BY cohort, k, mature
)
GROUP BY cohort
ORDER BY cohort ASC NULLS LAST
LIMIT 1001
-- p1 String = "Europe/Berlin"
-- p2 DateTime64(3, 'UTC') = "2026-04-10 09:30:00.000"
-- p3 String = "none"
-- p4 String = "install"
-- p5 String = "session"
-- p6 Array(String) = ["ios","android"]
-- p7 UUID = "TENANT"
-- p8 DateTime64(3, 'UTC') = "2026-03-20 00:00:00.000"
-- p9 String = ""
-- p10 String = "sign_up"
-- p11 DateTime64(3, 'UTC') = "2026-04-05 00:00:00.000"
