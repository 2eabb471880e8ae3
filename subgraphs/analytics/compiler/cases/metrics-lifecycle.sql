-- SortLimit g1 ASC, g2 ASC, first 1000
SELECT
  g1 AS g1,
  g2 AS g2,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  m5 AS m5
FROM (
  -- Divide nothing
  -- Aggregate m1 = users of (known user and touch is none and not event in ["install"] and not refund), m2 = lifecycle newUsers, m3 = lifecycle returningUsers, m4 = lifecycle resurrectedUsers, m5 = lifecycle dormantUsers by g1 = WEEK in America/New_York, g2 = platform, with totals
  SELECT
    g1 AS g1,
    g2 AS g2,
    uniqExactIf(u, f1 AND (w = 0)) AS m1,
    uniqExactIf(u, w = 1) AS m2,
    uniqExactIf(u, w = 2) AS m3,
    uniqExactIf(u, w = 3) AS m4,
    uniqExactIf(u, w = 4) AS m5,
    countIf(w = 0) AS in_range
  FROM (
    -- ScanEvents of tenant TENANT, from 2026-03-04T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where all
    SELECT
      0 AS w,
      toMonday(`occurred_at`, {p1:String}) AS g1,
      `platform` AS g2,
      `user_id` AS u,
      (`user_id` != {p2:String}) AND (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS f1
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p7:DateTime64(3, 'UTC')}
    UNION ALL
    -- CollectUsers: the groups of each user and the first activity, where all
    SELECT
      tupleElement(x, 1) AS w,
      tupleElement(x, 2) AS g1,
      tupleElement(x, 3) AS g2,
      u AS u,
      0 AS f1
    FROM (
      -- ScanEvents of tenant TENANT, since ever until before 2026-04-01T00:00:00.000Z, where (known user and touch is none and not event in ["install"] and not refund)
      SELECT
        `user_id` AS u,
        min(`occurred_at`) AS first_at,
        groupUniqArrayIf(tuple(toMonday(`occurred_at`, {p1:String}), `platform`), ((`occurred_at` >= {p6:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p7:DateTime64(3, 'UTC')}))) AS b0,
        groupUniqArrayIf(tuple(toMonday(`occurred_at`, {p1:String}), `platform`), ((`occurred_at` >= {p8:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p6:DateTime64(3, 'UTC')}))) AS b_before
      FROM `events`
      WHERE `tenant_id` = {p5:UUID} AND
        `occurred_at` < {p7:DateTime64(3, 'UTC')} AND
        `user_id` != {p2:String} AND
        `touch` = {p3:String} AND
        (NOT (`event` = {p4:String})) AND
        (NOT `is_refund`)
      GROUP BY `user_id`
    )
    ARRAY JOIN arrayConcat(arrayMap((p) -> tuple(1, tupleElement(p, 1), tupleElement(p, 2)), arrayFilter((p) -> ((first_at >= {p6:DateTime64(3, 'UTC')}) AND (tupleElement(p, 1) = toMonday(first_at, {p1:String}))), b0)), arrayMap((p) -> tuple(2, tupleElement(p, 1), tupleElement(p, 2)), arrayFilter((p) -> (NOT ((first_at >= {p6:DateTime64(3, 'UTC')}) AND (tupleElement(p, 1) = toMonday(first_at, {p1:String})))) AND has(arrayConcat(b0, b_before), tuple(addWeeks(tupleElement(p, 1), -1), tupleElement(p, 2))), b0)), arrayMap((p) -> tuple(3, tupleElement(p, 1), tupleElement(p, 2)), arrayFilter((p) -> (NOT ((first_at >= {p6:DateTime64(3, 'UTC')}) AND (tupleElement(p, 1) = toMonday(first_at, {p1:String})))) AND (NOT has(arrayConcat(b0, b_before), tuple(addWeeks(tupleElement(p, 1), -1), tupleElement(p, 2)))), b0)), arrayMap((p) -> tuple(4, addWeeks(tupleElement(p, 1), 1), tupleElement(p, 2)), arrayFilter((p) -> (addWeeks(tupleElement(p, 1), 1) <= toMonday({p9:Date})) AND (NOT has(b0, tuple(addWeeks(tupleElement(p, 1), 1), tupleElement(p, 2)))), arrayConcat(b0, b_before)))) AS x
  )
  GROUP BY g1, g2 WITH TOTALS
)
WHERE in_range > 0
ORDER BY g1 ASC NULLS LAST, empty(g2) ASC, g2 ASC
LIMIT 1001
-- p1 String = "America/New_York"
-- p2 String = ""
-- p3 String = "none"
-- p4 String = "install"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-03-04 00:00:00.000"
-- p7 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2026-02-23 05:00:00.000"
-- p9 Date = "2026-03-31"
