-- SortLimit q1 DESC, g1 ASC, m1 DESC, g2 ASC, first 4
-- Divide q1 = m2 / m3
-- Aggregate m1 = rows of (event in ["purchase"] and not refund), m2 = revenue of all, m3 = users of (known user and touch is none and not event in ["install"] and not refund) by g1 = country, g2 = platform, with totals
SELECT
  g1 AS g1,
  g2 AS g2,
  countIf(f1) AS m1,
  sum(r) AS m2,
  uniqExactIf(u, f2) AS m3,
  if(m3 = 0, NULL, round(divideDecimal(toDecimal256(m2, 6), toDecimal256(m3, 0), 12), 6)) AS q1
FROM (
  -- ScanEvents of tenant TENANT, from 2026-01-01T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where all
  SELECT
    `country` AS g1,
    `platform` AS g2,
    `user_id` AS u,
    `revenue` AS r,
    (`event` = {p1:String}) AND (NOT `is_refund`) AS f1,
    (`user_id` != {p2:String}) AND (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS f2
  FROM `events`
  WHERE `tenant_id` = {p5:UUID} AND
    `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
    `occurred_at` < {p7:DateTime64(3, 'UTC')}
  UNION ALL
  SELECT
    `country` AS g1,
    `platform` AS g2,
    {p2:String} AS u,
    toDecimal128(0, 6) AS r,
    0 AS f1,
    0 AS f2
  FROM (
    -- ScanCosts of tenant TENANT, from 2026-01-01 until before 2026-04-01, where all, for their groups alone
    SELECT
      `day`,
      `app_id`,
      `channel`,
      `partner_id`,
      `campaign_id`,
      `platform`,
      `country`,
      `ad_group_id`,
      toDecimal128(0, 6) AS amount
    FROM `costs`
    WHERE `tenant_id` = {p5:UUID} AND
      `day` >= {p8:Date} AND
      `day` < {p9:Date}
  )
)
GROUP BY g1, g2 WITH TOTALS
ORDER BY q1 DESC NULLS LAST, empty(g1) ASC, g1 ASC, m1 DESC NULLS LAST, empty(g2) ASC, g2 ASC
LIMIT 5
-- p1 String = "purchase"
-- p2 String = ""
-- p3 String = "none"
-- p4 String = "install"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-01-01 00:00:00.000"
-- p7 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p8 Date = "2026-01-01"
-- p9 Date = "2026-04-01"
