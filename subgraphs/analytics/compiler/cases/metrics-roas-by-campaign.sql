-- SortLimit m2 DESC, g1 ASC, g2 ASC, first 20
SELECT
  g1 AS g1,
  g2 AS g2,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m6 AS m6,
  m7 AS m7,
  q1 AS q1
FROM (
  -- Divide q1 = m2 / m3 as float
  -- Aggregate m1 = rows of event in ["install"], m2 = revenue of all, m3 = cost, m6 = rows of event in ["install"] in PREVIOUS_PERIOD, m7 = rows of event in ["sign_up"] by g1 = WEEK in Europe/Berlin, g2 = campaign_id, PREVIOUS_PERIOD being 2026-02-12T23:00:00.000Z to 2026-03-12T23:00:00.000Z, with totals
  SELECT
    g1 AS g1,
    g2 AS g2,
    countIf(f1 AND (w = 0)) AS m1,
    sumIf(r, w = 0) AS m2,
    sumIf(c, w = 0) AS m3,
    countIf(f1 AND (w = 1)) AS m6,
    countIf(f2 AND (w = 0)) AS m7,
    if(m3 = 0, NULL, divideDecimal(toDecimal256(m2, 6), toDecimal256(m3, 6), 20)) AS q1,
    countIf(w = 0) AS in_range
  FROM (
    -- ScanEvents of tenant TENANT, from 2026-02-12T23:00:00.000Z until before 2026-04-09T22:00:00.000Z, where not channel in ["organic"]
    SELECT
      multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, 1) AS w,
      multiIf(w = 1, addDays({p3:Date}, toMonday(`occurred_at`, {p4:String}) - {p5:Date}), toMonday(`occurred_at`, {p4:String})) AS g1,
      `campaign_id` AS g2,
      `revenue` AS r,
      toDecimal128(0, 6) AS c,
      `event` = {p6:String} AS f1,
      `event` = {p7:String} AS f2
    FROM `events`
    WHERE `tenant_id` = {p8:UUID} AND
      `occurred_at` >= {p9:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      (NOT (`channel` = {p10:String}))
    UNION ALL
    SELECT
      0 AS w,
      multiIf(w = 1, addDays({p3:Date}, toMonday(`day`) - {p5:Date}), toMonday(`day`)) AS g1,
      `campaign_id` AS g2,
      toDecimal128(0, 6) AS r,
      amount AS c,
      0 AS f1,
      0 AS f2
    FROM (
      -- ScanCosts of tenant TENANT, from 2026-03-13 until before 2026-04-10, where not channel in ["organic"], of a day, app, channel, partner and campaign the best source, of what it states twice the newest
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
          WHERE `tenant_id` = {p8:UUID} AND
            `day` >= {p11:Date} AND
            `day` < {p12:Date}
          GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
        )
      )
      WHERE (NOT (`channel` = {p10:String}))
    )
  )
  GROUP BY g1, g2 WITH TOTALS
)
WHERE in_range > 0
ORDER BY m2 DESC NULLS LAST, g1 ASC NULLS LAST, empty(g2) ASC, g2 ASC
LIMIT 21
-- p1 DateTime64(3, 'UTC') = "2026-03-12 23:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-04-09 22:00:00.000"
-- p3 Date = "2026-03-09"
-- p4 String = "Europe/Berlin"
-- p5 Date = "2026-02-09"
-- p6 String = "install"
-- p7 String = "sign_up"
-- p8 UUID = "TENANT"
-- p9 DateTime64(3, 'UTC') = "2026-02-12 23:00:00.000"
-- p10 String = "organic"
-- p11 Date = "2026-03-13"
-- p12 Date = "2026-04-10"
