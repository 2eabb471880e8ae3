-- SortLimit g1 ASC, g2 ASC, first 1000
SELECT
  g1 AS g1,
  g2 AS g2,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m8 AS m8,
  m9 AS m9,
  m10 AS m10,
  d1 AS d1,
  d2 AS d2
FROM (
  -- Divide d1 = m1 - m2, d2 = m1 - m3
  -- Aggregate m1 = users of (known user and touch is none and not event in ["install"] and not refund), m2 = new users, m3 = new users of the range, m8 = new users in PREVIOUS_PERIOD, m9 = new users of the range in PREVIOUS_PERIOD, m10 = cost by g1 = WEEK in UTC, g2 = country, PREVIOUS_PERIOD being 2026-02-04T00:00:00.000Z to 2026-03-04T00:00:00.000Z, with totals
  SELECT
    g1 AS g1,
    g2 AS g2,
    uniqExactIf(u, f1 AND (w = 0)) AS m1,
    uniqExactIf(u, w = 2) AS m2,
    uniqExactIf(u, w = 3) AS m3,
    uniqExactIf(u, w = 4) AS m8,
    uniqExactIf(u, w = 5) AS m9,
    sumIf(c, w = 0) AS m10,
    m1 - m2 AS d1,
    m1 - m3 AS d2,
    countIf(w = 0) AS in_range
  FROM (
    -- ScanEvents of tenant TENANT, from 2026-02-04T00:00:00.000Z until before 2026-04-01T00:00:00.000Z, where platform in ["ios", ""]
    SELECT
      multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, 1) AS w,
      multiIf(w = 1, addDays({p3:Date}, toMonday(`occurred_at`, {p4:String}) - {p5:Date}), toMonday(`occurred_at`, {p4:String})) AS g1,
      `country` AS g2,
      `user_id` AS u,
      toDecimal128(0, 6) AS c,
      (`user_id` != {p6:String}) AND (`touch` = {p7:String}) AND (NOT (`event` = {p8:String})) AND (NOT `is_refund`) AS f1
    FROM `events`
    WHERE `tenant_id` = {p9:UUID} AND
      `occurred_at` >= {p10:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
      `platform` IN {p11:Array(String)}
    UNION ALL
    SELECT
      0 AS w,
      multiIf(w = 1, addDays({p3:Date}, toMonday(`day`) - {p5:Date}), toMonday(`day`)) AS g1,
      `country` AS g2,
      {p6:String} AS u,
      amount AS c,
      0 AS f1
    FROM (
      -- ScanCosts of tenant TENANT, from 2026-03-04 until before 2026-04-01, where platform in ["ios", ""], of a day, app, channel, partner and campaign the best source, of what it states twice the newest
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
            `day` >= {p12:Date} AND
            `day` < {p13:Date}
          GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
        )
      )
      WHERE `platform` IN {p11:Array(String)}
    )
    UNION ALL
    -- CollectUsers: the groups of each user and the first activity, where platform in ["ios", ""]
    SELECT
      tupleElement(x, 1) AS w,
      tupleElement(x, 2) AS g1,
      tupleElement(x, 3) AS g2,
      u AS u,
      toDecimal128(0, 6) AS c,
      0 AS f1
    FROM (
      -- ScanEvents of tenant TENANT, since ever until before 2026-04-01T00:00:00.000Z, where (known user and touch is none and not event in ["install"] and not refund)
      SELECT
        `user_id` AS u,
        min(`occurred_at`) AS first_at,
        groupUniqArrayIf(tuple(toMonday(`occurred_at`, {p4:String}), `country`), ((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')})) AND (`platform` IN {p11:Array(String)})) AS b0,
        groupUniqArrayIf(tuple(toMonday(`occurred_at`, {p4:String}), `country`), ((`occurred_at` >= {p10:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p1:DateTime64(3, 'UTC')})) AND (`platform` IN {p11:Array(String)})) AS b1
      FROM `events`
      WHERE `tenant_id` = {p9:UUID} AND
        `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
        `user_id` != {p6:String} AND
        `touch` = {p7:String} AND
        (NOT (`event` = {p8:String})) AND
        (NOT `is_refund`)
      GROUP BY `user_id`
    )
    ARRAY JOIN arrayConcat(arrayMap((p) -> tuple(2, tupleElement(p, 1), tupleElement(p, 2)), arrayFilter((p) -> (first_at >= {p1:DateTime64(3, 'UTC')}) AND (tupleElement(p, 1) = toMonday(first_at, {p4:String})), b0)), arrayMap((p) -> tuple(3, tupleElement(p, 1), tupleElement(p, 2)), arrayFilter((p) -> (first_at >= {p1:DateTime64(3, 'UTC')}), b0)), arrayMap((p) -> tuple(4, addDays({p3:Date}, tupleElement(p, 1) - {p5:Date}), tupleElement(p, 2)), arrayFilter((p) -> (first_at >= {p10:DateTime64(3, 'UTC')}) AND (tupleElement(p, 1) = toMonday(first_at, {p4:String})), b1)), arrayMap((p) -> tuple(5, addDays({p3:Date}, tupleElement(p, 1) - {p5:Date}), tupleElement(p, 2)), arrayFilter((p) -> (first_at >= {p10:DateTime64(3, 'UTC')}), b1))) AS x
  )
  GROUP BY g1, g2 WITH TOTALS
)
WHERE in_range > 0
ORDER BY g1 ASC NULLS LAST, empty(g2) ASC, g2 ASC
LIMIT 1001
-- p1 DateTime64(3, 'UTC') = "2026-03-04 00:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-04-01 00:00:00.000"
-- p3 Date = "2026-03-02"
-- p4 String = "UTC"
-- p5 Date = "2026-02-02"
-- p6 String = ""
-- p7 String = "none"
-- p8 String = "install"
-- p9 UUID = "TENANT"
-- p10 DateTime64(3, 'UTC') = "2026-02-04 00:00:00.000"
-- p11 Array(String) = ["ios",""]
-- p12 Date = "2026-03-04"
-- p13 Date = "2026-04-01"
