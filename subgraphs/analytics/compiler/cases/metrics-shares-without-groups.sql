-- Arrange x1 = m1 / m1 of the totals, x2 = m2 / m2 of the totals, x3 = q1 / q1 of the totals
SELECT
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  q1 AS q1,
  if(isNull(m1) OR (m1 = 0), NULL, divideDecimal(toDecimal256(m1, 20), toDecimal256(m1, 20), 20)) AS x1,
  if(isNull(m2) OR (m2 = 0), NULL, divideDecimal(toDecimal256(m2, 20), toDecimal256(m2, 20), 20)) AS x2,
  if(isNull(q1) OR (q1 = 0), NULL, divideDecimal(toDecimal256(q1, 20), toDecimal256(q1, 20), 20)) AS x3
FROM (
  -- SortLimit in no order, first 1000
  -- Divide q1 = m3 / m4 as float
  -- Aggregate m1 = rows of event in ["session"], m2 = rows of touch is impression in PREVIOUS_YEAR, m3 = rows of touch is click, m4 = rows of touch is impression by nothing, PREVIOUS_YEAR being 2025-03-02T00:00:00.000Z to 2025-03-30T00:00:00.000Z
  SELECT
    countIf(f1 AND (w = 0)) AS m1,
    countIf(f2 AND (w = 1)) AS m2,
    countIf(f3 AND (w = 0)) AS m3,
    countIf(f2 AND (w = 0)) AS m4,
    if(m4 = 0, NULL, divideDecimal(toDecimal256(m3, 6), toDecimal256(m4, 0), 20)) AS q1
  FROM (
    -- ScanEvents of tenant TENANT, from 2025-03-02T00:00:00.000Z until before 2026-03-30T00:00:00.000Z, of it 2025-03-02T00:00:00.000Z to 2025-03-30T00:00:00.000Z and 2026-03-02T00:00:00.000Z to 2026-03-30T00:00:00.000Z, where (event in ["session"] or touch is impression or touch is click)
    SELECT
      multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, 1) AS w,
      `event` = {p3:String} AS f1,
      `touch` = {p4:String} AS f2,
      `touch` = {p5:String} AS f3
    FROM `events`
    WHERE `tenant_id` = {p6:UUID} AND
      `occurred_at` >= {p7:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      (((`occurred_at` >= {p7:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p8:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}))) AND
      ((`event` = {p3:String}) OR (`touch` = {p4:String}) OR (`touch` = {p5:String}))
  )
  LIMIT 1001
)
-- p1 DateTime64(3, 'UTC') = "2026-03-02 00:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-03-30 00:00:00.000"
-- p3 String = "session"
-- p4 String = "impression"
-- p5 String = "click"
-- p6 UUID = "TENANT"
-- p7 DateTime64(3, 'UTC') = "2025-03-02 00:00:00.000"
-- p8 DateTime64(3, 'UTC') = "2025-03-30 00:00:00.000"
