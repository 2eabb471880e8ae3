-- SortLimit cohort ASC, first 1000
-- CollectCells: one row per cohort
SELECT
  cohort,
  groupArray(tuple(k, mature, members, a1, a2)) AS cells
FROM (
  -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund), a2 = rows of (touch is none and not event in ["install"] and not refund) by cohort = WEEK in UTC, ROLLING WEEK 0 to 2, observed until 2026-04-10T09:30:00.000Z
  SELECT
    toMonday(e.entry_at, {p1:String}) AS cohort,
    intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 604800000) AS k,
    least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 604800000), 3) AS mature,
    uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
    uniqExactIf(a.`user_id`, a.is_a1) AS a1,
    countIf(a.is_a2) AS a2
  FROM (
    -- JoinMembers: activity at or after the entry of its user
    -- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((event in ["level_up"] and not refund and property "level" >= 3) or (touch is none and not event in ["install"] and not refund)))
    SELECT
      `user_id`,
      `occurred_at`,
      (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a1,
      (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS is_a2
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p7:String} AND
      (((`event` = {p8:String}) AND (NOT `is_refund`) AND (match(identity(`properties`)[{p9:String}], {p10:String}) AND (toFloat64OrZero(identity(`properties`)[{p9:String}]) >= {p11:Float64}))) OR ((`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`)))
  ) AS a
  INNER JOIN (
    -- FirstEntries per user, by joining: did (event in ["level_up"] and not refund and property "level" >= 3) at least 2 times within 240 hours, at or after 2026-02-01T00:00:00.000Z, by nothing, where all
    -- ScanEvents of tenant TENANT, since ever until before 2026-04-10T09:30:00.000Z, where (known user and event in ["level_up"] and not refund and property "level" >= 3)
    SELECT
      `user_id`,
      arrayMap((pair) -> tupleElement(pair, 1), arraySlice(arrayFilter((pair) -> (toUnixTimestamp64Milli(tupleElement(tupleElement(pair, 1), 1)) - toUnixTimestamp64Milli(tupleElement(tupleElement(pair, 2), 1))) < 864000000, arrayElement(arrayMap((rows) -> arrayZip(arraySlice(rows, 2), arraySlice(rows, 1, greatest(length(rows) - 1, 0))), array(arraySort(groupArrayIf(tuple(`occurred_at`), (`event` = {p8:String}) AND (NOT `is_refund`) AND (match(identity(`properties`)[{p9:String}], {p10:String}) AND (toFloat64OrZero(identity(`properties`)[{p9:String}]) >= {p11:Float64})))))), 1)), 1, 1)) AS joined,
      tupleElement(arrayElement(joined, 1), 1) AS entry_at
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p7:String} AND
      `event` = {p8:String} AND
      (NOT `is_refund`) AND
      (match(identity(`properties`)[{p9:String}], {p10:String}) AND (toFloat64OrZero(identity(`properties`)[{p9:String}]) >= {p11:Float64}))
    GROUP BY `user_id`
    HAVING notEmpty(joined) AND
      entry_at >= {p6:DateTime64(3, 'UTC')}
  ) AS e
  ON a.`user_id` = e.`user_id`
  WHERE a.`occurred_at` >= e.entry_at AND
    k < 3
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
-- p6 DateTime64(3, 'UTC') = "2026-02-01 00:00:00.000"
-- p7 String = ""
-- p8 String = "level_up"
-- p9 String = "level"
-- p10 String = "^-?[0-9]+(\\.[0-9]+)?$"
-- p11 Float64 = 3
