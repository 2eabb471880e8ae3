-- SortLimit m2 DESC, g1 ASC, g2 ASC, first 12
SELECT
  g1 AS g1,
  g2 AS g2,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  m7 AS m7,
  q1 AS q1
FROM (
  -- Divide q1 = m4 / m2
  -- Aggregate m1 = users of (known user and touch is none and not event in ["install"] and not refund), m2 = users of (known user and touch is none and not event in ["install"] and not refund) in PREVIOUS_PERIOD, m3 = revenue of all, m4 = revenue of all in PREVIOUS_PERIOD, m7 = rows of event in ["level_up"] in PREVIOUS_PERIOD by g1 = DAY in Europe/Berlin, g2 = platform, PREVIOUS_PERIOD being 2026-03-08T23:00:00.000Z to 2026-03-22T23:00:00.000Z, with totals
  SELECT
    g1 AS g1,
    g2 AS g2,
    uniqExactIf(u, f1 AND (w = 0)) AS m1,
    uniqExactIf(u, f1 AND (w = 1)) AS m2,
    sumIf(r, w = 0) AS m3,
    sumIf(r, w = 1) AS m4,
    countIf(f2 AND (w = 1)) AS m7,
    if(m2 = 0, NULL, round(divideDecimal(toDecimal256(m4, 6), toDecimal256(m2, 0), 12), 6)) AS q1,
    countIf(w = 0) AS in_range
  FROM (
    -- ScanEvents of tenant TENANT, from 2026-03-08T23:00:00.000Z until before 2026-04-05T22:00:00.000Z, where all
    SELECT
      multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, 1) AS w,
      multiIf(w = 1, addDays({p3:Date}, toDate(`occurred_at`, {p4:String}) - {p5:Date}), toDate(`occurred_at`, {p4:String})) AS g1,
      `platform` AS g2,
      `user_id` AS u,
      `revenue` AS r,
      (`user_id` != {p6:String}) AND (`touch` = {p7:String}) AND (NOT (`event` = {p8:String})) AND (NOT `is_refund`) AS f1,
      `event` = {p9:String} AS f2
    FROM `events`
    WHERE `tenant_id` = {p10:UUID} AND
      `occurred_at` >= {p11:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT
      0 AS w,
      multiIf(w = 1, addDays({p3:Date}, `day` - {p5:Date}), `day`) AS g1,
      `platform` AS g2,
      {p6:String} AS u,
      toDecimal128(0, 6) AS r,
      0 AS f1,
      0 AS f2
    FROM (
      -- ScanCosts of tenant TENANT, from 2026-03-23 until before 2026-04-06, where all, for their groups alone
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
      WHERE `tenant_id` = {p10:UUID} AND
        `day` >= {p3:Date} AND
        `day` < {p12:Date}
    )
  )
  GROUP BY g1, g2 WITH TOTALS
)
WHERE in_range > 0
ORDER BY m2 DESC NULLS LAST, g1 ASC NULLS LAST, empty(g2) ASC, g2 ASC
LIMIT 13
-- p1 DateTime64(3, 'UTC') = "2026-03-22 23:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-04-05 22:00:00.000"
-- p3 Date = "2026-03-23"
-- p4 String = "Europe/Berlin"
-- p5 Date = "2026-03-09"
-- p6 String = ""
-- p7 String = "none"
-- p8 String = "install"
-- p9 String = "level_up"
-- p10 UUID = "TENANT"
-- p11 DateTime64(3, 'UTC') = "2026-03-08 23:00:00.000"
-- p12 Date = "2026-04-06"
