-- SortLimit m3 DESC, m4 DESC, g1 ASC, first 1000
SELECT
  g1 AS g1,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  m5 AS m5,
  m6 AS m6,
  m7 AS m7,
  m8 AS m8,
  m9 AS m9,
  m10 AS m10,
  m11 AS m11,
  q1 AS q1,
  q2 AS q2
FROM (
  -- Divide q1 = m7 / m8 as float, q2 = m9 / m10 as float
  -- Aggregate m1 = rows of event in ["session"], m2 = rows of event in ["session"] in PREVIOUS_PERIOD, m3 = rows of event in ["session"] in SAME_WEEKDAYS, m4 = rows of event in ["session"] in PREVIOUS_YEAR, m5 = users of (known user and touch is none and not event in ["install"] and not refund) in PREVIOUS_PERIOD, m6 = users of (known user and touch is none and not event in ["install"] and not refund) in SAME_WEEKDAYS, m7 = revenue of all, m8 = cost, m9 = revenue of all in SAME_WEEKDAYS, m10 = cost in SAME_WEEKDAYS, m11 = cost in PREVIOUS_PERIOD by g1 = DAY in UTC, PREVIOUS_PERIOD being 2026-03-11T00:00:00.000Z to 2026-03-21T00:00:00.000Z, SAME_WEEKDAYS being 2026-03-07T00:00:00.000Z to 2026-03-17T00:00:00.000Z, PREVIOUS_YEAR being 2025-03-21T00:00:00.000Z to 2025-03-31T00:00:00.000Z, with totals
  SELECT
    g1 AS g1,
    countIf(f1 AND (w = 0)) AS m1,
    countIf(f1 AND (w = 1)) AS m2,
    countIf(f1 AND (w = 2)) AS m3,
    countIf(f1 AND (w = 3)) AS m4,
    uniqExactIf(u, f2 AND (w = 1)) AS m5,
    uniqExactIf(u, f2 AND (w = 2)) AS m6,
    sumIf(r, w = 0) AS m7,
    sumIf(c, w = 0) AS m8,
    sumIf(r, w = 2) AS m9,
    sumIf(c, w = 2) AS m10,
    sumIf(c, w = 1) AS m11,
    if(m8 = 0, NULL, divideDecimal(toDecimal256(m7, 6), toDecimal256(m8, 6), 20)) AS q1,
    if(m10 = 0, NULL, divideDecimal(toDecimal256(m9, 6), toDecimal256(m10, 6), 20)) AS q2,
    countIf(w = 0) AS in_range
  FROM (
    -- ScanEvents of tenant TENANT, from 2025-03-21T00:00:00.000Z until before 2026-03-31T00:00:00.000Z, of it 2025-03-21T00:00:00.000Z to 2025-03-31T00:00:00.000Z and 2026-03-07T00:00:00.000Z to 2026-03-31T00:00:00.000Z, where all
    SELECT
      arrayJoin(arrayConcat(if((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), array(0), array()), if((`occurred_at` >= {p3:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p1:DateTime64(3, 'UTC')}), array(1), array()), if((`occurred_at` >= {p4:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p5:DateTime64(3, 'UTC')}), array(2), array()), if((`occurred_at` >= {p6:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p7:DateTime64(3, 'UTC')}), array(3), array()))) AS w,
      multiIf(w = 1, addDays({p8:Date}, toDate(`occurred_at`, {p9:String}) - {p10:Date}), w = 2, addDays({p8:Date}, toDate(`occurred_at`, {p9:String}) - {p11:Date}), w = 3, if((multiply(toMonth(toDate(`occurred_at`, {p9:String})), 100) + toDayOfMonth(toDate(`occurred_at`, {p9:String}))) = 229, {p12:Date}, addYears(toDate(`occurred_at`, {p9:String}), 1)), toDate(`occurred_at`, {p9:String})) AS g1,
      `user_id` AS u,
      `revenue` AS r,
      toDecimal128(0, 6) AS c,
      `event` = {p13:String} AS f1,
      (`user_id` != {p14:String}) AND (`touch` = {p15:String}) AND (NOT (`event` = {p16:String})) AND (NOT `is_refund`) AS f2
    FROM `events`
    WHERE `tenant_id` = {p17:UUID} AND
      `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      (((`occurred_at` >= {p6:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p7:DateTime64(3, 'UTC')})) OR ((`occurred_at` >= {p4:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')})))
    UNION ALL
    SELECT
      arrayJoin(arrayConcat(if((`day` >= {p8:Date}) AND (`day` < {p18:Date}), array(0), array()), if((`day` >= {p10:Date}) AND (`day` < {p8:Date}), array(1), array()), if((`day` >= {p11:Date}) AND (`day` < {p19:Date}), array(2), array()))) AS w,
      multiIf(w = 1, addDays({p8:Date}, `day` - {p10:Date}), w = 2, addDays({p8:Date}, `day` - {p11:Date}), w = 3, if((multiply(toMonth(`day`), 100) + toDayOfMonth(`day`)) = 229, {p12:Date}, addYears(`day`, 1)), `day`) AS g1,
      {p14:String} AS u,
      toDecimal128(0, 6) AS r,
      amount AS c,
      0 AS f1,
      0 AS f2
    FROM (
      -- ScanCosts of tenant TENANT, from 2026-03-07 until before 2026-03-31, where all, of a day, app, channel, partner and campaign the best source, of what it states twice the newest
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
          WHERE `tenant_id` = {p17:UUID} AND
            `day` >= {p11:Date} AND
            `day` < {p18:Date}
          GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
        )
      )
    )
  )
  GROUP BY g1 WITH TOTALS
)
WHERE in_range > 0
ORDER BY m3 DESC NULLS LAST, m4 DESC NULLS LAST, g1 ASC NULLS LAST
LIMIT 1001
-- p1 DateTime64(3, 'UTC') = "2026-03-21 00:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-03-31 00:00:00.000"
-- p3 DateTime64(3, 'UTC') = "2026-03-11 00:00:00.000"
-- p4 DateTime64(3, 'UTC') = "2026-03-07 00:00:00.000"
-- p5 DateTime64(3, 'UTC') = "2026-03-17 00:00:00.000"
-- p6 DateTime64(3, 'UTC') = "2025-03-21 00:00:00.000"
-- p7 DateTime64(3, 'UTC') = "2025-03-31 00:00:00.000"
-- p8 Date = "2026-03-21"
-- p9 String = "UTC"
-- p10 Date = "2026-03-11"
-- p11 Date = "2026-03-07"
-- p12 Date = "2026-04-01"
-- p13 String = "session"
-- p14 String = ""
-- p15 String = "none"
-- p16 String = "install"
-- p17 UUID = "TENANT"
-- p18 Date = "2026-03-31"
-- p19 Date = "2026-03-17"
