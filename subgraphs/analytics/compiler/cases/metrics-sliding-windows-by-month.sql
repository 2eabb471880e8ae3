-- SortLimit g1 ASC, g2 ASC, first 1000
SELECT
  g1 AS g1,
  g2 AS g2,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4
FROM (
  -- Divide nothing
  -- Aggregate m1 = users of (known user and touch is none and not event in ["install"] and not refund), m2 = users over 14 days, m3 = users over 14 days to the last, m4 = cost by g1 = channel, g2 = MONTH in UTC, with totals
  SELECT
    g1 AS g1,
    g2 AS g2,
    uniqExactIf(u, f1 AND (w = 0)) AS m1,
    uniqExactIf(u, w = 1) AS m2,
    uniqExactIf(u, w = 2) AS m3,
    sumIf(c, w = 0) AS m4,
    countIf(w = 0) AS in_range
  FROM (
    -- ScanEvents of tenant TENANT, from 2026-02-10T00:00:00.000Z until before 2026-04-06T00:00:00.000Z, where all
    SELECT
      0 AS w,
      `channel` AS g1,
      toStartOfMonth(`occurred_at`, {p1:String}) AS g2,
      `user_id` AS u,
      toDecimal128(0, 6) AS c,
      (`user_id` != {p2:String}) AND (`touch` = {p3:String}) AND (NOT (`event` = {p4:String})) AND (NOT `is_refund`) AS f1
    FROM `events`
    WHERE `tenant_id` = {p5:UUID} AND
      `occurred_at` >= {p6:DateTime64(3, 'UTC')} AND
      `occurred_at` < {p7:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT
      0 AS w,
      `channel` AS g1,
      toStartOfMonth(`day`) AS g2,
      {p2:String} AS u,
      amount AS c,
      0 AS f1
    FROM (
      -- ScanCosts of tenant TENANT, from 2026-02-10 until before 2026-04-06, where all, of a day, app, channel, partner and campaign the best source, of what it states twice the newest
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
          WHERE `tenant_id` = {p5:UUID} AND
            `day` >= {p8:Date} AND
            `day` < {p9:Date}
          GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
        )
      )
    )
    UNION ALL
    -- CollectUsers: the groups of each user, where all
    SELECT
      tupleElement(x, 1) AS w,
      tupleElement(x, 2) AS g1,
      tupleElement(x, 3) AS g2,
      u AS u,
      toDecimal128(0, 6) AS c,
      0 AS f1
    FROM (
      -- ScanEvents of tenant TENANT, from 2026-01-28T00:00:00.000Z until before 2026-04-06T00:00:00.000Z, where (known user and touch is none and not event in ["install"] and not refund)
      SELECT
        `user_id` AS u,
        groupUniqArrayIf(tuple(toDate(`occurred_at`, {p1:String}), `channel`), ((`occurred_at` >= {p10:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p7:DateTime64(3, 'UTC')}))) AS d0
      FROM `events`
      WHERE `tenant_id` = {p5:UUID} AND
        `occurred_at` >= {p10:DateTime64(3, 'UTC')} AND
        `occurred_at` < {p7:DateTime64(3, 'UTC')} AND
        `user_id` != {p2:String} AND
        `touch` = {p3:String} AND
        (NOT (`event` = {p4:String})) AND
        (NOT `is_refund`)
      GROUP BY `user_id`
    )
    ARRAY JOIN arrayConcat(arrayDistinct(arrayFlatten(arrayMap((p) -> arrayMap((l) -> tuple(1, tupleElement(p, 2), toStartOfMonth(l)), arrayFilter((l) -> (l = {p11:Date}) OR (toStartOfMonth(l) != toStartOfMonth(addDays(l, 1))), arrayMap((i) -> addDays(greatest(tupleElement(p, 1), {p8:Date}), i), range(toUInt64(greatest((least(addDays(tupleElement(p, 1), 13), {p11:Date}) - greatest(tupleElement(p, 1), {p8:Date})) + 1, 0)))))), d0))), arrayMap((p) -> tuple(2, tupleElement(p, 2), toStartOfMonth({p11:Date})), arrayFilter((p) -> (({p11:Date} - tupleElement(p, 1)) < 14), d0))) AS x
  )
  GROUP BY g1, g2 WITH TOTALS
)
WHERE in_range > 0
ORDER BY empty(g1) ASC, g1 ASC, g2 ASC NULLS LAST
LIMIT 1001
-- p1 String = "UTC"
-- p2 String = ""
-- p3 String = "none"
-- p4 String = "install"
-- p5 UUID = "TENANT"
-- p6 DateTime64(3, 'UTC') = "2026-02-10 00:00:00.000"
-- p7 DateTime64(3, 'UTC') = "2026-04-06 00:00:00.000"
-- p8 Date = "2026-02-10"
-- p9 Date = "2026-04-06"
-- p10 DateTime64(3, 'UTC') = "2026-01-28 00:00:00.000"
-- p11 Date = "2026-04-05"
