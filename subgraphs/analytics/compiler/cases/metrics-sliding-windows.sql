-- SortLimit q1 DESC, g1 ASC, first 1000
SELECT
  g1 AS g1,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  m5 AS m5,
  m14 AS m14,
  m15 AS m15,
  q1 AS q1,
  q2 AS q2,
  q3 AS q3,
  q4 AS q4
FROM (
  -- Divide q1 = m1 / m4 as float, q2 = m1 / m5 as float, q3 = m1 / m2 as float, q4 = m1 / m3 as float
  -- Aggregate m1 = users of (known user and touch is none and not event in ["install"] and not refund), m2 = users over 7 days, m3 = users over 7 days to the last, m4 = users over 30 days, m5 = users over 30 days to the last, m14 = users over 7 days in SAME_WEEKDAYS, m15 = users over 7 days to the last in SAME_WEEKDAYS by g1 = DAY in Europe/Berlin, SAME_WEEKDAYS being 2026-03-06T00:00:00.000Z to 2026-03-19T13:00:00.000Z, with totals
  SELECT
    g1 AS g1,
    uniqExactIf(u, f1 AND (w = 0)) AS m1,
    uniqExactIf(u, w = 2) AS m2,
    uniqExactIf(u, w = 3) AS m3,
    uniqExactIf(u, w = 4) AS m4,
    uniqExactIf(u, w = 5) AS m5,
    uniqExactIf(u, w = 6) AS m14,
    uniqExactIf(u, w = 7) AS m15,
    if(m4 = 0, NULL, divideDecimal(toDecimal256(m1, 6), toDecimal256(m4, 0), 20)) AS q1,
    if(m5 = 0, NULL, divideDecimal(toDecimal256(m1, 6), toDecimal256(m5, 0), 20)) AS q2,
    if(m2 = 0, NULL, divideDecimal(toDecimal256(m1, 6), toDecimal256(m2, 0), 20)) AS q3,
    if(m3 = 0, NULL, divideDecimal(toDecimal256(m1, 6), toDecimal256(m3, 0), 20)) AS q4,
    countIf(w = 0) AS in_range
  FROM (
    -- ScanEvents of tenant TENANT, from 2026-03-06T00:00:00.000Z until before 2026-04-02T12:00:00.000Z, of it 2026-03-06T00:00:00.000Z to 2026-03-19T13:00:00.000Z and 2026-03-20T00:00:00.000Z to 2026-04-02T12:00:00.000Z, where all
    SELECT
      multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, 1) AS w,
      multiIf(w = 1, addDays({p3:Date}, toDate(`occurred_at`, {p4:String}) - {p5:Date}), toDate(`occurred_at`, {p4:String})) AS g1,
      `user_id` AS u,
      (`user_id` != {p6:String}) AND (`touch` = {p7:String}) AND (NOT (`event` = {p8:String})) AND (NOT `is_refund`) AS f1
    FROM `events`
    WHERE `tenant_id` = {p9:UUID} AND
      `occurred_at` >= {p10:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      (((`occurred_at` >= {p10:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p11:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')})))
    UNION ALL
    -- CollectUsers: the groups of each user, where all
    SELECT
      tupleElement(x, 1) AS w,
      tupleElement(x, 2) AS g1,
      u AS u,
      0 AS f1
    FROM (
      -- ScanEvents of tenant TENANT, from 2026-02-18T23:00:00.000Z until before 2026-04-02T12:00:00.000Z, where (known user and touch is none and not event in ["install"] and not refund)
      SELECT
        `user_id` AS u,
        groupUniqArrayIf(tuple(toDate(`occurred_at`, {p4:String})), ((`occurred_at` >= {p12:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}))) AS d0,
        groupUniqArrayIf(tuple(toDate(`occurred_at`, {p4:String})), ((`occurred_at` >= {p13:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p11:DateTime64(3, 'UTC')}))) AS d1
      FROM `events`
      WHERE `tenant_id` = {p9:UUID} AND
        `occurred_at` >= {p12:DateTime64(3, 'UTC')} AND
        `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
        `user_id` != {p6:String} AND
        `touch` = {p7:String} AND
        (NOT (`event` = {p8:String})) AND
        (NOT `is_refund`)
      GROUP BY `user_id`
    )
    ARRAY JOIN arrayConcat(arrayMap((l) -> tuple(2, l), arrayDistinct(arrayFlatten(arrayMap((p) -> arrayMap((i) -> addDays(greatest(tupleElement(p, 1), {p3:Date}), i), range(toUInt64(greatest((least(addDays(tupleElement(p, 1), 6), {p14:Date}) - greatest(tupleElement(p, 1), {p3:Date})) + 1, 0)))), d0)))), arrayMap((p) -> tuple(3, {p14:Date}), arrayFilter((p) -> (({p14:Date} - tupleElement(p, 1)) < 7), d0)), arrayMap((l) -> tuple(4, l), arrayDistinct(arrayFlatten(arrayMap((p) -> arrayMap((i) -> addDays(greatest(tupleElement(p, 1), {p3:Date}), i), range(toUInt64(greatest((least(addDays(tupleElement(p, 1), 29), {p14:Date}) - greatest(tupleElement(p, 1), {p3:Date})) + 1, 0)))), d0)))), arrayMap((p) -> tuple(5, {p14:Date}), arrayFilter((p) -> (({p14:Date} - tupleElement(p, 1)) < 30), d0)), arrayMap((l) -> tuple(6, addDays({p3:Date}, l - {p5:Date})), arrayDistinct(arrayFlatten(arrayMap((p) -> arrayMap((i) -> addDays(greatest(tupleElement(p, 1), {p5:Date}), i), range(toUInt64(greatest((least(addDays(tupleElement(p, 1), 6), {p15:Date}) - greatest(tupleElement(p, 1), {p5:Date})) + 1, 0)))), d1)))), arrayMap((p) -> tuple(7, addDays({p3:Date}, {p15:Date} - {p5:Date})), arrayFilter((p) -> (({p15:Date} - tupleElement(p, 1)) < 7), d1))) AS x
  )
  GROUP BY g1 WITH TOTALS
)
WHERE in_range > 0
ORDER BY q1 DESC NULLS LAST, g1 ASC NULLS LAST
LIMIT 1001
-- p1 DateTime64(3, 'UTC') = "2026-03-20 00:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-04-02 12:00:00.000"
-- p3 Date = "2026-03-20"
-- p4 String = "Europe/Berlin"
-- p5 Date = "2026-03-06"
-- p6 String = ""
-- p7 String = "none"
-- p8 String = "install"
-- p9 UUID = "TENANT"
-- p10 DateTime64(3, 'UTC') = "2026-03-06 00:00:00.000"
-- p11 DateTime64(3, 'UTC') = "2026-03-19 13:00:00.000"
-- p12 DateTime64(3, 'UTC') = "2026-02-18 23:00:00.000"
-- p13 DateTime64(3, 'UTC') = "2026-02-27 23:00:00.000"
-- p14 Date = "2026-04-02"
-- p15 Date = "2026-03-19"
