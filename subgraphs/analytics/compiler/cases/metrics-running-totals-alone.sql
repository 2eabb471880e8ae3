-- Arrange x1 = m1 / m2 of the totals
SELECT
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  m7 AS m7,
  q2 AS q2,
  if(isNull(m2) OR (m2 = 0), NULL, divideDecimal(toDecimal256(m2, 20), toDecimal256(m2, 20), 20)) AS x1
FROM (
  -- SortLimit in no order, first 1000, only totals shown
  -- Divide q2 = m4 / m7 as float
  -- Aggregate m2 = new users of the range, m3 = rows of event in ["session"], m4 = users of (known user and touch is none and not event in ["install"] and not refund), m7 = users over 3 days to the last by nothing
  SELECT
    uniqExactIf(u, w = 1) AS m2,
    countIf(f1 AND (w = 0)) AS m3,
    uniqExactIf(u, f2 AND (w = 0)) AS m4,
    uniqExactIf(u, w = 2) AS m7,
    if(m7 = 0, NULL, divideDecimal(toDecimal256(m4, 6), toDecimal256(m7, 0), 20)) AS q2
  FROM (
    -- ScanEvents of tenant TENANT, from 2026-03-02T00:00:00.000Z until before 2026-03-30T00:00:00.000Z, where (event in ["session"] or (known user and touch is none and not event in ["install"] and not refund))
    SELECT
      0 AS w,
      `user_id` AS u,
      `event` = {p1:String} AS f1,
      (`user_id` != {p2:String}) AND (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS f2
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p7:DateTime64(3, 'UTC')} AND
      ((`event` = {p1:String}) OR ((`user_id` != {p2:String}) AND (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`)))
    UNION ALL
    -- CollectUsers: the groups of each user and the first activity, where all
    SELECT
      tupleElement(x, 1) AS w,
      u AS u,
      0 AS f1,
      0 AS f2
    FROM (
      -- ScanEvents of tenant TENANT, since ever until before 2026-03-30T00:00:00.000Z, where (known user and touch is none and not event in ["install"] and not refund)
      SELECT
        `user_id` AS u,
        min(`occurred_at`) AS first_at,
        groupUniqArrayIf(tuple(0), ((`occurred_at` >= {p6:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p7:DateTime64(3, 'UTC')}))) AS b0,
        groupUniqArrayIf(tuple(toDate(`occurred_at`, {p8:String})), ((`occurred_at` >= {p9:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p7:DateTime64(3, 'UTC')}))) AS d0
      FROM `events`
      WHERE `tenant_id` = {p5:UUID} AND
        `occurred_at` < {p7:DateTime64(3, 'UTC')} AND
        `user_id` != {p2:String} AND
        `touch` = {p3:String} AND
        (NOT (`event` = {p4:String})) AND
        (NOT `is_refund`)
      GROUP BY `user_id`
    )
    ARRAY JOIN arrayConcat(arrayMap((p) -> tuple(1), arrayFilter((p) -> (first_at >= {p6:DateTime64(3, 'UTC')}), b0)), arrayMap((p) -> tuple(2), arrayFilter((p) -> (({p10:Date} - tupleElement(p, 1)) < 3), d0))) AS x
  )
  LIMIT 1001
)
-- p1 String = "session"
-- p2 String = ""
-- p3 String = "none"
-- p4 String = "install"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-03-02 00:00:00.000"
-- p7 DateTime64(3, 'UTC') = "2026-03-30 00:00:00.000"
-- p8 String = "UTC"
-- p9 DateTime64(3, 'UTC') = "2026-02-28 00:00:00.000"
-- p10 Date = "2026-03-29"
