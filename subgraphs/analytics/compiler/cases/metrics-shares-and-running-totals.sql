-- SortLimit x1 DESC, g1 ASC, g2 ASC, first 7
SELECT
  g1 AS g1,
  g2 AS g2,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  m5 AS m5,
  x1 AS x1,
  x2 AS x2,
  x3 AS x3,
  x4 AS x4,
  x5 AS x5,
  other AS other,
  total AS total
FROM (
  -- Arrange x1 = m1 / m1 of the totals, x2 = m2 / m2 of the totals, x3 = m1 up to here, x4 = m3 up to here, x5 = m4 up to here
  SELECT
    g1 AS g1,
    g2 AS g2,
    m1 AS m1,
    m2 AS m2,
    m3 AS m3,
    m4 AS m4,
    m5 AS m5,
    if(isNull(anyIf(m1, total = 1) OVER ()) OR ((anyIf(m1, total = 1) OVER ()) = 0), NULL, divideDecimal(toDecimal256(m1, 20), toDecimal256(anyIf(m1, total = 1) OVER (), 20), 20)) AS x1,
    if(isNull(anyIf(m2, total = 1) OVER ()) OR ((anyIf(m2, total = 1) OVER ()) = 0), NULL, divideDecimal(toDecimal256(m2, 20), toDecimal256(anyIf(m2, total = 1) OVER (), 20), 20)) AS x2,
    sum(m1) OVER (PARTITION BY g2, other, total ORDER BY g1 ASC) AS x3,
    sum(m3) OVER (PARTITION BY g2, other, total ORDER BY g1 ASC) AS x4,
    sum(m4) OVER (PARTITION BY g2, other, total ORDER BY g1 ASC) AS x5,
    other AS other,
    seen AS seen,
    total AS total
  FROM (
    -- Divide nothing
    SELECT
      g1 AS g1,
      g2 AS g2,
      m1 AS m1,
      m2 AS m2,
      m3 AS m3,
      m4 AS m4,
      m5 AS m5,
      other AS other,
      seen AS seen,
      total AS total
    FROM (
      -- Aggregate m1 = revenue of all, m2 = users of (known user and touch is none and not event in ["install"] and not refund) in PREVIOUS_PERIOD, m3 = rows of event in ["install"] in PREVIOUS_PERIOD, m4 = cost, m5 = users of (known user and touch is none and not event in ["install"] and not refund) by g1 = WEEK in UTC, g2 = platform, PREVIOUS_PERIOD being 2026-02-02T00:00:00.000Z to 2026-03-02T00:00:00.000Z, with totals
      SELECT
        g1 AS g1,
        g2 AS g2,
        sumIf(r, w = 0) AS m1,
        uniqExactIf(u, f1 AND (w = 1)) AS m2,
        countIf(f2 AND (w = 1)) AS m3,
        sumIf(c, w = 0) AS m4,
        uniqExactIf(u, f1 AND (w = 0)) AS m5,
        0 AS other,
        countIf(w = 0) AS seen,
        grouping(g1) AS total
      FROM (
        -- ScanEvents of tenant TENANT, from 2026-02-02T00:00:00.000Z until before 2026-03-30T00:00:00.000Z, where all
        SELECT
          multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, 1) AS w,
          multiIf(w = 1, addDays({p3:Date}, toMonday(`occurred_at`, {p4:String}) - {p5:Date}), toMonday(`occurred_at`, {p4:String})) AS g1,
          `platform` AS g2,
          `user_id` AS u,
          `revenue` AS r,
          toDecimal128(0, 6) AS c,
          (`user_id` != {p6:String}) AND (`touch` = {p7:String}) AND (NOT (`event` = {p8:String})) AND (NOT `is_refund`) AS f1,
          `event` = {p8:String} AS f2
        FROM `events`
        WHERE `tenant_id` = {p9:UUID} AND
          `occurred_at` >= {p10:DateTime64(3, 'UTC')} AND
          `occurred_at` < {p2:DateTime64(3, 'UTC')}
        UNION ALL
        SELECT
          0 AS w,
          multiIf(w = 1, addDays({p3:Date}, toMonday(`day`) - {p5:Date}), toMonday(`day`)) AS g1,
          `platform` AS g2,
          {p6:String} AS u,
          toDecimal128(0, 6) AS r,
          amount AS c,
          0 AS f1,
          0 AS f2
        FROM (
          -- ScanCosts of tenant TENANT, from 2026-03-02 until before 2026-03-30, where all, of a day, app, channel, partner and campaign the best source, of what it states twice the newest
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
                `day` >= {p3:Date} AND
                `day` < {p11:Date}
              GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
            )
          )
        )
      )
      GROUP BY GROUPING SETS ((g1, g2), ())
    )
  )
)
WHERE ((seen > 0) OR (total = 1))
ORDER BY total DESC, x1 DESC NULLS LAST, g1 ASC NULLS LAST, empty(g2) ASC, g2 ASC, other ASC
LIMIT 9
-- p1 DateTime64(3, 'UTC') = "2026-03-02 00:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-03-30 00:00:00.000"
-- p3 Date = "2026-03-02"
-- p4 String = "UTC"
-- p5 Date = "2026-02-02"
-- p6 String = ""
-- p7 String = "none"
-- p8 String = "install"
-- p9 UUID = "TENANT"
-- p10 DateTime64(3, 'UTC') = "2026-02-02 00:00:00.000"
-- p11 Date = "2026-03-30"
