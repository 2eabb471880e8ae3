-- SortLimit g1 ASC, g2 ASC, g3 ASC, first 1000
SELECT
  g1 AS g1,
  g2 AS g2,
  g3 AS g3,
  m1 AS m1,
  m2 AS m2,
  m3 AS m3,
  m4 AS m4,
  m7 AS m7,
  m9 AS m9,
  m10 AS m10,
  m11 AS m11,
  m12 AS m12,
  m13 AS m13,
  m14 AS m14,
  m15 AS m15,
  m16 AS m16,
  q1 AS q1,
  q2 AS q2,
  q3 AS q3,
  other AS other,
  total AS total
FROM (
  -- Arrange the best 2 by q1 DESC and Other
  SELECT
    g1 AS g1,
    g2 AS g2,
    g3 AS g3,
    m1 AS m1,
    m2 AS m2,
    m3 AS m3,
    m4 AS m4,
    m7 AS m7,
    m9 AS m9,
    m10 AS m10,
    m11 AS m11,
    m12 AS m12,
    m13 AS m13,
    m14 AS m14,
    m15 AS m15,
    m16 AS m16,
    q1 AS q1,
    q2 AS q2,
    q3 AS q3,
    other AS other,
    seen AS seen,
    total AS total
  FROM (
    -- Divide q1 = m4 / m1, q2 = m4 / m9 as float, q3 = m13 / m14
    SELECT
      g1 AS g1,
      g2 AS g2,
      g3 AS g3,
      m1 AS m1,
      m2 AS m2,
      m3 AS m3,
      m4 AS m4,
      m7 AS m7,
      m9 AS m9,
      m10 AS m10,
      m11 AS m11,
      m12 AS m12,
      m13 AS m13,
      m14 AS m14,
      m15 AS m15,
      m16 AS m16,
      if(m1 = 0, NULL, round(divideDecimal(toDecimal256(m4, 6), toDecimal256(m1, 0), 12), 6)) AS q1,
      if(m9 = 0, NULL, divideDecimal(toDecimal256(m4, 6), toDecimal256(m9, 6), 20)) AS q2,
      if(m14 = 0, NULL, round(divideDecimal(toDecimal256(m13, 20), toDecimal256(m14, 0), 12), 6)) AS q3,
      other AS other,
      seen AS seen,
      total AS total
    FROM (
      SELECT
        k_g1 AS g1,
        k_g2 AS g2,
        k_g3 AS g3,
        uniqExactMerge(s_m1) AS m1,
        uniqExactMerge(s_m2) AS m2,
        uniqExactMerge(s_m3) AS m3,
        sumMerge(s_m4) AS m4,
        uniqExactMerge(s_m7) AS m7,
        sumMerge(s_m9) AS m9,
        negate(sumMerge(s_m10)) AS m10,
        argMinMerge(s_m11) AS m11,
        if((length(arraySort(groupArrayMerge(s_m12))) > 0), round(divideDecimal(assumeNotNull(multiply(arrayElement(arraySort(groupArrayMerge(s_m12)), intDiv(multiply(greatest(length(arraySort(groupArrayMerge(s_m12))), 1) - 1, 500000), 1000000) + 1), 1000000) + multiply(arrayElement(arraySort(groupArrayMerge(s_m12)), least((intDiv(multiply(greatest(length(arraySort(groupArrayMerge(s_m12))), 1) - 1, 500000), 1000000) + 1) + 1, length(arraySort(groupArrayMerge(s_m12))))) - arrayElement(arraySort(groupArrayMerge(s_m12)), intDiv(multiply(greatest(length(arraySort(groupArrayMerge(s_m12))), 1) - 1, 500000), 1000000) + 1), modulo(multiply(greatest(length(arraySort(groupArrayMerge(s_m12))), 1) - 1, 500000), 1000000))), toDecimal256(1000000, 0), 12), 6), NULL) AS m12,
        sumOrNullMerge(s_m13) AS m13,
        countMerge(s_m14) AS m14,
        uniqExactMerge(s_m15) AS m15,
        uniqExactMerge(s_m16) AS m16,
        other AS other,
        sum(rows_seen) AS seen,
        grouping(other) AS total
      FROM (
        SELECT
          g1 AS k_g1,
          if(place > 2, defaultValueOfArgumentType(g2), g2) AS k_g2,
          if(place > 2, defaultValueOfArgumentType(g3), g3) AS k_g3,
          place > 2 AS other,
          s_m1 AS s_m1,
          s_m2 AS s_m2,
          s_m3 AS s_m3,
          s_m4 AS s_m4,
          s_m7 AS s_m7,
          s_m9 AS s_m9,
          s_m10 AS s_m10,
          s_m11 AS s_m11,
          s_m12 AS s_m12,
          s_m13 AS s_m13,
          s_m14 AS s_m14,
          s_m15 AS s_m15,
          s_m16 AS s_m16,
          rows_seen AS rows_seen
        FROM (
          SELECT
            g1 AS g1,
            g2 AS g2,
            g3 AS g3,
            s_m1 AS s_m1,
            s_m2 AS s_m2,
            s_m3 AS s_m3,
            s_m4 AS s_m4,
            s_m7 AS s_m7,
            s_m9 AS s_m9,
            s_m10 AS s_m10,
            s_m11 AS s_m11,
            s_m12 AS s_m12,
            s_m13 AS s_m13,
            s_m14 AS s_m14,
            s_m15 AS s_m15,
            s_m16 AS s_m16,
            rows_seen AS rows_seen,
            dense_rank() OVER (ORDER BY group_seen > 0 DESC, ranked_by DESC NULLS LAST, empty(g2) ASC, g2 ASC, empty(g3) ASC, toString(g3) ASC) AS place
          FROM (
            SELECT
              g1 AS g1,
              g2 AS g2,
              g3 AS g3,
              s_m1 AS s_m1,
              s_m2 AS s_m2,
              s_m3 AS s_m3,
              s_m4 AS s_m4,
              s_m7 AS s_m7,
              s_m9 AS s_m9,
              s_m10 AS s_m10,
              s_m11 AS s_m11,
              s_m12 AS s_m12,
              s_m13 AS s_m13,
              s_m14 AS s_m14,
              s_m15 AS s_m15,
              s_m16 AS s_m16,
              rows_seen AS rows_seen,
              group_seen AS group_seen,
              if(m1 = 0, NULL, round(divideDecimal(toDecimal256(m4, 6), toDecimal256(m1, 0), 12), 6)) AS ranked_by
            FROM (
              SELECT
                g1 AS g1,
                g2 AS g2,
                g3 AS g3,
                s_m1 AS s_m1,
                s_m2 AS s_m2,
                s_m3 AS s_m3,
                s_m4 AS s_m4,
                s_m7 AS s_m7,
                s_m9 AS s_m9,
                s_m10 AS s_m10,
                s_m11 AS s_m11,
                s_m12 AS s_m12,
                s_m13 AS s_m13,
                s_m14 AS s_m14,
                s_m15 AS s_m15,
                s_m16 AS s_m16,
                rows_seen AS rows_seen,
                uniqExactMerge(s_m1) OVER (PARTITION BY g2, g3) AS m1,
                sumMerge(s_m4) OVER (PARTITION BY g2, g3) AS m4,
                sum(rows_seen) OVER (PARTITION BY g2, g3) AS group_seen
              FROM (
                -- Aggregate m1 = users of (known user and touch is none and not event in ["install"] and not refund), m2 = new users, m3 = new users of the range, m4 = revenue of all, m7 = users of (known user and touch is none and not event in ["install"] and not refund) in PREVIOUS_PERIOD, m9 = cost, m10 = -revenue of refund, m11 = first property "mode" of (touch is none and not property "mode" in [""]), m12 = QUANTILE 0.5 of property "level" of touch is none, m13 = SUM of property "level" of touch is none, m14 = COUNT of property "level" of touch is none, m15 = users over 7 days, m16 = users over 7 days to the last by g1 = MONTH in UTC, g2 = country, g3 = app_id, PREVIOUS_PERIOD being 2026-02-02T00:00:00.000Z to 2026-03-02T00:00:00.000Z, with totals
                SELECT
                  g1 AS g1,
                  g2 AS g2,
                  g3 AS g3,
                  uniqExactStateIf(u, f1 AND (w = 0)) AS s_m1,
                  uniqExactStateIf(u, w = 2) AS s_m2,
                  uniqExactStateIf(u, w = 3) AS s_m3,
                  sumStateIf(r, w = 0) AS s_m4,
                  uniqExactStateIf(u, f1 AND (w = 1)) AS s_m7,
                  sumStateIf(c, w = 0) AS s_m9,
                  sumStateIf(r, f2 AND (w = 0)) AS s_m10,
                  argMinStateIf(t1, o, f3 AND (w = 0)) AS s_m11,
                  groupArrayStateIf(n1, f4 AND (w = 0)) AS s_m12,
                  sumOrNullStateIf(n1, f4 AND (w = 0)) AS s_m13,
                  countStateIf(n1, f4 AND (w = 0)) AS s_m14,
                  uniqExactStateIf(u, w = 4) AS s_m15,
                  uniqExactStateIf(u, w = 5) AS s_m16,
                  countIf(w = 0) AS rows_seen
                FROM (
                  -- ScanEvents of tenant TENANT, from 2026-02-02T00:00:00.000Z until before 2026-03-30T00:00:00.000Z, where all
                  SELECT
                    multiIf((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}), 0, 1) AS w,
                    multiIf(w = 1, addMonths({p3:Date}, (multiply(toYear(toStartOfMonth(`occurred_at`, {p4:String})), 12) + toMonth(toStartOfMonth(`occurred_at`, {p4:String}))) - 24314), toStartOfMonth(`occurred_at`, {p4:String})) AS g1,
                    `country` AS g2,
                    `app_id` AS g3,
                    `user_id` AS u,
                    `revenue` AS r,
                    toDecimal128(0, 6) AS c,
                    if(match(identity(`properties`)[{p5:String}], {p6:String}), toDecimal256OrNull(identity(`properties`)[{p5:String}], 20), NULL) AS n1,
                    identity(`properties`)[{p7:String}] AS t1,
                    tuple(`occurred_at`, `event_id`) AS o,
                    (`user_id` != {p8:String}) AND (`touch` = {p9:String}) AND (NOT (`event` = {p10:String})) AND (NOT `is_refund`) AS f1,
                    `is_refund` AS f2,
                    (`touch` = {p9:String}) AND (NOT (identity(`properties`)[{p7:String}] = {p8:String})) AS f3,
                    `touch` = {p9:String} AS f4
                  FROM `events`
                  WHERE `tenant_id` = {p11:UUID} AND
                    `occurred_at` >= {p12:DateTime64(3, 'UTC')} AND
                    `occurred_at` < {p2:DateTime64(3, 'UTC')}
                  UNION ALL
                  SELECT
                    0 AS w,
                    multiIf(w = 1, addMonths({p3:Date}, (multiply(toYear(toStartOfMonth(`day`)), 12) + toMonth(toStartOfMonth(`day`))) - 24314), toStartOfMonth(`day`)) AS g1,
                    `country` AS g2,
                    `app_id` AS g3,
                    {p8:String} AS u,
                    toDecimal128(0, 6) AS r,
                    amount AS c,
                    NULL AS n1,
                    {p8:String} AS t1,
                    tuple({p13:DateTime64(3, 'UTC')}, {p8:String}) AS o,
                    0 AS f1,
                    0 AS f2,
                    0 AS f3,
                    0 AS f4
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
                        WHERE `tenant_id` = {p11:UUID} AND
                          `day` >= {p14:Date} AND
                          `day` < {p15:Date}
                        GROUP BY `day`, `app_id`, `channel`, `partner_id`, `campaign_id`
                      )
                    )
                  )
                  UNION ALL
                  -- CollectUsers: the groups of each user and the first activity, where all
                  SELECT
                    tupleElement(x, 1) AS w,
                    tupleElement(x, 2) AS g1,
                    tupleElement(x, 3) AS g2,
                    tupleElement(x, 4) AS g3,
                    u AS u,
                    toDecimal128(0, 6) AS r,
                    toDecimal128(0, 6) AS c,
                    NULL AS n1,
                    {p8:String} AS t1,
                    tuple({p13:DateTime64(3, 'UTC')}, {p8:String}) AS o,
                    0 AS f1,
                    0 AS f2,
                    0 AS f3,
                    0 AS f4
                  FROM (
                    -- ScanEvents of tenant TENANT, since ever until before 2026-03-30T00:00:00.000Z, where (known user and touch is none and not event in ["install"] and not refund)
                    SELECT
                      `user_id` AS u,
                      min(`occurred_at`) AS first_at,
                      groupUniqArrayIf(tuple(toStartOfMonth(`occurred_at`, {p4:String}), `country`, `app_id`), ((`occurred_at` >= {p1:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}))) AS b0,
                      groupUniqArrayIf(tuple(toDate(`occurred_at`, {p4:String}), `country`, `app_id`), ((`occurred_at` >= {p16:DateTime64(3, 'UTC')}) AND (`occurred_at` < {p2:DateTime64(3, 'UTC')}))) AS d0
                    FROM `events`
                    WHERE `tenant_id` = {p11:UUID} AND
                      `occurred_at` < {p2:DateTime64(3, 'UTC')} AND
                      `user_id` != {p8:String} AND
                      `touch` = {p9:String} AND
                      (NOT (`event` = {p10:String})) AND
                      (NOT `is_refund`)
                    GROUP BY `user_id`
                  )
                  ARRAY JOIN arrayConcat(arrayMap((p) -> tuple(2, tupleElement(p, 1), tupleElement(p, 2), tupleElement(p, 3)), arrayFilter((p) -> (first_at >= {p1:DateTime64(3, 'UTC')}) AND (tupleElement(p, 1) = toStartOfMonth(first_at, {p4:String})), b0)), arrayMap((p) -> tuple(3, tupleElement(p, 1), tupleElement(p, 2), tupleElement(p, 3)), arrayFilter((p) -> (first_at >= {p1:DateTime64(3, 'UTC')}), b0)), arrayDistinct(arrayFlatten(arrayMap((p) -> arrayMap((l) -> tuple(4, toStartOfMonth(l), tupleElement(p, 2), tupleElement(p, 3)), arrayFilter((l) -> (l = {p17:Date}) OR (toStartOfMonth(l) != toStartOfMonth(addDays(l, 1))), arrayMap((i) -> addDays(greatest(tupleElement(p, 1), {p14:Date}), i), range(toUInt64(greatest((least(addDays(tupleElement(p, 1), 6), {p17:Date}) - greatest(tupleElement(p, 1), {p14:Date})) + 1, 0)))))), d0))), arrayMap((p) -> tuple(5, toStartOfMonth({p17:Date}), tupleElement(p, 2), tupleElement(p, 3)), arrayFilter((p) -> (({p17:Date} - tupleElement(p, 1)) < 7), d0))) AS x
                )
                GROUP BY g1, g2, g3
              )
            )
          )
        )
      )
      GROUP BY GROUPING SETS ((k_g1, k_g2, k_g3, other), ())
    )
  )
)
WHERE ((seen > 0) OR (total = 1))
ORDER BY total DESC, g1 ASC NULLS LAST, empty(g2) ASC, g2 ASC, empty(g3) ASC, toString(g3) ASC, other ASC
LIMIT 1002
-- p1 DateTime64(3, 'UTC') = "2026-03-02 00:00:00.000"
-- p2 DateTime64(3, 'UTC') = "2026-03-30 00:00:00.000"
-- p3 Date = "2026-03-01"
-- p4 String = "UTC"
-- p5 String = "level"
-- p6 String = "^-?[0-9]{1,36}(\\.[0-9]+)?$"
-- p7 String = "mode"
-- p8 String = ""
-- p9 String = "none"
-- p10 String = "install"
-- p11 UUID = "TENANT"
-- p12 DateTime64(3, 'UTC') = "2026-02-02 00:00:00.000"
-- p13 DateTime64(3, 'UTC') = "1970-01-01 00:00:00.000"
-- p14 Date = "2026-03-02"
-- p15 Date = "2026-03-30"
-- p16 DateTime64(3, 'UTC') = "2026-02-24 00:00:00.000"
-- p17 Date = "2026-03-29"
