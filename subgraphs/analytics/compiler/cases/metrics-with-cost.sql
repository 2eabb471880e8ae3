-- SortLimit q2 DESC, g1 ASC, g2 ASC, first 1000
SELECT
  g1 AS g1,
  g2 AS g2,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  m5 AS m5,
  m13 AS m13,
  m14 AS m14,
  m19 AS m19,
  q1 AS q1,
  q2 AS q2,
  q3 AS q3,
  q4 AS q4,
  q5 AS q5,
  q6 AS q6
FROM (
  -- Divide q1 = m4 / m5 as float, q2 = (m4 - m5) / m5 as float, q3 = m5 / m3, q4 = m13 / m14 as float, q5 = m3 / m13 as float, q6 = m3 x 1000 / m14 as float
  -- Aggregate m1 = users of (known user and touch is none and not event in ["install"] and not refund), m2 = rows of event in ["install"], m3 = rows of (event in ["install"] and (not campaign_id in [""] or not partner_id in [""] or not channel in ["", "organic", "direct"])), m4 = revenue of all, m5 = cost, m13 = rows of touch is click, m14 = rows of touch is impression, m19 = cost in PREVIOUS_PERIOD by g1 = campaign_id, g2 = country, PREVIOUS_PERIOD being 2026-01-29T00:00:00.000Z to 2026-03-01T00:00:00.000Z, with totals
  SELECT
    g1 AS g1,
    g2 AS g2,
    uniqExactIf(u, f1 AND (w = 0)) AS m1,
    countIf(f2 AND (w = 0)) AS m2,
    countIf(f3 AND (w = 0)) AS m3,
    sumIf(r, w = 0) AS m4,
    sumIf(c, w = 0) AS m5,
    countIf(f4 AND (w = 0)) AS m13,
    countIf(f5 AND (w = 0)) AS m14,
    sumIf(c, w = 1) AS m19,
    if(m5 = 0, NULL, divideDecimal(toDecimal256(m4, 6), toDecimal256(m5, 6), 20)) AS q1,
    if(m5 = 0, NULL, divideDecimal(toDecimal256(m4 - m5, 6), toDecimal256(m5, 6), 20)) AS q2,
    if(m3 = 0, NULL, round(divideDecimal(toDecimal256(m5, 6), toDecimal256(m3, 0), 12), 6)) AS q3,
    if(m14 = 0, NULL, divideDecimal(toDecimal256(m13, 6), toDecimal256(m14, 0), 20)) AS q4,
    if(m13 = 0, NULL, divideDecimal(toDecimal256(m3, 6), toDecimal256(m13, 0), 20)) AS q5,
    if(m14 = 0, NULL, divideDecimal(toDecimal256(m3 * 1000, 6), toDecimal256(m14, 0), 20)) AS q6,
    countIf(w = 0) AS in_range
  FROM (
    -- ScanEvents of tenant TENANT, from 2026-01-29T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where not channel in ["organic"]
    SELECT
      multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, 1) AS w,
      `campaign_id` AS g1,
      `country` AS g2,
      `user_id` AS u,
      `revenue` AS r,
      toDecimal128(0, 6) AS c,
      (`user_id` != {p3:String}) AND (`touch` = {p4:String}) AND (NOT (`event` = {p5:String})) AND (NOT `is_refund`) AS f1,
      `event` = {p5:String} AS f2,
      (`event` = {p5:String}) AND ((NOT (`campaign_id` = {p3:String})) OR (NOT (`partner_id` = {p3:String})) OR (NOT (`channel` IN {p6:Array(String)}))) AS f3,
      `touch` = {p7:String} AS f4,
      `touch` = {p8:String} AS f5
    FROM `events`
    WHERE `tenant_id` = {p9:UUID} AND
      `occurred_at` >= {p10:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      (NOT (`channel` = {p11:String}))
    UNION ALL
    SELECT
      multiIf((`day` >= {p12:Date}) AND (`day` < {p13:Date}), 0, 1) AS w,
      `campaign_id` AS g1,
      `country` AS g2,
      {p3:String} AS u,
      toDecimal128(0, 6) AS r,
      amount AS c,
      0 AS f1,
      0 AS f2,
      0 AS f3,
      0 AS f4,
      0 AS f5
    FROM (
      -- ScanCosts of tenant TENANT, from 2026-01-29 until before 2026-04-01, where not channel in ["organic"], of a day, app, channel, partner and campaign the best source, of what it states twice the newest
      SELECT
        `day`,
        `app_id`,
        `channel`,
        `partner_id`,
        `campaign_id`,
        toLowCardinality(tupleElement(tupleElement(tupleElement(row, 1), 1), 2)) AS platform,
        toLowCardinality(tupleElement(tupleElement(tupleElement(row, 1), 1), 3)) AS country,
        toLowCardinality(tupleElement(tupleElement(tupleElement(row, 1), 1), 4)) AS ad_group_id,
        if((tupleElement(tupleElement(tupleElement(row, 1), 1), 1) = best) AND ((tupleElement(row, 3) = last) OR (tupleElement(tupleElement(row, 1), 1) != tupleElement(tupleElement(row, 2), 1))), tupleElement(tupleElement(row, 1), 3), toDecimal128(0, 6)) AS amount
      FROM (
        SELECT
          `day`,
          `app_id`,
          `channel`,
          `partner_id`,
          `campaign_id`,
          tupleElement(tupleElement(arrayElement(stated, 1), 1), 1) AS best,
          length(stated) AS last,
          arrayJoin(arrayZip(stated, arrayRotateLeft(stated, 1), arrayEnumerate(stated))) AS row
        FROM (
          SELECT
            `day`,
            `app_id`,
            `channel`,
            `partner_id`,
            `campaign_id`,
            arraySort(groupArray(tuple(tuple(`source`, `platform`, `country`, `ad_group_id`), `recorded_at`, `cost`))) AS stated
          FROM `costs`
          WHERE `tenant_id` = {p9:UUID} AND
            `day` >= {p14:Date} AND
            `day` < {p13:Date}
          GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
        )
      )
      WHERE (NOT (`channel` = {p11:String}))
    )
  )
  GROUP BY g1, g2 WITH TOTALS
)
WHERE in_range > 0
ORDER BY q2 DESC NULLS LAST, empty(g1) ASC, g1 ASC, empty(g2) ASC, g2 ASC
LIMIT 1001
-- p1 DateTime64(3, 'UTC') = "2026-03-01 00:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p3 String = ""
-- p4 String = "none"
-- p5 String = "install"
-- p6 Array(String) = ["","organic","direct"]
-- p7 String = "click"
-- p8 String = "impression"
-- p9 UUID = "TENANT"
-- p10 DateTime64(3, 'UTC') = "2026-01-29 00:00:00.000"
-- p11 String = "organic"
-- p12 Date = "2026-03-01"
-- p13 Date = "2026-04-01"
-- p14 Date = "2026-01-29"
