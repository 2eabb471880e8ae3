-- SortLimit in no order, first 1000
-- Divide d1 = m2 - m1, q2 = m2 / m6 as float
-- Aggregate m1 = new users, m2 = users of all, m4 = users over 30 days, m6 = users over 14 days, m7 = about users of all by nothing
SELECT
  uniqExactIf(u, w = 1) AS m1,
  uniqExactIf(u, f1 AND (w = 0)) AS m2,
  uniqExactIf(u, w = 2) AS m4,
  uniqExactIf(u, w = 3) AS m6,
  uniqCombinedIf(u, f1 AND (w = 0)) AS m7,
  m2 - m1 AS d1,
  if(m6 = 0, NULL, divideDecimal(toDecimal256(m2, 6), toDecimal256(m6, 0), 20)) AS q2
FROM (
  -- ScanEvents of tenant TENANT, from 2026-03-20T00:00:00.000Z until before 2026-04-02T00:00:00.000Z, where (known user and touch is none and not event in ["install"] and not refund)
  SELECT
    0 AS w,
    `user_id` AS u,
    1 AS f1
  FROM `events`
  WHERE `tenant_id` = {p1:UUID} AND
    `occurred_at` >= {p2:DateTime64(3, 'UTC')} AND
    `occurred_at` < {p3:DateTime64(3, 'UTC')} AND
    `user_id` != {p4:String} AND
    `touch` = {p5:String} AND
    (NOT (`event` = {p6:String})) AND
    (NOT `is_refund`)
  UNION ALL
  -- CollectUsers: the groups of each user and the first activity, where all
  SELECT
    tupleElement(x, 1) AS w,
    u AS u,
    0 AS f1
  FROM (
    -- ScanEvents of tenant TENANT, since ever until before 2026-04-02T00:00:00.000Z, where (known user and touch is none and not event in ["install"] and not refund)
    SELECT
      `user_id` AS u,
      min(`occurred_at`) AS first_at,
      groupUniqArrayIf(tuple(0), ((`occurred_at` >= {p2:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p3:DateTime64(3, 'UTC')}))) AS b0,
      groupUniqArrayIf(tuple(toDate(`occurred_at`, {p7:String})), ((`occurred_at` >= {p8:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p3:DateTime64(3, 'UTC')}))) AS d0
    FROM `events`
    WHERE `tenant_id` = {p1:UUID} AND
      `occurred_at` < {p3:DateTime64(3, 'UTC')} AND
      `user_id` != {p4:String} AND
      `touch` = {p5:String} AND
      (NOT (`event` = {p6:String})) AND
      (NOT `is_refund`)
    GROUP BY `user_id`
  )
  ARRAY JOIN arrayConcat(arrayMap((p) -> tuple(1), arrayFilter((p) -> (first_at >= {p2:DateTime64(3, 'UTC')}), b0)), arrayMap((p) -> tuple(2), arrayFilter((p) -> (({p9:Date} - tupleElement(p, 1)) < 30), d0)), arrayMap((p) -> tuple(3), arrayFilter((p) -> (({p9:Date} - tupleElement(p, 1)) < 14), d0))) AS x
)
LIMIT 1001
-- p1 UUID = "TENANT"
-- p2 DateTime64(3, 'UTC') = "2026-03-20 00:00:00.000"
-- p3 DateTime64(3, 'UTC') = "2026-04-02 00:00:00.000"
-- p4 String = ""
-- p5 String = "none"
-- p6 String = "install"
-- p7 String = "UTC"
-- p8 DateTime64(3, 'UTC') = "2026-02-19 00:00:00.000"
-- p9 Date = "2026-04-01"
