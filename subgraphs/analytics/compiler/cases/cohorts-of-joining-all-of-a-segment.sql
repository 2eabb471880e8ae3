-- SortLimit cohort ASC, g1 ASC, g2 ASC, first 1000
-- CollectCells: one row per cohort
SELECT
  cohort,
  g1,
  g2,
  groupArray(tuple(k, mature, members, a1, a2)) AS cells
FROM (
  -- AggregatePeriods a1 = users of (touch is none and not event in ["install"] and not refund), a2 = revenue of touch is none by cohort = WEEK in UTC, g1, g2, ROLLING WEEK 0 to 2, observed until 2026-04-10T09:30:00.000Z
  SELECT
    toMonday(e.entry_at, {p1:String}) AS cohort,
    e.g1 AS g1,
    e.g2 AS g2,
    intDiv(toUnixTimestamp64Milli(a.`occurred_at`) - toUnixTimestamp64Milli(e.entry_at), 604800000) AS k,
    least(intDiv(toUnixTimestamp64Milli({p2:DateTime64(3, 'UTC')}) - toUnixTimestamp64Milli(e.entry_at), 604800000), 3) AS mature,
    uniqExactIf(a.`user_id`, a.`occurred_at` = e.entry_at) AS members,
    uniqExactIf(a.`user_id`, a.is_a1) AS a1,
    sumIf(a.`revenue`, a.is_a2) AS a2
  FROM (
    -- JoinMembers: activity at or after the entry of its user
    -- ScanEvents of tenant TENANT, from 2026-02-01T00:00:00.000Z until before 2026-04-10T09:30:00.000Z, where (known user and ((event in ["sign_up"] and not refund) or (event in ["purchase"] and not refund) or touch is none))
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
      (((`event` = {p8:String}) AND (NOT `is_refund`)) OR ((`event` = {p9:String}) AND (NOT `is_refund`)) OR (`touch` = {p3:String}))
  ) AS a
  INNER JOIN (
    -- FirstEntries per user, by joining: (did (event in ["sign_up"] and not refund) at least 1 times and did (event in ["purchase"] and not refund) at least 2 times from 2026-03-01T00:00:00.000Z), ties by event id, at or after 2026-02-01T00:00:00.000Z, by g1 = channel, g2 = whether member of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times), where not platform in [""]
    -- ScanEvents of tenant TENANT, since ever until before 2026-04-10T09:30:00.000Z, where (known user and ((event in ["sign_up"] and not refund) or (event in ["purchase"] and not refund)))
    SELECT
      `user_id`,
      arrayElement(arrayMap((rows) -> arrayResize(arraySlice(rows, -1), toUInt8(length(rows) = 2)), array(arraySort(arrayConcat(arrayResize(array(argMinIf(tuple(`occurred_at`, `event_id`, `channel`, toString(`user_id` IN (
      -- Members of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
      SELECT
        `user_id`
      FROM `events`
      WHERE `tenant_id` = {p5:UUID} AND
        `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
        `user_id` != {p7:String} AND
        `event` = {p9:String} AND
        (NOT `is_refund`)
      GROUP BY `user_id`
      HAVING countIf((`event` = {p9:String}) AND (NOT `is_refund`)) >= 4
    )), NOT (`platform` = {p7:String})), tuple(`occurred_at`, `event_id`), (`event` = {p8:String}) AND (NOT `is_refund`))), least(countIf((`event` = {p8:String}) AND (NOT `is_refund`)), 1)), arraySlice(arraySort(groupArrayIf(tuple(`occurred_at`, `event_id`, `channel`, toString(`user_id` IN (
      -- Members of segment "Repeated payers" (as of 2026-04-10T09:30:00.000Z: did (event in ["purchase"] and not refund) at least 4 times)
      SELECT
        `user_id`
      FROM `events`
      WHERE `tenant_id` = {p5:UUID} AND
        `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
        `user_id` != {p7:String} AND
        `event` = {p9:String} AND
        (NOT `is_refund`)
      GROUP BY `user_id`
      HAVING countIf((`event` = {p9:String}) AND (NOT `is_refund`)) >= 4
    )), NOT (`platform` = {p7:String})), (`event` = {p9:String}) AND (NOT `is_refund`) AND (`occurred_at` >= {p10:DateTime64(3, 'UTC')}))), 2, 1))))), 1) AS joined,
      tupleElement(arrayElement(joined, 1), 1) AS entry_at,
      tupleElement(arrayElement(joined, 1), 3) AS g1,
      tupleElement(arrayElement(joined, 1), 4) AS g2
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `user_id` != {p7:String} AND
      (((`event` = {p8:String}) AND (NOT `is_refund`)) OR ((`event` = {p9:String}) AND (NOT `is_refund`)))
    GROUP BY `user_id`
    HAVING notEmpty(joined) AND
      entry_at >= {p6:DateTime64(3, 'UTC')} AND
      tupleElement(arrayElement(joined, 1), 5)
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
-- p8 String = "sign_up"
-- p9 String = "purchase"
-- p10 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
